//! Ranks tracks for the vectors of a query: nearest neighbours with penalties, quotas and diversity.

use hashbrown::HashMap;

use super::Recommender;
use super::admission::{Admission, ListedOnce};
use super::query::{Query, SeedKind};
use crate::catalogue::{Attribute, NumberColumn, Row, TextField, artist_names};
use crate::error::Result;
use crate::index::Space;
use crate::neighbours::{Among, Neighbour, Penalty, Queries, RowSet, similarity};
use crate::random::fraction;
use crate::search::Field;
use crate::songs::Kinds;

/// The minimum number of tracks that diversity chooses among.
const MIN_POOL: usize = 50;
/// A track without a value counts as missing a target by so many standard deviations.
const UNKNOWN_MISSES_BY: f64 = 3.0;
/// An artist or a genre is of a kind if more than this share of its tracks are.
const MOSTLY: f64 = 0.5;
/// A genre is of a season only if more than this share is: most tracks of jazz may be Christmas songs.
const GENRE_OF_A_SEASON: f64 = 0.9;
/// The factor by which the number of neighbours grows when they were not enough.
const GROWTH: usize = 4;

impl Recommender {
    /// The best tracks for a query, in order; except with diversity, exactly those that ranking every allowed track
    /// would give.
    pub(super) fn ranked(
        &self,
        query: &Query,
        space: &Space,
        queries: &Queries,
        allowed: Option<&RowSet>,
    ) -> Result<Vec<Neighbour>> {
        let pool = match query.diversity > 0.0 {
            true => query.limit.saturating_mul(Query::POOL).max(MIN_POOL),
            false => query.limit,
        };
        let costs = QueryPenalty::of(query, self)?;
        let penalty = (!costs.is_free()).then_some(&costs as &dyn Penalty);
        let single = query.tracks().next().map(|(row, _)| row).filter(|_| allowed.is_none());
        let among = Among { except: single, within: allowed, penalty };
        let most = among.count(self.index.len());
        let kinds = self.welcome_kinds(query)?;
        let is_plain = self.lists_releases(query)? && query.per_artist.is_none() && query.per_album.is_none();
        let mut fetch = if is_plain { pool } else { Query::beyond(pool) };
        loop {
            let found = space.neighbours().nearest_to_several(queries, fetch.min(most), among);
            let is_all = found.len() < fetch || found.len() == most;
            let mut limits = ListQuotas::of(query, self, kinds)?;
            let listed = match query.diversity > 0.0 {
                true => {
                    let mut once = ListQuotas {
                        per_artist: None,
                        per_album: None,
                        ..ListQuotas::of(query, self, kinds)?
                    };
                    let candidates = once.keep(found, pool)?;
                    (candidates.len() == pool || is_all)
                        .then(|| diverse(candidates, query, space, &mut limits))
                        .transpose()?
                }
                false => {
                    let listed = limits.keep(found, query.limit)?;
                    (listed.len() == query.limit || is_all).then_some(listed)
                }
            };
            if let Some(mut listed) = listed {
                if penalty.is_some() {
                    // Show the similarity, without the penalty.
                    for Neighbour { row, similarity: shown } in &mut listed {
                        let vector = space.neighbours().vectors().get(*row).unwrap_or_default();
                        *shown = queries.similarity(vector);
                    }
                }
                return Ok(listed);
            }
            fetch = fetch.saturating_mul(GROWTH);
        }
    }

