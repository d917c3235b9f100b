//! Opens Parquet files; their pages are checked before they are decoded.
//!
//! In the encodings DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY a page says how many texts it has, and the crate
//! `parquet` allocates room for as many lengths before it reads them. A few bytes make that terabytes, and an
//! allocation that fails aborts the process. So the counts are first compared with the number of values of the page.
//! The layout is that of Parquet's `Encodings.md`: a sequence of lengths is packed as deltas (DELTA_BINARY_PACKED);
//! DELTA_BYTE_ARRAY has two of them, the lengths of common prefixes and those of the rest.

use std::io::{Read, Seek};
use std::sync::Arc;

use arrow_schema::{ArrowError, SchemaRef};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, RowGroups};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;

use super::columnar::Columnar;
use super::parquet_guard::{Bounded, check_nesting};

/// The maximum number of rows of a batch.
const BATCH_ROWS: usize = 1024;
/// The maximum number of texts in a page; writers start a new page after some ten thousand.
const MAX_TEXTS: u64 = 1 << 26;

/// Opens a Parquet file; `bytes` and `source` are two readers of the same file.
pub(super) fn open(bytes: impl Read + Seek, source: impl ChunkReader + 'static) -> Columnar {
    check_nesting(bytes).map_err(ArrowError::ParseError)?;
    let source = Bounded(source);
    let metadata = ArrowReaderMetadata::load(&source, Default::default())?;
    let schema = SchemaRef::clone(metadata.schema());
    let columns = metadata.parquet_schema();
    let levels = parquet_to_arrow_field_levels(columns, ProjectionMask::all(), Some(schema.fields()))?;
    let groups = CheckedRowGroups { source: Arc::new(source), metadata: Arc::clone(metadata.metadata()) };
    let reader = ParquetRecordBatchReader::try_new_with_row_groups(&levels, &groups, BATCH_ROWS, None)?;
    Ok((schema, Box::new(reader)))
}

/// All row groups of a file.
struct CheckedRowGroups<S> {
    source: Arc<S>,
    metadata: Arc<ParquetMetaData>,
}

impl<S: ChunkReader + 'static> RowGroups for CheckedRowGroups<S> {
    fn num_rows(&self) -> usize {
        let rows =
            self.metadata.row_groups().iter().map(|group| usize::try_from(group.num_rows()).unwrap_or(0));
        rows.fold(0, usize::saturating_add)
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        let Self { source, metadata } = self;
        let (source, metadata) = (Arc::clone(source), Arc::clone(metadata));
        Ok(Box::new(ColumnChunks { source, metadata, column, next: 0 }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The chunks of one column, one for each row group.
struct ColumnChunks<S> {
    source: Arc<S>,
    metadata: Arc<ParquetMetaData>,
    column: usize,
    /// The next row group.
    next: usize,
}

impl<S: ChunkReader + 'static> Iterator for ColumnChunks<S> {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.metadata.row_groups().get(self.next)?;
        self.next += 1;
        let chunk = group.columns().get(self.column)?;
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let pages = SerializedPageReader::new(Arc::clone(&self.source), chunk, rows, None);
        let column = chunk.column_descr();
        let levels = [column.max_rep_level(), column.max_def_level()];
        Some(pages.map(|pages| Box::new(CheckedPages { pages, levels }) as Box<dyn PageReader>))
    }
}

impl<S: ChunkReader + 'static> PageIterator for ColumnChunks<S> {}

/// The pages of a column chunk.
struct CheckedPages<S: ChunkReader> {
    pages: SerializedPageReader<S>,
    /// The maximum repetition and definition levels; a page stores those above 0 before its values.
    levels: [i16; 2],
}

impl<S: ChunkReader> Iterator for CheckedPages<S> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<S: ChunkReader> PageReader for CheckedPages<S> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            check(page, self.levels).map_err(ParquetError::General)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn supports_deferred_dictionary(&self) -> bool {
        self.pages.supports_deferred_dictionary()
    }

    fn take_deferred_dictionary(&mut self) -> Result<Option<Page>> {
        self.pages.take_deferred_dictionary()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

fn check(page: &Page, levels: [i16; 2]) -> std::result::Result<(), String> {
    let encoding = page.encoding();
    if !matches!(encoding, Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY) {
        return Ok(());
    }
    let values = match page {
        Page::DataPage { buf, num_values, rep_level_encoding, def_level_encoding, .. } => {
            let encodings = [*rep_level_encoding, *def_level_encoding];
            let mut stored = levels.into_iter().zip(encodings).filter(|(level, _)| *level > 0);
            stored.try_fold(buf.as_ref(), |bytes, (level, encoding)| {
                after_levels(bytes, level, *num_values, encoding)
            })
        }
        Page::DataPageV2 { buf, rep_levels_byte_len, def_levels_byte_len, .. } => buf
            .get(*rep_levels_byte_len as usize..)
            .and_then(|rest| rest.get(*def_levels_byte_len as usize..)),
        Page::DictionaryPage { .. } => return Ok(()),
    };
    let values = values.ok_or("a page is too short for its levels")?;
    let most = u64::from(page.num_values()).min(MAX_TEXTS);
    let lengths = Lengths::read(values, most)?;
    if encoding == Encoding::DELTA_BYTE_ARRAY {
        Lengths::read(lengths.end()?, most)?;
    }
    Ok(())
}

/// The bytes after the levels of a page of version 1.
fn after_levels(bytes: &[u8], max_level: i16, values: u32, encoding: Encoding) -> Option<&[u8]> {
    if encoding == Encoding::RLE {
        let (length, rest) = bytes.split_first_chunk()?;
        return rest.get(u32::from_le_bytes(*length) as usize..);
    }
    // BIT_PACKED, the only other encoding of levels.
    let bits = u64::from(values) * u64::from(i16::BITS - max_level.leading_zeros());
    bytes.get(usize::try_from(bits.div_ceil(8)).ok()?..)
}

/// A sequence of lengths, packed as deltas.
struct Lengths<'a> {
    /// The values of a miniblock, and the miniblocks of a block.
    mini_block: u64,
    mini_blocks: usize,
    count: u64,
    /// The bytes after its header.
    blocks: &'a [u8],
}

impl<'a> Lengths<'a> {
    /// Reads the header of the sequence at the start of `bytes`, which may have up to `most` lengths.
    fn read(mut bytes: &'a [u8], most: u64) -> std::result::Result<Self, String> {
        let mut header = || {
            let [block, mini_blocks, count] = [varint(&mut bytes)?, varint(&mut bytes)?, varint(&mut bytes)?];
            let _first = varint(&mut bytes)?;
            Some((block.checked_div(mini_blocks)?, usize::try_from(mini_blocks).ok()?, count))
        };
        let (mini_block, mini_blocks, count) = header().ok_or("the lengths of its texts have no header")?;
        if count > most {
            return Err(format!("a page claims {count} texts, at most {most} were expected"));
        }
        Ok(Self { mini_block, mini_blocks, count, blocks: bytes })
    }

    /// The bytes after the sequence.
    fn end(&self) -> std::result::Result<&'a [u8], String> {
        let mut bytes = self.blocks;
        // The first length is in the header.
        let mut left = self.count.saturating_sub(1);
        let mut skip_block = || {
            let _min_delta = varint(&mut bytes)?;
            let (widths, rest) = bytes.split_at_checked(self.mini_blocks)?;
            let mut size = 0u64;
            for width in widths {
                // Widths after the last length mean nothing.
                if left > 0 {
                    size = size.checked_add(u64::from(*width).checked_mul(self.mini_block)? / 8)?;
                    left = left.saturating_sub(self.mini_block);
                }
            }
            bytes = rest.get(usize::try_from(size).ok()?..)?;
            Some(left)
        };
        if self.count > 1 {
            if self.mini_block == 0 {
                return Err("the lengths of its texts are in blocks of none".into());
            }
            while skip_block().ok_or("the lengths of its texts are cut off")? > 0 {}
        }
        Ok(bytes)
    }
}

