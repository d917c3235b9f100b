//! [`Query`]: what can be asked of a recommender, and its validation.

mod filter;
mod seed;

pub use self::filter::Filter;
pub use self::seed::{Seed, SeedKind, SeedVector};

use crate::catalogue::{Attribute, Row};
use crate::error::{Error, Result};
use crate::fold::key;

/// The maximum absolute value of the weight of a seed.
const MAX_WEIGHT: f64 = 1e6;
/// The maximum length of words that titles must not have, as each is looked up.
const MAX_WORDS_BYTES: usize = 200;

/// A query for tracks like some seeds and unlike others, with filters, targets and quotas.
///
/// A list has one version of each work, and songs of a season, speech, interludes, noise and karaoke only for seeds, or
/// genres and artists that are asked for, of the same kind; with [`Self::all_releases`], and with profiles that list all
/// releases, it has all. A track that is described by features is of the kinds of its genres, and of speech from a
/// speechiness of 0.9 on, as is what targets and ranges ask for; a vector is of no kind.
///
/// [`Query::default`] asks for ten tracks, without conditions. A query needs at least one seed or target.
///
/// ```
/// use segue::{Attribute, Filter, Query, Row, Seed};
///
/// let query = Query::new(Row(7))
///     .seed(Seed::genre("soul").weight(0.5))
///     .limit(20)
///     .filter(Filter::default().range(Attribute::Tempo, 90.0..=110.0).without_artist("Toto"))
///     .target(Attribute::Energy, 0.8)
///     .per_artist(2)
///     .diversity(0.3);
/// assert_eq!((query.seeds.len(), query.limit), (2, 20));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Query {
    /// What the tracks should be like or, with a negative weight, unlike. Without seeds, only `targets` rank.
    ///
    /// The similarity to several seeds is their soft maximum, [`Queries`](crate::neighbours::Queries): a track need not be
    /// like all of them. From it the mean similarity to those to be unlike is subtracted, times what these weigh relative
    /// to those to be like. Of more than 64 vectors, those near each other are merged into their mean; a track has one,
    /// an artist or a genre up to 8.
    pub seeds: Vec<Seed>,
    /// The maximum number of tracks.
    pub limit: usize,
    /// The name of the profile to use; by default the index's first.
    pub profile: Option<String>,
    /// Which tracks may be recommended.
    pub filter: Filter,
    /// Preferred values of numeric columns, by their names, all of equal weight. A track ranks as if its similarity were
    /// lower by [`Query::TARGET_PENALTY`], divided by the number of targets, for each standard deviation by which it
    /// misses a target, and one without a value as if it missed it by 3.
    pub targets: Vec<(String, f64)>,
    /// The maximum number of tracks of each artist, at least 1.
    pub per_artist: Option<usize>,
    /// The maximum number of tracks of each album, at least 1.
    pub per_album: Option<usize>,
    /// From 0, the most similar tracks, to 1, tracks as unlike each other as possible: maximal marginal relevance
    /// (Carbonell and Goldstein 1998) among the best [`Query::POOL`] times `limit` tracks, at least 50.
    pub diversity: f64,
    /// Random noise in the ranking.
    pub shuffle: Option<Shuffle>,
    /// Whether to list every release of a song, or only one. By default as the profile does: `classic` lists all.
    pub all_releases: Option<bool>,
    /// Whether the list is to be played: no artist follows themselves where that can be avoided. See [`Query::spaced`].
    pub spaced: bool,
    /// Whether to list every version of a work, such as its remixes and live recordings, or only the most fitting one,
    /// and none of the works of the seeds. Lists of every release have all versions.
    pub versions: bool,
    /// Whether songs of a season, such as Christmas songs, may be listed though no seed is one. Lists of every release
    /// have them.
    pub seasonal: bool,
    /// Whether to say why each track is recommended.
    pub why: bool,
}

/// Random noise in the ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shuffle {
    /// The amplitude, 0 to 1: each track ranks as if its similarity were lower by a random amount of up to this.
    pub amount: f64,
    /// The seed of the random numbers: the same seed gives the same order.
    pub seed: u64,
}

