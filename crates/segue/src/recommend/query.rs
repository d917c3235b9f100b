//! What a query can say.

use crate::catalogue::{Attribute, Features, Row};
use crate::error::{Error, Result};
use crate::fold::key;

/// What is asked for: tracks like some seeds, unlike others, and what else is wanted of them.
///
/// The fields that are left at their defaults ask for nothing, so a query is best written as
/// `Query { diversity: 0.3, ..Query::new(row) }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What the tracks should be like; with a negative weight, what they should be unlike. Without any, `targets`
    /// alone rank.
    pub seeds: Vec<Seed>,
    /// The most tracks that are wanted.
    pub limit: usize,
    /// The profile that compares tracks; without one, the index's first.
    pub profile: Option<String>,
    /// What may be recommended at all.
    pub filter: Filter,
    /// Values that are preferred, all weighed equally: a track that misses one by a standard deviation of the
    /// catalogue ranks as if it were [`Query::MISS`] less similar, shared among the targets.
    pub targets: Vec<(Attribute, f64)>,
    /// At most so many tracks of each artist.
    pub per_artist: Option<usize>,
    /// At most so many tracks of each album.
    pub per_album: Option<usize>,
    /// From 0, the most similar tracks, to 1, tracks as unlike each other as possible: maximal marginal relevance
    /// (Carbonell and Goldstein 1998) among the best [`Query::POOL`] times `limit` tracks.
    pub diversity: f64,
    /// Chance in the ranking, and the number that makes it repeatable.
    pub shuffle: Option<Shuffle>,
    /// Every release of a song, not one only; by default as the profile has it: `classic` lists releases.
    pub all_releases: Option<bool>,
    /// Whether to say why each track is recommended.
    pub why: bool,
}

/// Something that tracks should be like, or unlike.
#[derive(Debug, Clone, PartialEq)]
pub struct Seed {
    /// What it is.
    pub of: SeedKind,
    /// How much it counts, not 0; negative: tracks should be unlike it.
    pub weight: f64,
}

/// What a seed can be.
#[derive(Debug, Clone, PartialEq)]
pub enum SeedKind {
    /// A track of the catalogue. It is never recommended.
    Track(Row),
    /// All tracks of an artist: their centre.
    Artist(String),
    /// All tracks of a genre: their centre.
    Genre(String),
    /// A track that the catalogue does not have.
    Features(Features),
}

/// What may be recommended. Everything that is given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// The least and the most of an attribute, both included.
    pub ranges: Vec<(Attribute, f64, f64)>,
    /// One of these genres.
    pub genres: Vec<String>,
    /// None of these genres.
    pub without_genres: Vec<String>,
    /// One of these artists.
    pub artists: Vec<String>,
    /// None of these artists.
    pub without_artists: Vec<String>,
    /// Explicit, or known not to be.
    pub explicit: Option<bool>,
    /// None of these tracks.
    pub without: Vec<Row>,
    /// A tempo that can be mixed with that of the first seed: so many per cent from it, from its half, or from
    /// its double.
    pub tempo_within: Option<f64>,
    /// A key that can be mixed with that of the first seed: the same on the Camelot wheel, a neighbour, or the
    /// relative one.
    pub harmonic: bool,
}

/// Chance in the ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shuffle {
    /// From 0 to 1: each track ranks as if it were less similar by up to so much.
    pub amount: f64,
    /// The same number shuffles in the same way.
    pub seed: u64,
}

impl Query {
    /// What missing the targets by a standard deviation costs, in similarity.
    pub const MISS: f64 = 0.2;
    /// Diversity chooses among so many times the wanted tracks.
    pub const POOL: usize = 5;

    /// The most tracks of a diverse list: the work grows with the square of its length.
    pub const MOST_DIVERSE: usize = 1_000;

    /// Ten tracks like `seed`.
    pub fn new(seed: Row) -> Self {
        Self::like([Seed::track(seed)])
    }

