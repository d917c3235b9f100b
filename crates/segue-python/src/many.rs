//! Lists for many ids, as one table.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, Int32Builder, LargeListBuilder, LargeStringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;
use rayon::prelude::*;
use segue::catalogue::TextField;
use segue::{Error, Progress, Recommender, Row};

use crate::faults::Fault;
use crate::question::wrong;
use crate::source::stream;

/// The bytes of an id, to have room for them.
const ID_BYTES: usize = 22;

/// What becomes of an id that is not in the catalogue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Raise,
    Skip,
    Null,
}

impl Missing {
    pub(crate) fn named(name: &str) -> PyResult<Self> {
        match name {
            "raise" => Ok(Self::Raise),
            "skip" => Ok(Self::Skip),
            "null" => Ok(Self::Null),
            other => Err(PyValueError::new_err(format!("missing is raise, skip or null, found {other:?}"))),
        }
    }
}

/// What is wanted of the lists.
pub(crate) struct Wanted<'a> {
    pub(crate) k: usize,
    pub(crate) profile: Option<&'a str>,
    pub(crate) missing: Missing,
    pub(crate) titles: bool,
}

/// An id, and its list if it is in the catalogue: tracks and their similarities.
type List<'a> = (Option<&'a str>, Option<(&'a [Row], &'a [f64])>);

/// So many ids are answered at a time, which bounds the memory for neighbours.
pub(crate) const TOGETHER: usize = 1 << 15;
/// The rows of a batch, so that each has its own columns made in parallel.
const SEEDS_OF_A_BATCH: usize = 1 << 12;

/// The ids in an iterable of texts, or in a column of a table; `None` where one is missing.
pub(crate) fn ids(given: &Bound<'_, PyAny>) -> PyResult<Vec<Option<String>>> {
    if given.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err("ids are several texts, found one; give it in a list"));
    }
    // A series or an array is a stream too, but of no table; its items are texts.
    let is_table =
        ["columns", "column_names", "schema"].iter().any(|name| given.hasattr(*name).unwrap_or(false));
    let reader = match is_table || given.try_iter().is_err() {
        true => stream(given)?,
        false => None,
    };
    let Some(reader) = reader else { return given.try_iter()?.map(|id| one(&id?)).collect() };
    let py = given.py();
    let refused = |problem: String| Fault::Input.says(py, problem);
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    let place = match schema.index_of("track_id") {
        Ok(place) => place,
        Err(_) if schema.fields().len() == 1 => 0,
        Err(_) => {
            let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            let problem = format!("ids: a column track_id was wanted, there are {}", names.join(", "));
            return Err(refused(problem));
        }
    };
    let read = py.detach(|| {
        contained(move || {
            let mut ids = Vec::new();
            for batch in reader {
                let batch = batch.map_err(|error| error.to_string())?;
                let column = batch.columns().get(place).ok_or("a batch lacks the column")?;
                column.to_data().validate_full().map_err(|error| error.to_string())?;
                texts(column, &mut ids)?;
            }
            Ok(ids)
        })
    });
    read.map_err(|problem| refused(format!("ids: {problem}")))
}

/// Reads a stream of another program, whose batches may not be what they claim: that makes Arrow's import panic.
pub(crate) fn contained<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let read = std::panic::catch_unwind(AssertUnwindSafe(read));
    read.unwrap_or_else(|_| Err("a batch is not what its schema says".into()))
}

/// An id as an object of Python: a text, a scalar of pyarrow, or what stands for a missing value.
fn one(id: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if let Ok(text) = id.extract::<String>() {
        return Ok(Some(text));
    }
    if id.hasattr("as_py")? {
        return one(&id.call_method0("as_py")?);
    }
    let is_missing =
        id.is_none() || id.extract::<f64>().is_ok_and(f64::is_nan) || id.get_type().name()? == "NAType";
    match is_missing {
        true => Ok(None),
        false => Err(PyTypeError::new_err(format!("an id is a text, found {}", id.get_type().name()?))),
    }
}