/// Reads a number of seven bits a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::{WriterProperties, WriterVersion};

    use super::*;
    use crate::catalogue::ingest::columnar::{contained, reason};

    /// A hundred texts, some of them missing, as one page in an encoding.
    fn file(encoding: Encoding, version: WriterVersion) -> (RecordBatch, Vec<u8>) {
        let texts = (0..110).map(|number| (number % 11 > 0).then(|| format!("song {}", number * number)));
        let texts: ArrayRef = Arc::new(texts.collect::<StringArray>());
        let batch = RecordBatch::try_from_iter_with_nullable([("title", texts, true)]).unwrap();
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_encoding(encoding)
            .set_writer_version(version)
            .build();
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        (batch, file)
    }

    fn read(file: &[u8]) -> std::result::Result<Vec<RecordBatch>, ArrowError> {
        let bytes = bytes::Bytes::copy_from_slice(file);
        contained(|| open(Cursor::new(&bytes), bytes.clone())?.1.collect())
    }

    /// The places of the headers of sequences of a hundred lengths in blocks of 128, four miniblocks each.
    fn headers(file: &[u8]) -> Vec<usize> {
        let header = [0x80, 0x01, 0x04, 100];
        (0..file.len()).filter(|at| file[*at..].starts_with(&header)).collect()
    }

    #[test]
    fn a_page_that_claims_more_texts_than_it_has_is_refused_before_they_are_decoded() {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for (encoding, sequences) in
                [(Encoding::DELTA_LENGTH_BYTE_ARRAY, 1), (Encoding::DELTA_BYTE_ARRAY, 2)]
            {
                let (batch, file) = file(encoding, version);
                assert_eq!(read(&file).unwrap(), [batch], "{encoding}");
                let headers = headers(&file);
                assert_eq!(headers.len(), sequences, "{encoding}");
                for at in headers {
                    let mut damaged = file.clone();
                    damaged[at + 3] = 127;
                    let error = reason(read(&damaged).unwrap_err());
                    assert!(error.contains("a page claims 127 texts, at most 110 were expected"), "{error}");
                }
            }
        }
    }

    #[test]
    fn a_header_that_claims_more_than_the_file_has_is_an_error_at_once() {
        let numbers = arrow_array::Float64Array::from_iter_values((0..1000).map(f64::from));
        let batch = RecordBatch::try_from_iter([("energy", Arc::new(numbers) as _)]).unwrap();
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        // In place of the first page's header: a field that claims a list of 2^28 numbers, which are not in the file.
        let list = [0xf9, 0xf7, 0x80, 0x80, 0x80, 0x80, 0x01];
        file[4..][..list.len()].copy_from_slice(&list);
        assert!(reason(read(&file).unwrap_err()).contains("end of file"), "and not after minutes");
    }

    #[test]
    fn sequences_that_cannot_be_are_refused() {
        for bytes in [
            &[][..],
            &[0x80, 0x01, 0, 2, 0],
            &[0, 1, 2, 0, 0, 0],
            &[0x80, 0x01, 4, 2, 0],
            &[0x80, 0x01, 4, 2, 0, 0, 9, 9, 9, 9],
            &[0xff; 40],
        ] {
            assert!(Lengths::read(bytes, 110).and_then(|lengths| lengths.end()).is_err(), "{bytes:?}");
        }
        let one = Lengths::read(&[0x80, 0x01, 4, 1, 6, 42], 110).unwrap();
        assert_eq!(one.end().unwrap(), [42]);
    }
}