    /// Ten tracks like some seeds.
    pub fn like(seeds: impl IntoIterator<Item = Seed>) -> Self {
        Self {
            seeds: seeds.into_iter().collect(),
            limit: 10,
            profile: None,
            filter: Filter::default(),
            targets: Vec::new(),
            per_artist: None,
            per_album: None,
            diversity: 0.0,
            shuffle: None,
            all_releases: None,
            why: false,
        }
    }

    /// At most so many tracks.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The tracks among the seeds.
    pub(super) fn tracks(&self) -> impl Iterator<Item = (Row, f64)> {
        self.seeds.iter().filter_map(|seed| match seed.of {
            SeedKind::Track(row) => Some((row, seed.weight)),
            _ => None,
        })
    }

    /// Whether something that tracks should be like may itself not be listed.
    pub(super) fn excludes_a_seed(&self) -> bool {
        self.seeds.iter().filter(|seed| seed.weight > 0.0).any(|seed| match &seed.of {
            SeedKind::Track(row) => self.filter.without.contains(row),
            SeedKind::Artist(name) => names(&self.filter.without_artists, name),
            SeedKind::Genre(name) => names(&self.filter.without_genres, name),
            SeedKind::Features(_) => false,
        })
    }

    /// The least and the greatest value that an attribute may have, by all that the filter says of it; NaN if one of
    /// its bounds is NaN.
    fn range(&self, attribute: Attribute) -> (f64, f64) {
        let ranges = self.filter.ranges.iter().filter(|(ranged, ..)| *ranged == attribute);
        ranges.fold((f64::NEG_INFINITY, f64::INFINITY), |(least, most), (_, other_least, other_most)| {
            match other_least.is_nan() || other_most.is_nan() {
                true => (f64::NAN, f64::NAN),
                false => (other_least.max(least), other_most.min(most)),
            }
        })
    }

    /// Refuses what can never be answered.
    ///
    /// # Errors
    /// [`Error::Query`] says what is wrong.
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |problem: String| Err(Error::Query { problem });
        if self.seeds.is_empty() && self.targets.is_empty() {
            return refuse("nothing to go by: a seed or a target is needed".into());
        }
        if !self.seeds.is_empty() && self.seeds.iter().all(|seed| seed.weight < 0.0) {
            return refuse("only seeds to be unlike: at least one to be like is needed".into());
        }
        if let Some(seed) = self.seeds.iter().find(|seed| !seed.weight.is_finite() || seed.weight == 0.0) {
            return refuse(format!("a seed weighs {}, a number that is not 0 was wanted", seed.weight));
        }
        for (attribute, ..) in &self.filter.ranges {
            let (least, most) = self.range(*attribute);
            if least.is_nan() || most.is_nan() || least > most {
                return refuse(format!("no {attribute} is at least {least} and at most {most}"));
            }
        }
        for (attribute, target) in &self.targets {
            if !attribute.range().contains(target) {
                let (least, most) = attribute.range().into_inner();
                return refuse(format!(
                    "the target for {attribute} is {target}, {least} to {most} was wanted"
                ));
            }
            let (least, most) = self.range(*attribute);
            if !(least..=most).contains(target) {
                return refuse(format!(
                    "the target for {attribute}, {target}, is not from {least} to {most}"
                ));
            }
        }
        if !(0.0..=1.0).contains(&self.diversity) {
            return refuse(format!("a diversity of {}, 0 to 1 was wanted", self.diversity));
        }
        if self.diversity > 0.0 && self.limit > Self::MOST_DIVERSE {
            let (found, most) = (self.limit, Self::MOST_DIVERSE);
            return refuse(format!("a diverse list of {found} tracks, at most {most} were wanted"));
        }
        if let Some(shuffle) = self.shuffle.filter(|shuffle| !(0.0..=1.0).contains(&shuffle.amount)) {
            return refuse(format!("a shuffle of {}, 0 to 1 was wanted", shuffle.amount));
        }
        if self.per_artist == Some(0) || self.per_album == Some(0) {
            return refuse("at most 0 tracks of each artist or album leave none".into());
        }
        if self
            .tracks()
            .any(|(seed, weight)| weight > 0.0 && self.tracks().any(|other| other.0 == seed && other.1 < 0.0))
        {
            return refuse("a track is both to be like and to be unlike".into());
        }
        if let Some(percent) = self.filter.tempo_within.filter(|percent| !(0.0..=50.0).contains(percent)) {
            return refuse(format!("a tempo within {percent} %, 0 to 50 was wanted"));
        }
        let needs_track = self.filter.tempo_within.is_some() || self.filter.harmonic;
        if needs_track && !self.tracks().any(|(_, weight)| weight > 0.0) {
            return refuse("mixing goes by the tempo and the key of a track, but no seed is one".into());
        }
        for (wanted, unwanted, what) in [
            (&self.filter.genres, &self.filter.without_genres, "genre"),
            (&self.filter.artists, &self.filter.without_artists, "artist"),
        ] {
            if let Some(name) = wanted.iter().find(|name| names(unwanted, name)) {
                return refuse(format!("the {what} {name:?} is both wanted and unwanted"));
            }
        }
        Ok(())
    }
}

