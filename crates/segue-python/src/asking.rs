//! The questions that an [`Index`] answers: search, recommendations, paths.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, LargeStringArray, RecordBatch, StructArray,
};
use arrow_schema::{DataType, Field, Fields, Schema};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use segue::recommend::Why;
use segue::{Error, Matching, PathQuery, Progress, Query, Recommender, Row, SearchQuery, Seed};

use crate::faults::exception;
use crate::frame::Frame;
use crate::index::{Index, unchanged};
use crate::many;
use crate::question::{Question, features, filter, vector_seeds, weighted, wrong};
use crate::source::{mapping, names_if_given};
use crate::work;

/// Columns before and after what is shown of some tracks.
fn tracks_frame(
    recommender: &Recommender,
    before: Vec<(&str, ArrayRef)>,
    rows: &[Row],
    after: Vec<(&str, ArrayRef)>,
) -> segue::Result<RecordBatch> {
    let catalogue = recommender.index().catalogue();
    let shown = catalogue.take(rows, &catalogue.shown())?;
    let column = |(name, array): (&str, ArrayRef)| (Field::new(name, array.data_type().clone(), true), array);
    let shown_fields = shown.schema();
    let shown =
        shown_fields.fields().iter().map(|field| field.as_ref().clone()).zip(shown.columns().to_vec());
    let columns = before.into_iter().map(column).chain(shown).chain(after.into_iter().map(column));
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| wrong(error.to_string()))
}

/// The ranks and similarities of a list, as columns.
fn ranks(list: &[segue::Recommendation<&str>]) -> Vec<(&'static str, ArrayRef)> {
    let ranks: Int32Array = list.iter().map(|one| Some(one.rank as i32)).collect();
    let similarities: Float64Array = list.iter().map(|one| Some(one.similarity)).collect();
    vec![("rank", Arc::new(ranks)), ("similarity", Arc::new(similarities))]
}

/// The reasons of a list: in words, and what each aspect contributes.
fn reasons(list: &[segue::Recommendation<&str>]) -> Vec<(&'static str, ArrayRef)> {
    let whys: Option<Vec<&Why>> = list.iter().map(|one| one.why.as_ref()).collect();
    let Some(whys) = whys.filter(|whys| !whys.is_empty()) else { return Vec::new() };
    let phrases: LargeStringArray = whys.iter().map(|why| Some(why.phrase.as_str())).collect();
    let mut aspects: Vec<&String> = whys.iter().flat_map(|why| why.contributions.keys()).collect();
    aspects.sort_unstable();
    aspects.dedup();
    let column = |aspect: &&String| {
        let values = whys.iter().map(|why| why.contributions.get(*aspect).copied());
        Arc::new(values.collect::<Float64Array>()) as ArrayRef
    };
    let fields: Fields = aspects.iter().map(|name| Field::new(*name, DataType::Float64, true)).collect();
    let columns: Vec<ArrayRef> = aspects.iter().map(column).collect();
    let mut reasons: Vec<(&str, ArrayRef)> = vec![("why", Arc::new(phrases))];
    if !columns.is_empty() {
        reasons.push(("contributions", Arc::new(StructArray::new(fields, columns, None))));
    }
    reasons
}

#[pymethods]
impl Index {
    /// Find the id of the track that a person means.
    ///
    /// Parameters
    /// ----------
    /// track : str
    ///     An id, a Spotify URI or URL, or words of title and artist.
    ///
    /// Returns
    /// -------
    /// str
    ///     Of several that match equally well the most popular.
    ///
    /// Raises
    /// ------
    /// UnknownTrack
    ///     If there is none; its `nearest` are the most similar titles.
    fn resolve(&self, py: Python<'_>, track: &str) -> PyResult<String> {
        let recommender = self.recommender();
        work::run(py, || {
            let found = recommender.resolve(track)?;
            let id = recommender.track(found.row)?.track_id.to_owned();
            unchanged(&recommender, Ok(id))
        })
    }