impl Query {
    /// The penalty, in similarity, for missing all targets by a standard deviation.
    pub const TARGET_PENALTY: f64 = 0.2;
    /// Diversity chooses among this many times `limit` tracks.
    pub const POOL: usize = 5;

    /// The maximum `limit` of a diverse list, as the cost is quadratic in it.
    pub const MAX_DIVERSE: usize = 1_000;

    /// A query for ten tracks like `seed`.
    pub fn new(seed: impl Into<Seed>) -> Self {
        Self::default().seed(seed)
    }

    /// A query for ten tracks like some seeds.
    pub fn like<S: Into<Seed>>(seeds: impl IntoIterator<Item = S>) -> Self {
        Self { seeds: seeds.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Adds a seed.
    #[must_use]
    pub fn seed(mut self, seed: impl Into<Seed>) -> Self {
        self.seeds.push(seed.into());
        self
    }

    /// Sets the maximum number of tracks.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Sets the profile by its name; defaults to the first of the index.
    #[must_use]
    pub fn profile(self, name: impl Into<String>) -> Self {
        Self { profile: Some(name.into()), ..self }
    }

    /// Sets which tracks may be recommended.
    #[must_use]
    pub fn filter(self, filter: Filter) -> Self {
        Self { filter, ..self }
    }

    /// Adds a target: a preferred value of a numeric column, by its name or as a known [`Attribute`], in its usual unit.
    #[must_use]
    pub fn target(mut self, column: impl Into<String>, value: f64) -> Self {
        self.targets.push((column.into(), value));
        self
    }

    /// Sets the maximum number of tracks of each artist, at least 1; `None` for no limit.
    #[must_use]
    pub fn per_artist(self, most: impl Into<Option<usize>>) -> Self {
        Self { per_artist: most.into(), ..self }
    }

    /// Sets the maximum number of tracks of each album, at least 1; `None` for no limit.
    #[must_use]
    pub fn per_album(self, most: impl Into<Option<usize>>) -> Self {
        Self { per_album: most.into(), ..self }
    }

    /// Sets the diversity, from 0 (the most similar tracks) to 1 (tracks as unlike each other as possible).
    #[must_use]
    pub fn diversity(self, diversity: f64) -> Self {
        Self { diversity, ..self }
    }

    /// Adds random noise: each track ranks as if its similarity were lower by a random number from 0 to `amount`, which
    /// is 0 to 1. The same `seed` gives the same order.
    #[must_use]
    pub fn shuffle(self, amount: f64, seed: u64) -> Self {
        Self { shuffle: Some(Shuffle { amount, seed }), ..self }
    }

    /// Sets whether to list every release of a song; `None` as the profile says.
    #[must_use]
    pub fn all_releases(self, all_releases: impl Into<Option<bool>>) -> Self {
        Self { all_releases: all_releases.into(), ..self }
    }

    /// Sets whether artists are spaced, for a list that is to be played. The same tracks are listed, the best first, and
    /// the others in the order of their similarity as far as no two tracks in a row share an artist: a later track by
    /// others is pulled up. If that cannot be avoided, such pairs are as few as possible, and
    /// spread, so that no artist is three times in a row where that can be avoided too.
    #[must_use]
    pub fn spaced(self, spaced: bool) -> Self {
        Self { spaced, ..self }
    }

    /// Sets whether to list every version of a work, or only the most fitting one.
    #[must_use]
    pub fn versions(self, versions: bool) -> Self {
        Self { versions, ..self }
    }

    /// Sets whether songs of a season may be listed though no seed is one.
    #[must_use]
    pub fn seasonal(self, seasonal: bool) -> Self {
        Self { seasonal, ..self }
    }

    /// Sets whether to say why each track is recommended.
    #[must_use]
    pub fn why(self, why: bool) -> Self {
        Self { why, ..self }
    }

    /// How many neighbours are looked at first for a list of so many that may not have all of them.
    pub(super) fn beyond(tracks: usize) -> usize {
        tracks.saturating_add(tracks / 4).saturating_add(4)
    }

    /// The tracks among the seeds, with their weights.
    pub(super) fn tracks(&self) -> impl Iterator<Item = (Row, f64)> {
        self.seeds.iter().filter_map(|seed| match seed.of {
            SeedKind::Track(row) => Some((row, seed.weight)),
            _ => None,
        })
    }

    /// Whether a filter names a seed of positive weight as one to exclude; words are not looked up.
    pub(super) fn excludes_a_seed(&self) -> bool {
        self.seeds.iter().filter(|seed| seed.weight > 0.0).any(|seed| match &seed.of {
            SeedKind::Track(row) => self.filter.without.contains(row),
            SeedKind::Artist(name) => names(&self.filter.without_artists, name),
            SeedKind::Genre(name) => names(&self.filter.without_genres, name),
            SeedKind::Features(_) | SeedKind::Vector(_) => false,
        })
    }

    /// The intersection of the filter's ranges of a column; NaN if one of their bounds is NaN.
    fn range(&self, column: &str) -> (f64, f64) {
        let ranges = self.filter.ranges.iter().filter(|(ranged, ..)| *ranged == column);
        ranges.fold((f64::NEG_INFINITY, f64::INFINITY), |(least, most), (_, other_least, other_most)| {
            match other_least.is_nan() || other_most.is_nan() {
                true => (f64::NAN, f64::NAN),
                false => (other_least.max(least), other_most.min(most)),
            }
        })
    }

    /// Refuses a query that is invalid in any catalogue.
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
        if let Some(seed) = self
            .seeds
            .iter()
            .find(|seed| !(0.0..=MAX_WEIGHT).contains(&seed.weight.abs()) || seed.weight == 0.0)
        {
            return refuse(format!(
                "a seed weighs {}, a number from -1,000,000 to 1,000,000 that is not 0 was wanted",
                seed.weight
            ));
        }
        let of_features = self.seeds.iter().filter_map(|seed| match &seed.of {
            SeedKind::Features(features) => Some(&features.attributes),
            _ => None,
        });
        for (column, value) in of_features.flatten() {
            in_range(&format!("the {column} of a seed"), column, *value)?;
        }
        for seed in &self.seeds {
            if let SeedKind::Vector(SeedVector { components, .. }) = &seed.of {
                if let Some(at) = components.iter().position(|value| !value.is_finite()) {
                    return refuse(format!(
                        "component {} of the vector of a seed is not a finite number",
                        at + 1
                    ));
                }
                if components.iter().all(|value| *value == 0.0) {
                    return refuse("the vector of a seed is zero or empty, so it has no direction".into());
                }
            }
        }
        for (attribute, ..) in &self.filter.ranges {
            let (least, most) = self.range(attribute);
            if least.is_nan() || most.is_nan() || least > most {
                return refuse(format!("no {attribute} is at least {least} and at most {most}"));
            }
        }
        for (attribute, target) in &self.targets {
            in_range(&format!("the target for {attribute}"), attribute, *target)?;
            let (least, most) = self.range(attribute);
            if !(least..=most).contains(target) {
                return refuse(format!(
                    "the target for {attribute}, {target}, is not from {least} to {most}"
                ));
            }
        }
        if let Some(text) = self.filter.without_words.iter().find(|text| text.len() > MAX_WORDS_BYTES) {
            let found = text.len();
            return refuse(format!(
                "words to be without of {found} bytes, at most {MAX_WORDS_BYTES} were wanted"
            ));
        }
        if !(0.0..=1.0).contains(&self.diversity) {
            return refuse(format!("a diversity of {}, 0 to 1 was wanted", self.diversity));
        }
        if self.diversity > 0.0 && self.limit > Self::MAX_DIVERSE {
            let (found, most) = (self.limit, Self::MAX_DIVERSE);
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
        let named = |seed: &Seed| match &seed.of {
            SeedKind::Artist(name) => Some(("artist", key(name))),
            SeedKind::Genre(name) => Some(("genre", key(name))),
            _ => None,
        };
        let unlike: Vec<_> = self.seeds.iter().filter(|seed| seed.weight < 0.0).filter_map(named).collect();
        let mut liked = self.seeds.iter().filter(|seed| seed.weight > 0.0).filter_map(named);
        if let Some((what, name)) = liked.find(|name| unlike.contains(name)) {
            return refuse(format!("the {what} {name:?} is both to be like and to be unlike"));
        }
        if let Some(word) = self.filter.without_words.iter().find(|word| key(word).is_empty()) {
            return refuse(format!("{word:?} is to be in no title, but it has no word"));
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

/// Refuses a value that a known attribute cannot have, and one of another column that no column can have.
fn in_range(what: &str, column: &str, value: f64) -> Result<()> {
    let most = f64::from(f32::MAX);
    let (least, most) = Attribute::named(column).map_or((-most, most), |known| known.range().into_inner());
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(Error::Query { problem: format!("{what} is {value}, {least} to {most} was wanted") })
}

/// Whether a name is among others, ignoring case, accents and punctuation, as filters do.
fn names(names: &[String], name: &str) -> bool {
    let name = key(name);
    names.iter().any(|other| key(other) == name)
}

impl Default for Query {
    /// Ten tracks, without seeds, targets or conditions.
    fn default() -> Self {
        Self {
            seeds: Vec::new(),
            limit: 10,
            profile: None,
            filter: Filter::default(),
            targets: Vec::new(),
            per_artist: None,
            per_album: None,
            diversity: 0.0,
            shuffle: None,
            all_releases: None,
            spaced: false,
            versions: false,
            seasonal: false,
            why: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Features;

    fn problem(query: Query) -> Option<String> {
        query.check().err().map(|error| error.to_string())
    }

    #[test]
    fn names_contradict_each_other_however_they_are_written() {
        let problem = |genre: &str, without: &str| {
            problem(Query::new(Row(0)).filter(Filter::default().genre(genre).without_genre(without)))
        };
        for (genre, without) in [("hip-hop", "Hip Hop"), ("Forró", "forro"), ("pop", "pop")] {
            let problem = problem(genre, without).unwrap();
            assert!(problem.contains("both wanted and unwanted"), "{problem}");
        }
        assert_eq!(problem("pop", "k-pop"), None);
    }

    #[test]
    fn every_range_of_an_attribute_counts() {
        let ranges = |ranges: &[(f64, f64)]| {
            let ranged =
                |filter: Filter, (least, most): &(f64, f64)| filter.range(Attribute::Energy, *least..=*most);
            Query::new(Row(0)).filter(ranges.iter().fold(Filter::default(), ranged))
        };
        for wrong in [&[(0.5, 0.4)][..], &[(0.0, 0.4), (0.5, 1.0)], &[(0.0, 1.0), (f64::NAN, 1.0)]] {
            assert!(problem(ranges(wrong)).unwrap().contains("no energy is at least"), "{wrong:?}");
        }
        let right = ranges(&[(0.0, 0.6), (0.5, 1.0)]);
        assert_eq!(problem(right.clone()), None);
        let target = |target| right.clone().target(Attribute::Energy, target);
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
            let problem = problem(Query::default().target(attribute, target)).unwrap();
            assert!(problem.contains(wanted), "{problem}");
        }
    }

    #[test]
    fn a_seed_has_values_and_a_weight_that_there_can_be() {
        for (attribute, value) in
            [(Attribute::Energy, f64::NAN), (Attribute::Tempo, f64::INFINITY), (Attribute::Valence, -5.0)]
        {
            let problem = problem(Query::new(Features::default().attribute(attribute, value))).unwrap();
            assert!(problem.contains("of a seed is"), "{problem}");
        }
        for weight in [0.0, f64::NAN, f64::INFINITY, 1e308] {
            let problem = problem(Query::new(Seed::track(Row(0)).weight(weight))).unwrap();
            assert!(problem.contains("a seed weighs"), "{problem}");
        }
    }
}
