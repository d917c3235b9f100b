//! What Python asks for, as a query of the engine.

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};
use segue::recommend::Resolved;
use segue::{Error, Features, Filter, Query, Recommender, Seed};

use crate::source::{mapping, names, names_if_given, pairs};

/// A question whose tracks are still texts.
pub(crate) struct Question {
    /// Tracks to be like, or unlike, with their weights.
    pub(crate) tracks: Vec<(String, f64)>,
    /// Other seeds.
    pub(crate) seeds: Vec<Seed>,
    /// Ids of tracks that are not wanted.
    pub(crate) without: Vec<String>,
    /// All else.
    pub(crate) query: Query,
}

impl Question {
    /// Whether it is about tracks by their ids, and nothing else: it is then answered in microseconds, by one thread.
    pub(crate) fn is_plain(&self, recommender: &Recommender) -> bool {
        let is_id =
            |(track, _): &(String, f64)| recommender.index().row(track).is_ok_and(|row| row.is_some());
        let Query { limit, profile, .. } = &self.query;
        let mut plain = Query::default().limit(*limit);
        plain.profile.clone_from(profile);
        self.seeds.is_empty()
            && self.without.is_empty()
            && self.query == plain
            && self.tracks.iter().all(is_id)
    }

    /// The query, and what there is to say about how the tracks were understood.
    pub(crate) fn resolved(mut self, recommender: &Recommender) -> segue::Result<(Query, Option<String>)> {
        let mut taken = Vec::new();
        let mut seeds = Vec::new();
        for (track, weight) in &self.tracks {
            let Resolved { row, candidates, exact, .. } = recommender.resolve(track)?;
            if candidates > 1 || !exact {
                let meant = recommender.track(row)?;
                let artists = meant.artists.join(", ");
                taken.push(format!("took {:?} by {artists} ({})", meant.track_name, meant.track_id));
            }
            seeds.push(Seed::track(row).weight(*weight));
        }
        seeds.append(&mut self.seeds);
        let without = self.without.iter().map(|id| recommender.row(id)).collect::<segue::Result<Vec<_>>>();
        self.query.seeds = seeds;
        self.query.filter.without = without?;
        Ok((self.query, (!taken.is_empty()).then(|| taken.join("; "))))
    }
}

/// Tracks as Python gives them: one, several, or several with weights.
pub(crate) fn weighted(given: Option<&Bound<'_, PyAny>>, sign: f64) -> PyResult<Vec<(String, f64)>> {
    let Some(given) = given else { return Ok(Vec::new()) };
    if let Ok(weights) = given.cast::<PyMapping>() {
        return pairs(weights, |weight| Ok(sign * weight.extract::<f64>()?));
    }
    Ok(names(given)?.into_iter().map(|name| (name, sign)).collect())
}

/// The seed that some features of a track make, by the names of their columns, and by `genres` and `explicit`.
pub(crate) fn features(given: &Bound<'_, PyAny>) -> PyResult<Seed> {
    let mut features = Features::default();
    for (name, value) in mapping(Some(given), |value| Ok(value.clone().unbind()))? {
        let value = value.bind(given.py());
        features = match name.as_str() {
            "genres" | "genre" => names(value)?.into_iter().fold(features, Features::genre),
            "explicit" => features.explicit(value.extract::<bool>()?),
            _ => {
                let number = value
                    .extract::<f64>()
                    .map_err(|_| PyTypeError::new_err(format!("like_features: {name:?} is no number")))?;
                features.attribute(name, number)
            }
        };
    }
    Ok(features.into())
}

/// The seeds that vectors make: one vector, or several by the names of their columns.
pub(crate) fn vector_seeds(given: &Bound<'_, PyAny>) -> PyResult<Vec<Seed>> {
    match given.cast::<PyDict>() {
        Ok(several) => {
            let several = pairs(several.as_mapping(), vector)?;
            Ok(several.into_iter().map(|(column, vector)| Seed::vector_in(column, vector)).collect())
        }
        Err(_) => Ok(vec![Seed::vector(vector(given)?)]),
    }
}

/// The numbers of an array of one dimension, or of a sequence.
fn vector(given: &Bound<'_, PyAny>) -> PyResult<Vec<f32>> {
    let py = given.py();
    let array = py.import("numpy")?.call_method1("asarray", (given,))?;
    let kind = array.getattr("dtype")?.getattr("kind")?.extract::<String>()?;
    if !["f", "i", "u"].contains(&kind.as_str()) {
        let found = given.get_type().name()?;
        return Err(PyTypeError::new_err(format!("a vector of real numbers was wanted, found {found}")));
    }
    let dimensions: usize = array.getattr("ndim")?.extract()?;
    if dimensions != 1 {
        return Err(PyValueError::new_err(format!(
            "a vector has 1 dimension, found an array of {dimensions}; take one row of it"
        )));
    }
    // In the order of bytes of this machine.
    let native = array.call_method1("astype", ("f8",))?;
    Ok(PyBuffer::<f64>::get(&native)?.to_vec(py)?.into_iter().map(|value| value as f32).collect())
}

/// A range as Python gives it: two numbers, of which None is no bound.
pub(crate) fn range(given: &Bound<'_, PyAny>) -> PyResult<(f64, f64)> {
    let [least, most]: [Option<f64>; 2] = given.extract()?;
    Ok((least.unwrap_or(f64::NEG_INFINITY), most.unwrap_or(f64::INFINITY)))
}

/// The filter that some arguments make.
pub(crate) fn filter(
    ranges: Option<&Bound<'_, PyAny>>,
    [genres, without_genres, artists, without_artists, without_words]: [Option<&Bound<'_, PyAny>>; 5],
) -> PyResult<Filter> {
    let mut filter = Filter::default();
    filter.ranges =
        mapping(ranges, range)?.into_iter().map(|(name, (least, most))| (name, least, most)).collect();
    filter.genres = names_if_given(genres)?;
    filter.without_genres = names_if_given(without_genres)?;
    filter.artists = names_if_given(artists)?;
    filter.without_artists = names_if_given(without_artists)?;
    filter.without_words = names_if_given(without_words)?;
    Ok(filter)
}

/// The error of a question that is wrong before it is asked.
pub(crate) fn wrong(problem: impl Into<String>) -> Error {
    Error::Query { problem: problem.into() }
}
