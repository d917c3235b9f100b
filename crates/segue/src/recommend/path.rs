//! Paths: a sequence of tracks that leads smoothly from one song to another.

use super::admission::{Admission, ListedOnce};
use super::query::{Filter, Query};
use super::{Recommendation, Recommender};
use crate::catalogue::Row;
use crate::error::{Error, Result};
use crate::index::Space;
use crate::neighbours::{Among, RowSet, similarity};
use serde::Serialize;

/// A query for a path from one track to another.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PathQuery {
    /// The first track.
    pub from: Row,
    /// The last track.
    pub to: Row,
    /// The number of tracks, both ends included.
    pub length: usize,
    /// The name of the profile; defaults to the first of the index.
    pub profile: Option<String>,
    /// Which tracks may lie between the ends.
    pub filter: Filter,
    /// Whether a path may have several versions of a work, and any kind of track, as where every release is listed;
    /// defaults to what the profile says. It never has a song twice.
    pub all_releases: Option<bool>,
}

impl PathQuery {
    /// A query for a path of six tracks.
    pub fn new(from: Row, to: Row) -> Self {
        Self { from, to, length: 6, profile: None, filter: Filter::default(), all_releases: None }
    }

    /// Sets the number of tracks, at least 2, both ends included.
    #[must_use]
    pub fn length(self, length: usize) -> Self {
        Self { length, ..self }
    }

    /// Sets the profile by its name.
    #[must_use]
    pub fn profile(self, name: impl Into<String>) -> Self {
        Self { profile: Some(name.into()), ..self }
    }

    /// Sets which tracks may lie between the ends.
    #[must_use]
    pub fn filter(self, filter: Filter) -> Self {
        Self { filter, ..self }
    }

    /// Sets whether a path may have several versions of a work, and any kind of track; `None` as the profile says.
    #[must_use]
    pub fn all_releases(self, all_releases: impl Into<Option<bool>>) -> Self {
        Self { all_releases: all_releases.into(), ..self }
    }
}

/// A path between two given tracks, on which each track is similar to the one before it. The texts `S` are as in
/// [`Track`](crate::Track).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Path<S> {
    /// The profile that was used.
    pub profile: S,
    /// The tracks in order; `similarity` is that to the track before, 1 for the first.
    pub tracks: Vec<Recommendation<S>>,
}

impl Path<&str> {
    /// Copies the texts, so that the value can outlive the index.
    pub fn into_owned(self) -> Path<String> {
        Path {
            profile: self.profile.to_owned(),
            tracks: self.tracks.into_iter().map(Recommendation::into_owned).collect(),
        }
    }
}

const TRIED: usize = 24;

impl Recommender {
    /// A path from one track to another, without repeating a work, nor a song if all releases are listed. Kinds of
    /// tracks, such as songs of a season, are on it only if an end is of the same kind, as in lists for [`Query`].
    ///
    /// Waypoints divide the arc between both vectors evenly; the candidates for each are the nearest works that are not
    /// candidates for an earlier one, 24 at most. Of all paths through candidates the result maximises the least similarity of two
    /// consecutive tracks, then the sum of these similarities (dynamic programming in `length * TRIED²` steps).
    ///
    /// # Errors
    /// [`Error::NoAnswer`] if the ends are the same song or there are too few candidates; [`Error::Query`] if the length
    /// is below 2; all others as [`Self::recommend`].
    pub fn path(&self, path: &PathQuery) -> Result<Path<&str>> {
        let PathQuery { from, to, length, .. } = *path;
        let query = Query {
            profile: path.profile.clone(),
            filter: path.filter.clone(),
            all_releases: path.all_releases,
            ..Query::like([from, to])
        };
        query.check()?;
        if length < 2 {
            return Err(Error::Query {
                problem: format!("a path of {length} tracks, 2 or more were wanted"),
            });
        }
        self.check_rows([from, to].into_iter())?;
        let songs = self.index.songs()?;
        if songs.song_of(from) == songs.song_of(to) {
            return Err(Error::NoAnswer { problem: "both ends are the same song".into() });
        }
        let space = self.index.space(query.profile.as_deref())?;
        let mut allowed = self.allowed(&query)?.unwrap_or_else(|| RowSet::all(self.index.len()));
        let mut admission = match self.admission(&query, self.welcome_kinds(&query)?)? {
            Some(admission) => admission,
            None => Admission::new(songs, ListedOnce::Song, None, [from, to]),
        };
        allowed = allowed.and(&RowSet::of(self.index.len(), |row| admission.admits(row)));
        let mut steps = vec![vec![from]];
        let [start, end] = [from, to].map(|row| self.unit_vector(space, row));
        for step in 1..length - 1 {
            let waypoint = between(&start, &end, step as f64 / (length - 1) as f64);
            // Where there are few tracks, the steps share them.
            let most = TRIED.min(allowed.len() / (length - 1 - step)).max(1);
            let candidates = candidates(space, &waypoint, most, &mut allowed, &mut admission);
            if candidates.is_empty() {
                return Err(Error::NoAnswer {
                    problem: format!("only {} tracks can be on this path, {length} were wanted", step + 1),
                });
            }
            steps.push(candidates);
        }
        steps.push(vec![to]);
        let rows =
            best_way(&steps, |a, b| similarity(&self.unit_vector(space, a), &self.unit_vector(space, b)));
        let before = std::iter::once(None).chain(rows.iter().map(|row| Some(*row)));
        let tracks = rows.iter().zip(before).zip(1..).map(|((row, before), rank)| {
            let similarity = before.map_or(1.0, |before| {
                similarity(&self.unit_vector(space, before), &self.unit_vector(space, *row))
            });
            Ok(Recommendation { row: *row, rank, similarity, track: self.track(*row)?, why: None })
        });
        Ok(Path { profile: space.name(), tracks: tracks.collect::<Result<_>>()? })
    }