    /// The kinds that tracks of a list may be of: those of the seeds, and of the genres and artists that are wanted. An
    /// artist or a genre is of a kind if most of its tracks are, and a genre of a season only if nearly all are. What is
    /// only described, by features, targets or ranges, has no title that tells a kind, but its speechiness may tell speech.
    /// `None` if every track may be listed, as where all releases are.
    pub(super) fn welcome_kinds(&self, query: &Query) -> Result<Option<Kinds>> {
        let profile_lists = self.index.space(query.profile.as_deref())?.model().profile().lists_releases();
        if profile_lists || query.all_releases == Some(true) {
            return Ok(None);
        }
        let songs = self.index.songs()?;
        let mut welcome = if query.seasonal { Kinds::SEASONAL } else { Kinds::default() };
        let (mut named, mut described): (Vec<_>, Vec<(&String, f64)>) = (Vec::new(), Vec::new());
        for seed in query.seeds.iter().filter(|seed| seed.weight > 0.0) {
            match &seed.of {
                SeedKind::Track(row) => welcome = welcome | songs.kinds_of(*row),
                SeedKind::Artist(name) => named.push((Field::WholeArtist, name, "artist")),
                SeedKind::Genre(name) => named.push((Field::WholeGenre, name, "genre")),
                SeedKind::Features(features) => {
                    let genres = features.genres.iter();
                    named.extend(genres.map(|name| (Field::WholeGenre, name, "genre")));
                    described.extend(features.attributes.iter().map(|(column, value)| (column, *value)));
                }
                SeedKind::Vector(_) => {}
            }
        }
        described.extend(query.targets.iter().map(|(column, wanted)| (column, *wanted)));
        described.extend(query.filter.ranges.iter().map(|(column, least, _)| (column, *least)));
        for (_, speechiness) in
            described.iter().filter(|(column, _)| *column == Attribute::Speechiness.name())
        {
            welcome = welcome | Kinds::by_speechiness(*speechiness);
        }
        named.extend(query.filter.artists.iter().map(|name| (Field::WholeArtist, name, "artist")));
        named.extend(query.filter.genres.iter().map(|name| (Field::WholeGenre, name, "genre")));
        for (field, name, what) in named {
            let rows = self.rows_of(field, name, what)?;
            let is_mostly = |kind: Kinds| {
                let share = match what == "genre" && kind == Kinds::SEASONAL {
                    true => GENRE_OF_A_SEASON,
                    false => MOSTLY,
                };
                let of_kind = rows.iter().filter(|row| songs.kinds_of(**row).has(kind)).count();
                of_kind as f64 > share * rows.len() as f64
            };
            let kinds = Kinds::ALL.into_iter().map(|(_, kind)| kind).filter(|kind| is_mostly(*kind));
            welcome = kinds.fold(welcome, |all, kind| all | kind);
        }
        Ok(Some(welcome))
    }

    /// What a list may have, with these kinds; `None` if every release may be listed.
    pub(super) fn admission(&self, query: &Query, welcome: Option<Kinds>) -> Result<Option<Admission<'_>>> {
        if self.lists_releases(query)? {
            return Ok(None);
        }
        let once = if query.versions { ListedOnce::Song } else { ListedOnce::Work };
        let seeds = query.tracks().map(|(row, _)| row);
        Ok(Some(Admission::new(self.index.songs()?, once, welcome, seeds)))
    }

    pub(super) fn lists_releases(&self, query: &Query) -> Result<bool> {
        let space = self.index.space(query.profile.as_deref())?;
        Ok(query.all_releases.unwrap_or(space.model().profile().lists_releases()))
    }
}

/// Maximal marginal relevance: greedily adds the candidate that maximises
/// `(1 - d) (similarity - costs) - d (largest similarity to a listed track)`.
fn diverse(
    candidates: Vec<Neighbour>,
    query: &Query,
    space: &Space,
    limits: &mut ListQuotas<'_>,
) -> Result<Vec<Neighbour>> {
    let vectors = space.neighbours().vectors();
    let unit = |row| unit(vectors.get(row).unwrap_or_default());
    let mut left: Vec<(Neighbour, Vec<f32>, f64)> =
        candidates.into_iter().map(|candidate| (candidate, unit(candidate.row), 0.0)).collect();
    let mut listed: Vec<Neighbour> = Vec::new();
    while listed.len() < query.limit {
        let worth = |(candidate, _, nearest): &(Neighbour, Vec<f32>, f64)| {
            (1.0 - query.diversity) * candidate.similarity - query.diversity * nearest
        };
        // Reversed, as `max_by` returns the last of equals and the first is wanted.
        let best = left.iter().enumerate().rev().max_by(|(_, a), (_, b)| worth(a).total_cmp(&worth(b)));
        let Some((at, _)) = best else { break };
        let (candidate, vector, _) = left.remove(at);
        if !limits.admit(candidate.row)? {
            continue;
        }
        for (_, other, nearest) in &mut left {
            let likeness = similarity(&vector, other);
            *nearest = if listed.is_empty() { likeness } else { nearest.max(likeness) };
        }
        listed.push(candidate);
    }
    Ok(listed)
}

pub(super) fn unit(vector: &[f32]) -> Vec<f32> {
    let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
    vector.iter().map(|value| (f64::from(*value) * scale) as f32).collect()
}

