//! CSV into records of raw fields, many at a time.
//!
//! The grammar (quotes, doubled quotes, line ends) is that of the crate `csv-core`; what is added here is
//! the batching, the line on which each record begins, and a bound on the length of one record. What the
//! fields mean is not known here.

use std::io::{self, Read};

use csv_core::ReadRecordResult;

use super::value::Raw;

/// The longest record that is read, in bytes: a longer one comes from a quote that was left open.
const MAX_RECORD: usize = 16 << 20;
/// The most fields of one record: a file of nothing but commas would take eight times its size in memory.
pub(super) const MAX_FIELDS: usize = 1 << 16;
/// A batch is full when it holds this many bytes of fields, or this many fields.
const BATCH_BYTES: usize = 1 << 18;
const BATCH_FIELDS: usize = 1 << 18;
const INPUT_BYTES: usize = 1 << 18;

/// Reads records from bytes that have no byte-order mark.
pub(super) struct CsvReader {
    source: Box<dyn Read + Send>,
    core: csv_core::Reader,
    input: Vec<u8>,
    used: usize,
    filled: usize,
    line: u64,
}

/// Why records cannot be read on.
#[derive(Debug)]
pub(super) enum CsvProblem {
    Io(io::Error),
    RecordTooLong {
        line: u64,
    },
    TooManyFields {
        line: u64,
    },
    /// A quote in the record that begins on this line is not closed before the end.
    OpenQuote {
        line: u64,
    },
}

/// Some records: their fields one after another, unquoted.
#[derive(Debug, Default)]
pub(crate) struct Records {
    text: Vec<u8>,
    /// Where each field ends in `text`, relative to its record's start.
    ends: Vec<usize>,
    records: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    line: u64,
    text: usize,
    first_field: usize,
    fields: usize,
}

/// One record of a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    text: Text<'a>,
    ends: &'a [usize],
}

/// The fields of a record, checked for UTF-8 all at once: far cheaper than one by one.
#[derive(Debug, Clone, Copy)]
enum Text<'a> {
    Utf8(&'a str),
    Bytes(&'a [u8]),
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn get(&self, record: usize) -> Option<Record<'_>> {
        let place = self.records.get(record)?;
        let ends = self.ends.get(place.first_field..)?.get(..place.fields)?;
        let text = self.text.get(place.text..)?.get(..*ends.last()?)?;
        Some(Record {
            line: place.line,
            text: str::from_utf8(text).map_or(Text::Bytes(text), Text::Utf8),
            ends,
        })
    }

    fn clear(&mut self) {
        self.records.clear();
    }
}

impl<'a> Record<'a> {
    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// One field, without its quotes.
    pub(crate) fn get(&self, field: usize) -> Option<Raw<'a>> {
        let from = match field {
            0 => 0,
            field => *self.ends.get(field - 1)?,
        };
        let range = from..*self.ends.get(field)?;
        let bytes = match self.text {
            Text::Utf8(text) => match text.get(range.clone()) {
                Some(text) => return Some(Raw::text_or_missing(text)),
                // The field ends within a character that the next one completes.
                None => text.as_bytes().get(range)?,
            },
            Text::Bytes(bytes) => bytes.get(range)?,
        };
        Some(str::from_utf8(bytes).map_or(Raw::NotUtf8(bytes), Raw::text_or_missing))
    }

    /// The lines that it spans: more than one if its fields hold ends of lines.
    pub(super) fn lines(&self) -> u64 {
        let text = match self.text {
            Text::Utf8(text) => text.as_bytes(),
            Text::Bytes(bytes) => bytes,
        };
        1 + memchr::memchr_iter(b'\n', text).count() as u64
    }

    /// All fields, what is not UTF-8 in them replaced.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        (0..self.len()).filter_map(|field| self.get(field)).map(|field| field.to_text())
    }
}

impl CsvReader {
    pub(super) fn new(source: Box<dyn Read + Send>) -> Self {
        let input = vec![0; INPUT_BYTES];
        Self { source, core: csv_core::Reader::new(), input, used: 0, filled: 0, line: 1 }
    }

    /// Replaces the content of `records` by the next ones; leaves none at the end.
    pub(super) fn read(&mut self, records: &mut Records) -> Result<(), CsvProblem> {
        self.read_some(records, usize::MAX)
    }

    /// Reads the next record alone.
    pub(super) fn read_one(&mut self) -> Result<Records, CsvProblem> {
        let mut records = Records::default();
        self.read_some(&mut records, 1)?;
        Ok(records)
    }

    fn read_some(&mut self, records: &mut Records, most: usize) -> Result<(), CsvProblem> {
        records.clear();
        let (mut text, mut field) = (0, 0);
        while records.records.len() < most && text < BATCH_BYTES && field < BATCH_FIELDS {
            self.skip_line_ends()?;
            let line = self.line;
            let Some((bytes, fields)) = self.read_record(records, text, field)? else { break };
            records.records.push(Place { line, text, first_field: field, fields });
            text += bytes;
            field += fields;
        }
        Ok(())
    }