/// Whether a name is among others, as filters compare them: letter case, accents and punctuation aside.
fn names(names: &[String], name: &str) -> bool {
    let name = key(name);
    names.iter().any(|other| key(other) == name)
}

impl Seed {
    /// A track to be like.
    pub fn track(row: Row) -> Self {
        Self { of: SeedKind::Track(row), weight: 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problem with a query, if there is one.
    fn problem(query: Query) -> Option<String> {
        query.check().err().map(|error| error.to_string())
    }

    #[test]
    fn names_contradict_each_other_however_they_are_written() {
        let filter = |genre: &str, without: &str| Filter {
            genres: vec![genre.into()],
            without_genres: vec![without.into()],
            ..Filter::default()
        };
        let query = Query::new(Row(0));
        for (genre, without) in [("hip-hop", "Hip Hop"), ("Forró", "forro"), ("pop", "pop")] {
            let problem = problem(Query { filter: filter(genre, without), ..query.clone() }).unwrap();
            assert!(problem.contains("both wanted and unwanted"), "{problem}");
        }
        assert_eq!(problem(Query { filter: filter("pop", "k-pop"), ..query }), None);
    }

    #[test]
    fn every_range_of_an_attribute_counts() {
        let ranges = |ranges: &[(f64, f64)]| {
            let ranges = ranges.iter().map(|(least, most)| (Attribute::Energy, *least, *most)).collect();
            Query { filter: Filter { ranges, ..Filter::default() }, ..Query::new(Row(0)) }
        };
        for wrong in [&[(0.5, 0.4)][..], &[(0.0, 0.4), (0.5, 1.0)], &[(0.0, 1.0), (f64::NAN, 1.0)]] {
            assert!(problem(ranges(wrong)).unwrap().contains("no energy is at least"), "{wrong:?}");
        }
        let right = ranges(&[(0.0, 0.6), (0.5, 1.0)]);
        assert_eq!(problem(right.clone()), None);
        let target = |target| Query { targets: vec![(Attribute::Energy, target)], ..right.clone() };
        assert_eq!(problem(target(0.55)), None);
        assert!(problem(target(0.7)).unwrap().contains("is not from 0.5 to 0.6"));
    }

    #[test]
    fn a_target_is_a_value_that_there_can_be() {
        for (attribute, target, wanted) in [
            (Attribute::Energy, 9.0, "0 to 1 was wanted"),
            (Attribute::Energy, f64::NAN, "0 to 1 was wanted"),
            (Attribute::Loudness, 300.0, "-100 to 100 was wanted"),
        ] {
            let problem = problem(Query { targets: vec![(attribute, target)], ..Query::like([]) }).unwrap();
            assert!(problem.contains(wanted), "{problem}");
        }
    }
}