    fn unit_vector(&self, space: &Space, row: Row) -> Vec<f32> {
        super::rank::unit(space.neighbours().vectors().get(row).unwrap_or_default())
    }
}

/// The `most` nearest tracks to a vector that are admitted; what was found or refused is removed from `allowed`.
fn candidates(
    space: &Space,
    vector: &[f32],
    most: usize,
    allowed: &mut RowSet,
    admission: &mut Admission<'_>,
) -> Vec<Row> {
    let (mut found, mut fetch) = (Vec::new(), most);
    while found.len() < most {
        let among = Among { within: Some(allowed), ..Among::default() };
        let near = space.neighbours().nearest(vector, fetch, among);
        if near.is_empty() {
            break;
        }
        for neighbour in near {
            if found.len() == most {
                break;
            }
            allowed.remove(neighbour.row);
            if admission.admit(neighbour.row) {
                found.push(neighbour.row);
            }
        }
        fetch = fetch.saturating_mul(2);
    }
    found
}

/// Spherical linear interpolation of two unit vectors (Shoemake 1985); linear if they are parallel or opposite.
fn between(start: &[f32], end: &[f32], share: f64) -> Vec<f32> {
    let angle = similarity(start, end).acos();
    let (from, to) = match angle.sin() {
        sine if sine > 1e-6 => (((1.0 - share) * angle).sin() / sine, (share * angle).sin() / sine),
        _ => (1.0 - share, share),
    };
    start.iter().zip(end).map(|(a, b)| (from * f64::from(*a) + to * f64::from(*b)) as f32).collect()
}

/// One candidate of each step, so that the least similarity of two consecutive ones is greatest, then the sum.
fn best_way(steps: &[Vec<Row>], similarity: impl Fn(Row, Row) -> f64) -> Vec<Row> {
    // For each candidate, of the best path to it: the least similarity, the sum, and the previous candidate.
    let mut ways: Vec<Vec<(f64, f64, usize)>> = vec![vec![(1.0, 0.0, 0)]];
    for pair in steps.windows(2) {
        let [before, after] = pair else { continue };
        let Some(known) = ways.last() else { break };
        let best = |row: &Row| {
            let ways = before.iter().zip(known).enumerate().map(|(at, (last, (least, sum, _)))| {
                let step = similarity(*last, *row);
                (least.min(step), sum + step, at)
            });
            ways.max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(b.2.cmp(&a.2)))
                .unwrap_or((-1.0, 0.0, 0))
        };
        let next = after.iter().map(best).collect();
        ways.push(next);
    }
    let mut way = Vec::new();
    let mut at = 0;
    for (candidates, ways) in steps.iter().zip(&ways).rev() {
        way.extend(candidates.get(at).copied());
        at = ways.get(at).map_or(0, |way| way.2);
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_way_avoids_the_one_bad_step() {
        let steps = [vec![Row(0)], vec![Row(1), Row(2)], vec![Row(3), Row(4)], vec![Row(5)]];
        let similarity = |a: Row, b: Row| match (a.0, b.0) {
            (0, 1) | (1, 3) => 0.9,
            (3, 5) => 0.1,
            _ => 0.5,
        };
        assert_eq!(best_way(&steps, similarity), [0, 1, 4, 5].map(Row), "the sum decides between equals");
        assert_eq!(best_way(&[vec![Row(7)], vec![Row(9)]], |_, _| 0.0), [7, 9].map(Row));
    }

    #[test]
    fn points_between_lie_on_the_arc() {
        let (start, end) = ([1.0, 0.0], [0.0, 1.0]);
        let middle = between(&start, &end, 0.5);
        assert!((middle[0] - 0.5f32.sqrt()).abs() < 1e-6 && (middle[1] - 0.5f32.sqrt()).abs() < 1e-6);
        assert_eq!(between(&start, &start, 0.3), start);
        assert_eq!(between(&start, &end, 0.0), start);
    }
}
