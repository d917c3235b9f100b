//! Functions about sources and indexes that give tables.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Float64Array, LargeStringArray, RecordBatch, RecordBatchReader, UInt64Array,
};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use segue::eval::{self, Ranker, Training, look_up};
use segue::inspect::{ColumnKind, ColumnSummary};
use segue::{Error, playlist};

use crate::catalogue::Catalogue;
use crate::faults::{Fault, exception};
use crate::frame::Frame;
use crate::index::Index;
use crate::many::{contained, texts};
use crate::profile::Profile;
use crate::source::{input, stream};
use crate::work;

fn framed<const N: usize>(py: Python<'_>, columns: [(&str, ArrayRef); N]) -> PyResult<Frame> {
    let columns = columns.map(|(name, array)| (name, array, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns);
    batch.map(Frame::of).map_err(|error| Fault::Query.says(py, error.to_string()))
}

fn text_column<T>(items: &[T], text: impl Fn(&T) -> Option<String>) -> ArrayRef {
    Arc::new(items.iter().map(text).collect::<LargeStringArray>())
}

fn number_column<T>(items: &[T], number: impl Fn(&T) -> Option<f64>) -> ArrayRef {
    Arc::new(items.iter().map(number).collect::<Float64Array>())
}

/// Summarise every column of a table before any cleaning.
///
/// Parameters
/// ----------
/// source : str, path-like, bytes or table
///     As for `read`.
///
/// Returns
/// -------
/// Frame
///     One row for each column: ``column``, ``type``, ``missing``, ``unreadable`` (counts of values), and of numbers
///     ``min``, ``median``, ``max``.
///
/// Raises
/// ------
/// FileNotFoundError, OSError
///     If it cannot be read.
/// InputError
///     If it is no table.
///
/// Examples
/// --------
/// >>> import segue
/// >>> summary = segue.inspect(b"title,bpm\nOne,120\nTwo,90\n")
/// >>> summary["type"], summary["max"]
/// (['text', 'integer'], [None, 120.0])
#[pyfunction]
pub(crate) fn inspect(source: &Bound<'_, PyAny>) -> PyResult<Frame> {
    let (py, input) = (source.py(), input(source)?);
    let summary = work::run_apart(py, None, |_| segue::inspect::table(input))?;
    let columns = summary.columns.as_slice();
    let counts = |count: fn(&ColumnSummary) -> u64| -> ArrayRef {
        Arc::new(columns.iter().map(|column| Some(count(column))).collect::<UInt64Array>())
    };
    let kind = |kind: ColumnKind| match kind {
        ColumnKind::Empty => "empty",
        ColumnKind::Integer => "integer",
        ColumnKind::Number => "number",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Text => "text",
        ColumnKind::Vector => "vector",
    };
    let frame = framed(
        py,
        [
            ("column", text_column(columns, |column| Some(column.name.clone()))),
            ("type", text_column(columns, |column| Some(kind(column.kind).into()))),
            ("missing", counts(|column| column.missing)),
            ("unreadable", counts(|column| column.unreadable)),
            ("min", number_column(columns, |column| Some(column.spread.as_ref()?.min))),
            ("median", number_column(columns, |column| Some(column.spread.as_ref()?.median))),
            ("max", number_column(columns, |column| Some(column.spread.as_ref()?.max))),
        ],
    )?;
    let ragged = match summary.ragged {
        0 => String::new(),
        ragged => format!(", {ragged} with another number of values than there are columns"),
    };
    Ok(frame
        .with_note(Some(format!("{}, {}: {} rows{ragged}", summary.format, summary.layout, summary.rows))))
}

/// The playlists of a file, of bytes, or of a table with the columns `playlist_id` and `track_id`.
fn playlists(source: &Bound<'_, PyAny>) -> PyResult<Vec<playlist::Playlist>> {
    let py = source.py();
    let refused = |problem: String| Fault::Input.says(py, format!("playlists: {problem}"));
    let (name, bytes) = if let Ok(bytes) = source.cast::<PyBytes>() {
        ("playlists.csv".to_owned(), bytes.as_bytes().to_vec())
    } else if let Ok(path) = source.extract::<std::path::PathBuf>() {
        let name = path.display().to_string();
        let read = py.detach(|| std::fs::read(&path));
        let unread = |error| exception(py, Error::Io { action: "read", path: name.clone(), source: error });
        (name.clone(), read.map_err(unread)?)
    } else if let Some(reader) = stream(source)? {
        let read = py.detach(|| contained(move || csv(reader)));
        ("playlists.csv".to_owned(), read.map_err(refused)?)
    } else {
        return Err(refused("a path, bytes or a table was wanted".into()));
    };
    let playlists =
        py.detach(|| playlist::read(&name, &bytes, None)).map_err(|error| exception(py, error))?;
    match playlists.as_slice() {
        [only] if only.name.is_none() => Err(refused(format!(
            "{name} is one list without a name, and several were wanted: the columns playlist_id and track_id"
        ))),
        _ => Ok(playlists),
    }
}

fn csv(reader: impl RecordBatchReader) -> Result<Vec<u8>, String> {
    let mut csv = "playlist_id,track_id\n".to_owned();
    for batch in reader {
        let batch = batch.map_err(|error| error.to_string())?;
        let column = |name: &str| {
            let column = batch.column_by_name(name).ok_or(format!("the table lacks the column {name}"))?;
            column.to_data().validate_full().map_err(|error| error.to_string())?;
            let mut values = Vec::new();
            texts(column, &mut values)?;
            Ok::<_, String>(values)
        };
        for (playlist, track) in column("playlist_id")?.iter().zip(column("track_id")?) {
            let (Some(playlist), Some(track)) = (playlist, track) else { continue };
            let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            csv += &format!("{},{}\n", quoted(playlist), quoted(&track));
        }
    }
    Ok(csv.into_bytes())
}

/// Measure the profiles of an index on playlists that people made.
///
/// Parameters
/// ----------
/// index : Index
/// playlists : str, path-like, bytes or table
///     CSV, or a table, with the columns ``playlist_id`` and ``track_id``.
///
/// Returns
/// -------
/// Frame
///     ``profile`` (also the baselines ``popular`` and ``random``), ``measure``, ``value``, and ``low`` and ``high``, its
///     95 % interval where it is a mean over playlists.
///
/// Raises
/// ------
/// FileNotFoundError, OSError
///     If a file cannot be read.
/// InputError
///     If the source has no playlists.
///
/// Examples
/// --------
/// >>> import segue
/// >>> index = segue.Index.build(segue.demo(500))
/// >>> ids = index.catalogue.to_frame()["track_id"]
/// >>> playlists = "playlist_id,track_id\n" + "".join(f"{i // 10},{id}\n" for i, id in enumerate(ids[:40]))
/// >>> measured = segue.evaluate(index, playlists.encode())
/// >>> sorted(set(measured["profile"]))
/// ['popular', 'random', 'segue']
#[pyfunction]
#[pyo3(signature = (index, playlists))]
pub(crate) fn evaluate(index: &Bound<'_, Index>, playlists: &Bound<'_, PyAny>) -> PyResult<Frame> {
    let (py, playlists) = (index.py(), self::playlists(playlists)?);
    let recommender = index.get().recommender();
    let (evaluated, known) = work::run_long(py, None, |_| {
        let index = recommender.index();
        let (playlists, known) = look_up(index, &playlists)?;
        let mut rankers: Vec<Ranker<'_>> = index.spaces().iter().map(Ranker::Profile).collect();
        rankers.extend([Ranker::Popular, Ranker::Random]);
        Ok((eval::evaluate(index, &playlists, &rankers, |_| ())?, known))
    })?;
    let values: Vec<_> = evaluated
        .evaluations
        .iter()
        .flat_map(|of| of.values.iter().map(|value| (of.profile.clone(), *value)))
        .collect();
    let frame = framed(
        py,
        [
            ("profile", text_column(&values, |(profile, _)| Some(profile.clone()))),
            ("measure", text_column(&values, |(_, value)| Some(value.measure.name().into()))),
            ("value", number_column(&values, |(_, value)| Some(value.value))),
            ("low", number_column(&values, |(_, value)| value.interval.map(|(low, _)| low))),
            ("high", number_column(&values, |(_, value)| value.interval.map(|(_, high)| high))),
        ],
    )?;
    Ok(frame.with_note(Some(format!(
        "{} playlists with {} songs; {} entries are not in the catalogue",
        known.playlists, known.tracks, known.unknown
    ))))
}

/// Find the weights of a profile for your listeners, validated on playlists that it was not trained on.
///
/// Takes minutes for each hundred thousand tracks.
///
/// Parameters
/// ----------
/// catalogue : Catalogue
/// playlists : str, path-like, bytes or table
///     As for `evaluate`.
/// name : str
///     The name of the profile.
/// progress : bool or callable, optional
///     As for `read`.
///
/// Returns
/// -------
/// Profile
///
/// Raises
/// ------
/// InputError
///     If the source has no playlists.
/// QueryError
///     If the name cannot be, or there are too few playlists.
#[pyfunction]
#[pyo3(signature = (catalogue, playlists, *, name, progress=None))]
pub(crate) fn train(
    catalogue: &Bound<'_, Catalogue>,
    playlists: &Bound<'_, PyAny>,
    name: &str,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Profile> {
    let (py, playlists) = (catalogue.py(), self::playlists(playlists)?);
    let start = segue::Profile::segue();
    // Checked before the training, which takes minutes.
    segue::Profile::new(name, 1, start.aspects()).map_err(|error| exception(py, error))?;
    let tracks = catalogue.get().tracks.clone();
    let trained = work::run_long(py, progress, |progress| {
        let index = segue::Index::builder().profile(segue::Profile::classic()).build(tracks)?;
        let (playlists, _) = look_up(&index, &playlists)?;
        let trained = eval::train(&index, &playlists, &Training::default(), progress, |_| ())?;
        segue::Profile::new(name, 1, &trained.weights).map(|profile| profile.level_hubs(true))
    })?;
    Ok(Profile(trained))
}
