//! Record batches that another program made in memory, such as pandas or polars: each is validated before a value of
//! it is read, since arrays that were imported are trusted by `arrow-array`. What the columns mean is not known here.

use arrow_array::{Array, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::columnar::{Columnar, reason};

/// The batches of a reader, which must all have the schema that it claims.
pub(super) fn checked(reader: Box<dyn RecordBatchReader + Send>) -> Columnar {
    let schema = reader.schema();
    Ok((SchemaRef::clone(&schema), Box::new(Checked { reader, schema, batch: 0 })))
}

struct Checked {
    reader: Box<dyn RecordBatchReader + Send>,
    schema: SchemaRef,
    /// The number of the last batch, from 1.
    batch: u64,
}

impl Iterator for Checked {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch += 1;
        let checked = self.reader.next()?.and_then(|batch| match check(&batch, &self.schema) {
            Ok(()) => Ok(batch),
            Err(problem) => Err(ArrowError::InvalidArgumentError(format!("batch {}: {problem}", self.batch))),
        });
        Some(checked)
    }
}

/// Compares a batch with the schema, and validates its arrays: their offsets, keys, lengths and UTF-8.
fn check(batch: &RecordBatch, schema: &SchemaRef) -> Result<(), String> {
    let (found, wanted) = (batch.columns(), schema.fields());
    if found.len() != wanted.len() {
        return Err(format!("{} columns were wanted as in the schema, found {}", wanted.len(), found.len()));
    }
    let names = batch.schema();
    for ((column, field), own) in found.iter().zip(wanted).zip(names.fields()) {
        if own.name() != field.name() {
            return Err(format!(
                "the column {:?} was wanted as in the schema, found {:?}",
                field.name(),
                own.name()
            ));
        }
        let (name, kind) = (field.name(), column.data_type());
        if kind != field.data_type() {
            return Err(format!(
                "the column {name:?} has the type {kind}, {} was wanted as in the schema",
                field.data_type()
            ));
        }
        if column.len() != batch.num_rows() {
            return Err(format!(
                "the column {name:?} has {} values, {} were wanted",
                column.len(),
                batch.num_rows()
            ));
        }
        let valid = column.to_data().validate_full();
        valid.map_err(|error| format!("the column {name:?} is not valid Arrow data: {}", reason(error)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use arrow_array::builder::{FixedSizeListBuilder, LargeListBuilder, ListViewBuilder, StringBuilder};
    use arrow_array::types::{Int8Type, Int32Type};
    use arrow_array::{
        ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Float16Array, Float32Array, Float64Array,
        Int64Array, LargeStringArray, NullArray, RecordBatchIterator, StringArray, StringViewArray,
        UInt8Array,
    };
    use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
    use arrow_data::ArrayDataBuilder;
    use arrow_schema::{DataType, Field, Schema};
    use half::f16;

    use super::*;
    use crate::catalogue::ingest::{Ingest, Input, Needs, Report};
    use crate::catalogue::{Attribute, Catalogue, TextField};
    use crate::error::Error;
    use crate::row::Row;

    type Batch = Result<RecordBatch, ArrowError>;

    /// An input of batches with the schema of the first.
    fn input(batches: Vec<Batch>) -> Input {
        let schema = batches.iter().flatten().next().map(RecordBatch::schema);
        let schema = schema.unwrap_or_else(|| Arc::new(Schema::empty()));
        Input::batches("frame", RecordBatchIterator::new(batches, schema))
    }

    fn read(batches: Vec<Batch>) -> Result<(Catalogue, Report), Error> {
        let mut ingest = Ingest::new().needs(Needs::default()).keep("embedding");
        ingest.keep.retain(|name| {
            batches.iter().flatten().any(|batch| batch.schema().column_with_name(name).is_some())
        });
        ingest.read([input(batches)])
    }

    fn problem(batches: Vec<Batch>) -> String {
        match read(batches) {
            Ok((catalogue, _)) => panic!("{} tracks were read", catalogue.len()),
            Err(error) => error.to_string(),
        }
    }

    /// Tracks `t0`, `t1`, ... with these columns beside id, title and artists.
    fn tracks(rows: usize, others: &[(&str, ArrayRef)]) -> RecordBatch {
        let texts = |prefix: &str| -> ArrayRef {
            Arc::new((0..rows).map(|row| Some(format!("{prefix}{row}"))).collect::<StringArray>())
        };
        let mut columns =
            BTreeMap::from([("track_id", texts("t")), ("track_name", texts("n")), ("artists", texts("a"))]);
        columns.extend(others.iter().map(|(name, column)| (*name, Arc::clone(column))));
        RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, column)| (name, column, true)),
        )
        .unwrap()
    }

    #[test]
    fn the_types_of_other_programs_are_read() {
        let mut artists = LargeListBuilder::new(StringBuilder::new());
        artists.append_value([Some("A"), Some("B")]);
        artists.append_value([Some("C")]);
        let mut genres = ListViewBuilder::new(StringBuilder::new());
        genres.append_value([Some("rock"), Some("pop")]);
        genres.append_null();
        let mut embedding = FixedSizeListBuilder::new(arrow_array::builder::Float32Builder::new(), 2);
        for row in [[1.0, 2.0], [3.0, 4.0]] {
            embedding.values().append_slice(&row);
            embedding.append(true);
        }
        let tempo = Decimal128Array::from(vec![12_050, 9_000]).with_precision_and_scale(10, 2).unwrap();
        let albums = DictionaryArray::<Int8Type>::from_iter([Some("x"), None]);
        let keys = DictionaryArray::<Int32Type>::try_new(
            vec![1, 0].into(),
            Arc::new(Int64Array::from(vec![4, 7])) as ArrayRef,
        );
        let batch = tracks(
            2,
            &[
                (
                    "track_id",
                    Arc::new(StringViewArray::from(vec!["one", "a second id of more than 12 bytes"])),
                ),
                ("track_name", Arc::new(LargeStringArray::from(vec!["eins", "zwei"]))),
                ("artists", Arc::new(artists.finish())),
                ("genres", Arc::new(genres.finish())),
                ("album_name", Arc::new(albums)),
                ("track_genre", Arc::new(NullArray::new(2))),
                ("explicit", Arc::new(BooleanArray::from(vec![Some(true), None]))),
                ("energy", Arc::new(Float16Array::from(vec![f16::from_f32(0.5), f16::from_f32(0.25)]))),
                ("valence", Arc::new(Float32Array::from(vec![Some(0.75), None]))),
                ("tempo", Arc::new(tempo)),
                ("key", Arc::new(keys.unwrap())),
                ("mode", Arc::new(UInt8Array::from(vec![1, 0]))),
                ("embedding", Arc::new(embedding.finish())),
            ],
        );
        let (catalogue, report) = read(vec![Ok(batch)]).unwrap();
        assert_eq!((report.inputs[0].format, report.inputs[0].rows), ("Arrow record batches", 2));
        let text = |field, row| catalogue.text(field, Row(row)).unwrap();
        assert_eq!(text(TextField::TrackId, 1), Some("a second id of more than 12 bytes"));
        assert_eq!((text(TextField::TrackName, 0), text(TextField::Artists, 0)), (Some("eins"), Some("A;B")));
        assert_eq!((text(TextField::AlbumName, 0), text(TextField::AlbumName, 1)), (Some("x"), None));
        assert_eq!((catalogue.explicit(Row(0)), catalogue.explicit(Row(1))), (Some(true), None));
        assert_eq!(catalogue.track(Row(0)).unwrap().genres, ["rock", "pop"]);
        let number = |attribute, row: usize| {
            let values: Vec<Option<f64>> = catalogue.values(Attribute::name(attribute)).unwrap().collect();
            values[row]
        };
        assert_eq!((number(Attribute::Energy, 0), number(Attribute::Energy, 1)), (Some(0.5), Some(0.25)));
        assert_eq!((number(Attribute::Valence, 0), number(Attribute::Valence, 1)), (Some(0.75), None));
        assert_eq!((number(Attribute::Tempo, 0), number(Attribute::Key, 0)), (Some(120.5), Some(7.0)));
        assert_eq!(catalogue.fields().vectors[0].dimension, 2);
    }

    #[test]
    fn batches_follow_each_other_and_empty_ones_do_not_matter() {
        let part = |ids: &[&str]| {
            let ids: ArrayRef = Arc::new(StringArray::from(ids.to_vec()));
            Ok(tracks(ids.len(), &[("track_id", ids)]))
        };
        let (catalogue, report) = read(vec![part(&[]), part(&["a", "b"]), part(&[]), part(&["c"])]).unwrap();
        assert_eq!((catalogue.len(), report.counts.rows), (3, 3));
        assert_eq!(catalogue.text(TextField::TrackId, Row(2)).unwrap(), Some("c"));
    }

    #[test]
    fn the_length_of_vectors_is_that_of_the_first_list_in_whatever_batch_it_is() {
        let part = |ids: &[&str], lists: Vec<Option<Vec<Option<f32>>>>| {
            let lists =
                arrow_array::ListArray::from_iter_primitive::<arrow_array::types::Float32Type, _, _>(lists);
            let ids: ArrayRef = Arc::new(StringArray::from(ids.to_vec()));
            Ok(tracks(ids.len(), &[("track_id", ids), ("embedding", Arc::new(lists))]))
        };
        let vector = Some(vec![Some(1.0), Some(2.0), Some(3.0)]);
        let batches =
            vec![part(&[], vec![]), part(&["a"], vec![None]), part(&["b", "c"], vec![Some(vec![]), vector])];
        let (catalogue, _) = Ingest::new()
            .needs(Needs::default())
            .keep("embedding")
            .max_rejects(crate::RejectLimit::Rows(1))
            .read([input(batches)])
            .unwrap();
        assert_eq!(catalogue.fields().vectors[0].dimension, 3);
    }

    #[test]
    fn lists_and_dictionaries_of_a_large_batch_are_read_in_pieces() {
        const ROWS: usize = 20_000;
        let names: Vec<String> = (0..ROWS).map(|row| format!("artist {}", row % 7_000)).collect();
        let names = names.iter().map(String::as_str).collect::<DictionaryArray<Int32Type>>();
        let names: ArrayRef = Arc::new(names);
        let item = Arc::new(Field::new("item", names.data_type().clone(), true));
        let ends = (0..=ROWS as i32).map(|row| row.min(ROWS as i32 - 1)).collect::<ScalarBuffer<i32>>();
        let lists = arrow_array::ListArray::new(item, OffsetBuffer::new(ends), names, None);
        let (catalogue, _) = read(vec![Ok(tracks(ROWS, &[("artists", Arc::new(lists))]))]).unwrap();
        assert_eq!(catalogue.len(), ROWS - 1, "the last has no artist");
        let artists = |row| catalogue.text(TextField::Artists, Row(row)).unwrap();
        assert_eq!((artists(0), artists(19_998)), (Some("artist 0"), Some("artist 5998")));
    }

    /// A column of two rows with the layout of texts, which nothing has checked.
    fn texts(ends: [i32; 3], bytes: &[u8]) -> ArrayRef {
        let data = ArrayDataBuilder::new(DataType::Utf8)
            .len(2)
            .add_buffer(Buffer::from_slice_ref(ends))
            .add_buffer(Buffer::from_slice_ref(bytes));
        unchecked(data)
    }

    #[allow(unsafe_code)]
    fn unchecked(data: ArrayDataBuilder) -> ArrayRef {
        // SAFETY: none; these are the arrays that an import from a foreign program makes, which nobody but the code
        // under test checks.
        arrow_array::make_array(unsafe { data.skip_validation(true).build_unchecked() })
    }

    #[test]
    fn arrays_that_are_not_what_they_claim_are_refused() {
        let column = |name: &str, column: ArrayRef| problem(vec![Ok(tracks(2, &[(name, column)]))]);
        for (name, wrong) in [
            ("offsets past the end", texts([0, 1, 90], b"ab")),
            ("offsets that fall", texts([0, 2, 1], b"ab")),
            ("negative offsets", texts([-1, 1, 2], b"ab")),
            ("no UTF-8", texts([0, 1, 2], b"\xff\xfe")),
            ("half a character", texts([0, 1, 2], "é".as_bytes())),
        ] {
            let problem = column("track_name", wrong);
            let begins = "frame: the record batches are not valid: batch 1: the column \"track_name\" is not valid \
                          Arrow data: ";
            assert!(problem.starts_with(begins), "{name}: {problem}");
        }
        let keys = ArrayDataBuilder::new(DataType::Dictionary(DataType::Int8.into(), DataType::Utf8.into()))
            .len(2)
            .add_buffer(Buffer::from_slice_ref([0i8, 5]))
            .add_child_data(StringArray::from(vec!["x"]).to_data());
        assert!(column("album_name", unchecked(keys)).contains("\"album_name\" is not valid"));
        let item = Arc::new(Field::new("item", DataType::Float32, true));
        let lists = ArrayDataBuilder::new(DataType::LargeList(item))
            .len(2)
            .add_buffer(Buffer::from_slice_ref([0i64, 2, 4000]))
            .add_child_data(Float32Array::from(vec![1.0; 4]).to_data());
        assert!(column("embedding", unchecked(lists)).contains("\"embedding\" is not valid"));
        let view = ArrayDataBuilder::new(DataType::Utf8View)
            .len(2)
            .add_buffer(Buffer::from_slice_ref([2u128 | u128::from(b'a') << 32, 7 << 64 | 40]))
            .add_buffer(Buffer::from_slice_ref(b"abc"));
        assert!(column("track_name", unchecked(view)).contains("\"track_name\" is not valid"));
    }

    #[test]
    fn batches_that_differ_from_the_schema_are_refused() {
        let first = tracks(1, &[("energy", Arc::new(Float64Array::from(vec![0.5])))]);
        let other_type = tracks(1, &[("energy", Arc::new(Float32Array::from(vec![0.5])))]);
        let other_name = tracks(1, &[("enemy", Arc::new(Float64Array::from(vec![0.5])))]);
        for (second, wanted) in [
            (
                other_type,
                "batch 2: the column \"energy\" has the type Float32, Float64 was wanted as in the schema",
            ),
            (other_name, "batch 2: the column \"energy\" was wanted as in the schema, found \"enemy\""),
            (tracks(1, &[]), "batch 2: 4 columns were wanted as in the schema, found 3"),
        ] {
            let problem = problem(vec![Ok(first.clone()), Ok(second)]);
            assert_eq!(problem, format!("frame: the record batches are not valid: {wanted}"));
        }
    }

    #[test]
    fn a_reader_that_fails_or_has_nothing_is_an_error() {
        let broken = || Err(ArrowError::ExternalError("the database went away".into()));
        let failed = problem(vec![Ok(tracks(1, &[])), broken()]);
        assert!(
            failed.starts_with("frame: the record batches are not valid: ") && failed.contains("went away")
        );
        assert_eq!(
            problem(vec![Ok(tracks(0, &[]))]),
            "frame: no track is left of 0 rows; an index needs at least one track"
        );
        assert_eq!(problem(Vec::new()), "frame: has no columns");
        let nothing = RecordBatch::try_from_iter([("track_id", Arc::new(NullArray::new(1)) as ArrayRef)]);
        assert_eq!(problem(vec![nothing]), "frame: has no column that holds any value");
        let schema = tracks(1, &[]).schema();
        let panics = RecordBatchIterator::new(std::iter::from_fn(|| panic!("the producer crashed")), schema);
        let error =
            Ingest::new().needs(Needs::default()).read([Input::batches("frame", panics)]).err().unwrap();
        assert_eq!(error.to_string(), "frame: the record batches are not valid: the producer crashed");
    }
}