/// Adds the texts of an array; whole numbers become texts too.
pub(crate) fn texts(array: &ArrayRef, out: &mut Vec<Option<String>>) -> Result<(), String> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    match array.data_type() {
        DataType::Utf8 => out.extend(array.as_string::<i32>().iter().map(owned)),
        DataType::LargeUtf8 => out.extend(array.as_string::<i64>().iter().map(owned)),
        DataType::Utf8View => out.extend(array.as_string_view().iter().map(owned)),
        DataType::Int64 => numbers::<Int64Type>(array, out),
        DataType::Int32 => numbers::<Int32Type>(array, out),
        DataType::Null => out.extend((0..array.len()).map(|_| None)),
        DataType::Dictionary(..) => {
            let keys = array.as_any_dictionary();
            let mut values = Vec::new();
            texts(keys.values(), &mut values)?;
            // There are no keys to normalise if there is no value that they could stand for.
            let places = if values.is_empty() { Vec::new() } else { keys.normalized_keys() };
            out.extend((0..array.len()).map(|row| {
                let place = places.get(row).filter(|_| keys.keys().is_valid(row));
                place.and_then(|place| values.get(*place).cloned()).flatten()
            }));
        }
        other => return Err(format!("texts were wanted, found a column of the type {other}")),
    }
    Ok(())
}

/// Adds whole numbers as texts.
fn numbers<T: ArrowPrimitiveType<Native: ToString>>(array: &ArrayRef, out: &mut Vec<Option<String>>) {
    out.extend(array.as_primitive::<T>().iter().map(|number| number.map(|number| number.to_string())));
}

/// The columns of the answer.
pub(crate) fn schema(titles: bool) -> SchemaRef {
    let text = |name: &str, nullable| Field::new(name, DataType::LargeUtf8, nullable);
    let mut fields = vec![
        text("source_id", true),
        Field::new("rank", DataType::Int32, true),
        text("track_id", true),
        Field::new("similarity", DataType::Float64, true),
    ];
    if titles {
        let artist = Field::new("item", DataType::LargeUtf8, false);
        fields.push(text("track_name", true));
        fields.push(Field::new("artists", DataType::LargeList(Arc::new(artist)), true));
    }
    Arc::new(Schema::new(fields))
}

/// The list of every id, in their order.
pub(crate) fn recommend(
    recommender: &Recommender,
    ids: &[Option<String>],
    wanted: &Wanted<'_>,
    progress: &dyn Progress,
) -> segue::Result<Vec<RecordBatch>> {
    // Also where there is no id.
    recommender.index().space(wanted.profile)?;
    let mut batches = Vec::new();
    for ids in ids.chunks(TOGETHER) {
        if progress.is_stopped() {
            return Err(Error::Stopped);
        }
        let texts: Vec<&str> = ids.iter().map(|id| id.as_deref().unwrap_or_default()).collect();
        let rows = recommender.index().rows(&texts)?;
        if wanted.missing == Missing::Raise
            && let Some((unknown, _)) = ids.iter().zip(&rows).find(|(_, row)| row.is_none())
        {
            let Some(unknown) = unknown else { return Err(wrong("an id is missing")) };
            recommender.row(unknown)?;
        }
        let seeds: Vec<Row> = rows.iter().flatten().copied().collect();
        let lists = recommender.recommend_many(&seeds, wanted.k, wanted.profile)?;
        let mut found = lists.iter();
        let lists: Vec<List<'_>> =
            ids.iter().zip(&rows).map(|(id, row)| (id.as_deref(), row.and_then(|_| found.next()))).collect();
        let made = lists.par_chunks(SEEDS_OF_A_BATCH).map(|lists| batch(recommender, lists, wanted));
        batches.extend(made.collect::<segue::Result<Vec<_>>>()?);
    }
    Ok(batches)
}