    /// Search for tracks.
    ///
    /// Parameters
    /// ----------
    /// text : str
    ///     Words in any order, of title, artists, album or genres; the last may be a prefix. ``artist:``, ``track:``,
    ///     ``album:`` and ``genre:`` restrict a word, quotes enclose a phrase, ``-`` excludes a word.
    /// n : int, optional
    ///     How many.
    /// offset : int, optional
    ///     How many to skip.
    /// match : {"ranked", "contains", "regex"}, optional
    ///     ``"contains"`` is the notebook's search: genre, title or artists contain the text, in the catalogue's order.
    /// all_releases : bool, optional
    ///     List every release of a song, not only the best.
    ///
    /// Returns
    /// -------
    /// Frame
    ///     What is shown of each track, and ``other_releases``, how many other releases of the song match.
    ///
    /// Raises
    /// ------
    /// QueryError
    ///     If the text is no valid regular expression but should be.
    #[pyo3(signature = (text, n=10, *, offset=0, r#match="ranked", all_releases=false))]
    fn search(
        &self,
        py: Python<'_>,
        text: &str,
        n: usize,
        offset: usize,
        r#match: &str,
        all_releases: bool,
    ) -> PyResult<Frame> {
        let matching = match r#match {
            "ranked" => Matching::Ranked,
            "contains" => Matching::Contains,
            "regex" => Matching::Regex,
            other => {
                let problem = format!("match is ranked, contains or regex, found {other:?}");
                return Err(PyValueError::new_err(problem));
            }
        };
        let recommender = self.recommender();
        let query =
            SearchQuery::new(text).matching(matching).limit(n).offset(offset).all_releases(all_releases);
        let (batch, note) = work::run(py, || {
            let found = recommender.search(&query).map_err(|error| match error {
                Error::Input { .. } => wrong(error.to_string()),
                error => error,
            })?;
            let rows: Vec<Row> = found.tracks.iter().map(|found| found.row).collect();
            let others: Int64Array =
                found.tracks.iter().map(|found| found.other_releases.map(|others| others as i64)).collect();
            let others = vec![("other_releases", Arc::new(others) as ArrayRef)];
            let batch = tracks_frame(&recommender, Vec::new(), &rows, others);
            Ok((unchanged(&recommender, batch)?, found.note))
        })?;
        Ok(Frame::of(batch).with_note(note))
    }

    /// Recommend tracks like some seeds.
    ///
    /// Parameters
    /// ----------
    /// like : str, sequence of str, or mapping of str to float, optional
    ///     Tracks by id, Spotify URI or URL, or words of title and artist; with weights, negative ones for tracks to be
    ///     unlike.
    /// k : int, optional
    ///     How many tracks.
    /// profile : str, optional
    ///     One of `profiles`; by default the first.
    /// unlike, like_artist, unlike_artist, like_genre, unlike_genre : str or sequence of str, optional
    ///     More seeds.
    /// like_features : mapping, optional
    ///     A track that the catalogue lacks, by its columns: ``{"energy": 0.9, "tempo": 120, "genres": ["rock"]}``.
    /// like_vector : array-like or dict of str to array-like, optional
    ///     The vector of a track that the catalogue lacks, of one dimension; by the name of its column if the profile
    ///     compares several.
    /// targets : mapping of str to float, optional
    ///     Values to be near to, in the unit of their column.
    /// ranges : mapping of str to (float or None, float or None), optional
    ///     Values to be within, both ends included.
    /// genres, without_genres, artists, without_artists, without_words : str or sequence of str, optional
    ///     One of these, or none of them.
    /// explicit : bool, optional
    ///     Whether lyrics are explicit.
    /// without : iterable of str, optional
    ///     Ids of tracks that are not wanted.
    /// tempo_within : float, optional
    ///     Per cent, 0 to 50, by which the tempo may differ from the seed's, its half or double.
    /// harmonic : bool, optional
    ///     Whether the key must mix with the seed's.
    /// per_artist, per_album : int, optional
    ///     At most so many tracks of each.
    /// diversity : float, optional
    ///     From 0, the most similar, to 1, as unlike each other as possible.
    /// shuffle : float, optional
    ///     From 0 to 1: how much chance there is in the order.
    /// seed : int, optional
    ///     The same seed gives the same order.
    /// all_releases : bool, optional
    ///     Whether to list every release of a song; by default as the profile says.
    /// versions, seasonal : bool, optional
    ///     Whether to list every version of a work, and songs of a season.
    /// spaced : bool, optional
    ///     Whether the list is to be played: no artist follows themselves where that can be avoided.
    /// why : bool, optional
    ///     Adds the columns ``why``, in words, and ``contributions``, how much each aspect contributes to the similarity.
    ///
    /// Returns
    /// -------
    /// Frame
    ///     ``rank`` (from 1), ``similarity`` (-1 to 1, greater is closer), and what is shown of each track. Its `note` says
    ///     how a title was understood, and why there are fewer than `k`.
    ///
    /// Raises
    /// ------
    /// UnknownTrack
    ///     If a seed is not in the catalogue.
    /// QueryError
    ///     If the question contradicts itself, or a value cannot be.
    /// UnknownProfile
    ///     If the index has no vectors of the profile.
    #[pyo3(signature = (
        like=None, k=10, *, profile=None, unlike=None, like_artist=None, unlike_artist=None, like_genre=None,
        unlike_genre=None, like_features=None, like_vector=None, targets=None, ranges=None, genres=None,
        without_genres=None, artists=None, without_artists=None, without_words=None, explicit=None, without=None,
        tempo_within=None, harmonic=false, per_artist=None, per_album=None, diversity=0.0, shuffle=0.0, seed=0,
        all_releases=None, versions=false, seasonal=false, spaced=false, why=false
    ))]
    #[allow(clippy::too_many_arguments)]
    fn recommend(
        &self,
        py: Python<'_>,
        like: Option<&Bound<'_, PyAny>>,
        k: usize,
        profile: Option<String>,
        unlike: Option<&Bound<'_, PyAny>>,
        like_artist: Option<&Bound<'_, PyAny>>,
        unlike_artist: Option<&Bound<'_, PyAny>>,
        like_genre: Option<&Bound<'_, PyAny>>,
        unlike_genre: Option<&Bound<'_, PyAny>>,
        like_features: Option<&Bound<'_, PyAny>>,
        like_vector: Option<&Bound<'_, PyAny>>,
        targets: Option<&Bound<'_, PyAny>>,
        ranges: Option<&Bound<'_, PyAny>>,
        genres: Option<&Bound<'_, PyAny>>,
        without_genres: Option<&Bound<'_, PyAny>>,
        artists: Option<&Bound<'_, PyAny>>,
        without_artists: Option<&Bound<'_, PyAny>>,
        without_words: Option<&Bound<'_, PyAny>>,
        explicit: Option<bool>,
        without: Option<&Bound<'_, PyAny>>,
        tempo_within: Option<f64>,
        harmonic: bool,
        per_artist: Option<usize>,
        per_album: Option<usize>,
        diversity: f64,
        shuffle: f64,
        seed: u64,
        all_releases: Option<bool>,
        versions: bool,
        seasonal: bool,
        spaced: bool,
        why: bool,
    ) -> PyResult<Frame> {
        let mut tracks = weighted(like, 1.0)?;
        tracks.extend(weighted(unlike, -1.0)?);
        let mut seeds: Vec<Seed> = Vec::new();
        for (given, sign, of) in [
            (like_artist, 1.0, Seed::artist as fn(String) -> Seed),
            (unlike_artist, -1.0, Seed::artist),
            (like_genre, 1.0, Seed::genre),
            (unlike_genre, -1.0, Seed::genre),
        ] {
            seeds.extend(weighted(given, sign)?.into_iter().map(|(name, weight)| of(name).weight(weight)));
        }
        seeds.extend(like_features.map(features).transpose()?);
        seeds.extend(like_vector.map(vector_seeds).transpose()?.into_iter().flatten());
        let kept = filter(ranges, [genres, without_genres, artists, without_artists, without_words])?
            .explicit(explicit)
            .tempo_within(tempo_within)
            .harmonic(harmonic);
        let mut query = Query::default()
            .limit(k)
            .filter(kept)
            .per_artist(per_artist)
            .per_album(per_album)
            .diversity(diversity)
            .all_releases(all_releases)
            .versions(versions)
            .seasonal(seasonal)
            .spaced(spaced)
            .why(why);
        if shuffle != 0.0 {
            query = query.shuffle(shuffle, seed);
        }
        query.profile = profile;
        query.targets = mapping(targets, |value| value.extract())?;
        let without = names_if_given(without)?;
        let question = Question { tracks, seeds, without, query };
        let recommender = self.recommender();
        let is_plain = question.is_plain(&recommender);
        let answer = || {
            let (query, taken) = question.resolved(&recommender)?;
            let answer = recommender.recommend(&query)?;
            let list = &answer.recommendations;
            let rows: Vec<Row> = list.iter().map(|one| one.row).collect();
            let batch = tracks_frame(&recommender, ranks(list), &rows, reasons(list));
            let notes: Vec<String> = [taken, answer.note].into_iter().flatten().collect();
            Ok((unchanged(&recommender, batch)?, (!notes.is_empty()).then(|| notes.join("; "))))
        };
        // A plain question is answered sooner than another thread could be woken.
        let (batch, note) = match is_plain {
            true => py.detach(answer).map_err(|error: Error| exception(py, error))?,
            false => work::run(py, answer)?,
        };
        Ok(Frame::of(batch).with_note(note))
    }

    /// Recommend for many tracks at once, each as `recommend` would; in parallel.
    ///
    /// Parameters
    /// ----------
    /// ids : iterable of str, or table
    ///     Ids of tracks; of a table (whatever has ``__arrow_c_stream__``) the column ``track_id``, or its only one.
    /// k : int, optional
    ///     How many tracks for each.
    /// profile : str, optional
    ///     One of `profiles`; by default the first.
    /// missing : {"raise", "skip", "null"}, optional
    ///     What becomes of an id that is not in the catalogue: an exception, no row, or one row without values.
    /// titles : bool, optional
    ///     Adds the columns ``track_name`` and ``artists``.
    /// threads : int, optional
    ///     How many threads; by default as `set_threads` says.
    ///
    /// Returns
    /// -------
    /// Frame
    ///     ``source_id``, ``rank`` (from 1), ``track_id``, ``similarity``, in the order of `ids`, then by rank.
    ///
    /// Raises
    /// ------
    /// UnknownTrack
    ///     If an id is not in the catalogue.
    /// UnknownProfile
    ///     If the index has no vectors of the profile.
    #[pyo3(signature = (ids, k=10, *, profile=None, missing="raise", titles=false, threads=None))]
    #[allow(clippy::too_many_arguments)]
    fn recommend_many(
        &self,
        py: Python<'_>,
        ids: &Bound<'_, PyAny>,
        k: usize,
        profile: Option<&str>,
        missing: &str,
        titles: bool,
        threads: Option<usize>,
    ) -> PyResult<Frame> {
        let missing = many::Missing::named(missing)?;
        let ids = many::ids(ids)?;
        let recommender = self.recommender();
        let wanted = many::Wanted { k, profile, missing, titles };
        let answer = |progress: &dyn Progress| {
            unchanged(&recommender, many::recommend(&recommender, &ids, &wanted, progress))
        };
        // Many take seconds, and can be stopped between two parts; few are not worth another thread.
        let batches = match ids.len() > many::TOGETHER {
            true => work::run_long_with(py, threads, None, answer)?,
            false => work::run_with(py, threads, || answer(&()))?,
        };
        Ok(Frame::new(many::schema(titles), batches))
    }

    /// Find tracks that lead smoothly from one track to another.
    ///
    /// Parameters
    /// ----------
    /// start, end : str
    ///     Tracks as for `resolve`.
    /// n : int, optional
    ///     How many tracks, both ends included, at least 2.
    /// profile : str, optional
    ///     One of `profiles`; by default the first.
    ///
    /// Returns
    /// -------
    /// Frame
    ///     As for `recommend`; ``similarity`` is that to the track before, 1 for the first.
    ///
    /// Raises
    /// ------
    /// UnknownTrack
    ///     If an end is not in the catalogue.
    /// QueryError
    ///     If there is no such path.
    #[pyo3(signature = (start, end, n=6, *, profile=None))]
    fn path_between(
        &self,
        py: Python<'_>,
        start: &str,
        end: &str,
        n: usize,
        profile: Option<String>,
    ) -> PyResult<Frame> {
        let recommender = self.recommender();
        let batch = work::run(py, || {
            let (start, end) = (recommender.resolve(start)?.row, recommender.resolve(end)?.row);
            let mut query = PathQuery::new(start, end).length(n);
            query.profile = profile;
            let path = recommender.path(&query)?;
            let rows: Vec<Row> = path.tracks.iter().map(|one| one.row).collect();
            unchanged(&recommender, tracks_frame(&recommender, ranks(&path.tracks), &rows, Vec::new()))
        })?;
        Ok(Frame::of(batch))
    }
}