    /// Reads one record to where `text` and `field` say; returns its bytes and fields, or `None` at the end.
    fn read_record(
        &mut self,
        records: &mut Records,
        text: usize,
        field: usize,
    ) -> Result<Option<(usize, usize)>, CsvProblem> {
        // Only at the end of the file is there no input after the ends of lines were skipped.
        if self.filled == 0 {
            return Ok(None);
        }
        let begins = self.line;
        let (mut bytes, mut fields) = (0, 0);
        let mut ended = false;
        loop {
            // One more end of line completes the last record, unless it is within quotes.
            let rest = self.input.get(self.used..self.filled).unwrap_or_default();
            let input = if ended { b"\n" } else { rest };
            let output = records.text.get_mut(text + bytes..).unwrap_or_default();
            let ends = records.ends.get_mut(field + fields..).unwrap_or_default();
            let line = self.core.line();
            let (result, read, written, found) = self.core.read_record(input, output, ends);
            if !ended {
                self.used += read;
                self.line += self.core.line() - line;
            }
            bytes += written;
            fields += found;
            if bytes > MAX_RECORD {
                return Err(CsvProblem::RecordTooLong { line: begins });
            }
            if fields > MAX_FIELDS {
                return Err(CsvProblem::TooManyFields { line: begins });
            }
            match result {
                ReadRecordResult::Record => return Ok(Some((bytes, fields))),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty if ended => return Err(CsvProblem::OpenQuote { line: begins }),
                ReadRecordResult::InputEmpty => {
                    self.refill()?;
                    ended = self.filled == 0;
                }
                ReadRecordResult::OutputFull => records.text.resize((2 * (text + bytes)).max(INPUT_BYTES), 0),
                ReadRecordResult::OutputEndsFull => records.ends.resize((2 * (field + fields)).max(1024), 0),
            }
        }
    }

    /// Skips blank lines and what is left of the last line's end, so that the next record begins on `line`.
    fn skip_line_ends(&mut self) -> Result<(), CsvProblem> {
        loop {
            let input = self.input.get(self.used..self.filled).unwrap_or_default();
            let ends = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            self.line += input.iter().take(ends).filter(|&&byte| byte == b'\n').count() as u64;
            self.used += ends;
            if self.used < self.filled {
                return Ok(());
            }
            self.refill()?;
            if self.filled == 0 {
                return Ok(());
            }
        }
    }

    fn refill(&mut self) -> Result<(), CsvProblem> {
        self.used = 0;
        self.filled = loop {
            match self.source.read(&mut self.input) {
                Ok(read) => break read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(CsvProblem::Io(error)),
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reader(text: &[u8]) -> CsvReader {
        CsvReader::new(Box::new(io::Cursor::new(text.to_vec())))
    }

    fn all(mut reader: CsvReader) -> Vec<(u64, Vec<String>)> {
        let (mut found, mut records) = (Vec::new(), Records::default());
        loop {
            reader.read(&mut records).unwrap();
            if records.len() == 0 {
                return found;
            }
            found.extend(
                (0..records.len())
                    .filter_map(|index| records.get(index))
                    .map(|record| (record.line, record.texts().collect())),
            );
        }
    }

    fn shown(text: &str) -> Vec<(u64, String)> {
        all(reader(text.as_bytes())).into_iter().map(|(line, fields)| (line, fields.join("|"))).collect()
    }

    #[test]
    fn quotes_commas_and_newlines_in_fields_are_kept() {
        let found = shown("a,\"b,\"\"c\"\"\",d\n\"x\ny\",,z\nlast,1,2");
        assert_eq!(found, [(1, "a|b,\"c\"|d".into()), (2, "x\ny||z".into()), (4, "last|1|2".into())]);
    }

    #[test]
    fn every_record_knows_its_line_whatever_ends_the_lines() {
        let lines: Vec<u64> =
            shown("a\r\n\r\n\n\"b\r\nc\"\r\nd\r\n\r\n").iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 4, 6]);
        assert_eq!(shown(""), []);
        assert_eq!(shown("\n\r\n"), []);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_an_error_and_swallows_nothing() {
        for (text, line) in [("a,b\n1,\"2\n3,4\n5,6", 2), ("\"", 1), ("a\n\"b\"\"", 2), ("a\n\n\"b\n", 3)] {
            let (mut reader, mut records) = (reader(text.as_bytes()), Records::default());
            let problem = reader.read(&mut records);
            assert!(
                matches!(problem, Err(CsvProblem::OpenQuote { line: found }) if found == line),
                "{text:?}"
            );
        }
        assert_eq!(shown("a\n\"b\""), [(1, "a".into()), (2, "b".into())], "closed at the very end");
    }

    #[test]
    fn a_record_that_never_ends_is_stopped() {
        let mut text = b"a,b\n1,2\n\"".to_vec();
        text.resize(MAX_RECORD + INPUT_BYTES * 2, b'x');
        let (mut reader, mut records) = (reader(&text), Records::default());
        let problem = reader.read(&mut records);
        assert!(matches!(problem, Err(CsvProblem::RecordTooLong { line: 3 })), "{problem:?}");
    }

    #[test]
    fn a_record_of_too_many_fields_is_stopped() {
        let text = [b"a,b\n".as_slice(), &vec![b','; 2 * MAX_FIELDS]].concat();
        let (mut reader, mut records) = (reader(&text), Records::default());
        let problem = reader.read(&mut records);
        assert!(matches!(problem, Err(CsvProblem::TooManyFields { line: 2 })), "{problem:?}");
    }

    #[test]
    fn a_batch_ends_even_if_no_field_holds_a_byte() {
        let text = b",\n".repeat(BATCH_FIELDS);
        let (mut reader, mut records) = (reader(&text), Records::default());
        let mut read = 0;
        while read == 0 || records.len() > 0 {
            reader.read(&mut records).unwrap();
            assert!(records.len() <= BATCH_FIELDS / 2);
            read += records.len();
        }
        assert_eq!(read, BATCH_FIELDS);
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate_on_any_table(
            rows in proptest::collection::vec(proptest::collection::vec("[a-c\",\n\r é]{0,6}", 3), 1..40),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let found: Vec<Vec<String>> =
                all(reader(&writer.into_inner().unwrap())).into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(found, rows);
        }
    }
}