fn batch(recommender: &Recommender, lists: &[List<'_>], wanted: &Wanted<'_>) -> segue::Result<RecordBatch> {
    let tracks = lists.iter().map(|(_, list)| list.map_or(1, |(rows, _)| rows.len())).sum();
    let text = |size: usize| LargeStringBuilder::with_capacity(tracks, tracks * size);
    let (mut sources, mut found) = (text(ID_BYTES), text(ID_BYTES));
    let (mut ranks, mut similarities) =
        (Int32Builder::with_capacity(tracks), Float64Builder::with_capacity(tracks));
    let mut shown: Vec<Option<Row>> = Vec::new();
    let catalogue = recommender.index().catalogue();
    let id = TextField::TrackId;
    for (source, list) in lists {
        match list {
            Some((rows, likeness)) => {
                for ((row, similarity), rank) in rows.iter().zip(*likeness).zip(1..) {
                    sources.append_option(*source);
                    ranks.append_value(rank);
                    found.append_option(catalogue.text(id, *row)?);
                    similarities.append_value(*similarity);
                    shown.extend(wanted.titles.then_some(Some(*row)));
                }
            }
            None if wanted.missing == Missing::Null => {
                sources.append_option(*source);
                ranks.append_null();
                found.append_null();
                similarities.append_null();
                shown.extend(wanted.titles.then_some(None));
            }
            None => {}
        }
    }
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(sources.finish()),
        Arc::new(ranks.finish()),
        Arc::new(found.finish()),
        Arc::new(similarities.finish()),
    ];
    if wanted.titles {
        let mut names = LargeStringBuilder::new();
        let item = Arc::new(Field::new("item", DataType::LargeUtf8, false));
        let mut artists = LargeListBuilder::new(LargeStringBuilder::new()).with_field(item);
        for row in shown {
            let track = row.map(|row| recommender.track(row)).transpose()?;
            names.append_option(track.as_ref().map(|track| track.track_name));
            for artist in track.iter().flat_map(|track| &track.artists) {
                artists.values().append_value(artist);
            }
            artists.append(track.is_some());
        }
        columns.extend([Arc::new(names.finish()) as ArrayRef, Arc::new(artists.finish())]);
    }
    RecordBatch::try_new(schema(wanted.titles), columns).map_err(|error| wrong(error.to_string()))
}

/// The nearest neighbours of some rows, as the file of a graph has them.
pub(crate) fn neighbours(
    recommender: &Recommender,
    rows: &[u32],
    k: usize,
    profile: Option<&str>,
) -> segue::Result<RecordBatch> {
    let (index, id) = (recommender.index(), TextField::TrackId);
    let rows: Vec<Row> = rows.iter().copied().map(Row).collect();
    let k = k.min(index.len().saturating_sub(1));
    let found = index.space(profile)?.neighbours().neighbours_of(&rows, k, None);
    let tracks = rows.len() * k;
    let text = || LargeStringBuilder::with_capacity(tracks, tracks * ID_BYTES);
    let (mut sources, mut targets) = (text(), text());
    let (mut ranks, mut similarities) =
        (Int32Builder::with_capacity(tracks), Float64Builder::with_capacity(tracks));
    for (source, found) in rows.iter().zip(&found) {
        let source = index.catalogue().text(id, *source)?.unwrap_or_default();
        for (neighbour, rank) in found.iter().zip(1..) {
            sources.append_value(source);
            ranks.append_value(rank);
            targets.append_option(index.catalogue().text(id, neighbour.row)?);
            similarities.append_value(neighbour.similarity);
        }
    }
    let columns: [(&str, ArrayRef); 4] = [
        ("source_id", Arc::new(sources.finish())),
        ("rank", Arc::new(ranks.finish())),
        ("target_id", Arc::new(targets.finish())),
        ("similarity", Arc::new(similarities.finish())),
    ];
    RecordBatch::try_from_iter(columns).map_err(|error| wrong(error.to_string()))
}