/// The penalties of a query: targets and shuffle.
#[derive(Debug)]
struct QueryPenalty<'a> {
    /// The values of an attribute, the target, and the penalty per unit of difference.
    targets: Vec<(&'a NumberColumn, f64, f64)>,
    shuffle: Option<super::query::Shuffle>,
}

impl<'a> QueryPenalty<'a> {
    fn of(query: &Query, recommender: &'a Recommender) -> Result<Self> {
        let share = Query::TARGET_PENALTY / query.targets.len().max(1) as f64;
        let target = |(column, wanted): &(String, f64)| {
            let values = recommender.index.catalogue().numeric(column)?;
            Ok((values, *wanted, share / recommender.deviation(column)))
        };
        let targets = query.targets.iter().map(target).collect::<Result<_>>()?;
        Ok(Self { targets, shuffle: query.shuffle.filter(|shuffle| shuffle.amount > 0.0) })
    }

    fn is_free(&self) -> bool {
        self.targets.is_empty() && self.shuffle.is_none()
    }
}

impl Penalty for QueryPenalty<'_> {
    fn of(&self, row: Row) -> f64 {
        let missed = |&(values, wanted, cost): &(&NumberColumn, f64, f64)| match values.get(row.index()) {
            Some(value) if value.is_nan() => {
                Query::TARGET_PENALTY * UNKNOWN_MISSES_BY / self.targets.len().max(1) as f64
            }
            Some(value) => cost * (value - wanted).abs(),
            None => f64::from(u16::MAX),
        };
        let chance = self.shuffle.map_or(0.0, |shuffle| shuffle.amount * fraction(shuffle.seed, row.0));
        self.targets.iter().map(missed).sum::<f64>() + chance
    }
}

/// Counts the tracks of each artist and album in a list, and enforces their limits beside those of [`Admission`].
pub(super) struct ListQuotas<'a> {
    recommender: &'a Recommender,
    /// `None` if every release may be listed.
    admission: Option<Admission<'a>>,
    per_artist: Option<usize>,
    per_album: Option<usize>,
    artists: HashMap<&'a str, usize>,
    albums: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> ListQuotas<'a> {
    pub(super) fn of(query: &Query, recommender: &'a Recommender, kinds: Option<Kinds>) -> Result<Self> {
        Ok(Self {
            recommender,
            admission: recommender.admission(query, kinds)?,
            per_artist: query.per_artist,
            per_album: query.per_album,
            artists: HashMap::new(),
            albums: HashMap::new(),
        })
    }

    /// The first `most` candidates that are admitted.
    pub(super) fn keep(&mut self, candidates: Vec<Neighbour>, most: usize) -> Result<Vec<Neighbour>> {
        let mut kept = Vec::new();
        for candidate in candidates {
            if kept.len() == most {
                break;
            }
            if self.admit(candidate.row)? {
                kept.push(candidate);
            }
        }
        Ok(kept)
    }

    /// Counts a track and returns true, if no limit is reached.
    fn admit(&mut self, row: Row) -> Result<bool> {
        let index = &self.recommender.index;
        if self.admission.as_ref().is_some_and(|admission| !admission.admits(row)) {
            return Ok(false);
        }
        let (mut artists, mut album) = (Vec::new(), None);
        if self.per_artist.is_some() || self.per_album.is_some() {
            artists.extend(artist_names(index.catalogue().required_text(TextField::Artists, row)?));
            album = index.catalogue().text(TextField::AlbumName, row)?;
        }
        // Albums of the same title by different first artists are different albums.
        let album = album.map(|album| (album, artists.first().copied().unwrap_or_default()));
        let is_full = |count: Option<&usize>, most: Option<usize>| {
            most.is_some_and(|most| count.is_some_and(|count| *count >= most))
        };
        let has_room = !artists.iter().any(|artist| is_full(self.artists.get(artist), self.per_artist))
            && !album.is_some_and(|album| is_full(self.albums.get(&album), self.per_album));
        if has_room {
            artists.iter().for_each(|artist| *self.artists.entry(*artist).or_default() += 1);
            album.into_iter().for_each(|album| *self.albums.entry(album).or_default() += 1);
            self.admission.iter_mut().for_each(|admission| admission.take(row));
        }
        Ok(has_room)
    }
}
