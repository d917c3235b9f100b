//! The lists that are evaluated: what a profile or a baseline recommends for some seeds.

use rayon::prelude::*;

use crate::catalogue::{Attribute, Row};
use crate::error::Result;
use crate::index::{Index, Space};
use crate::model::Artists;
use crate::neighbours::Among;
use crate::random::SplitMix64;
use crate::recommend::admission::{Admission, ListedOnce};
use crate::recommend::queries_like;
use crate::songs::{Kinds, Songs};

/// What makes the recommendations.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Ranker<'a> {
    /// The vectors of a profile.
    Profile(&'a Space),
    /// Random tracks.
    Random,
    /// The most popular tracks, for any seed.
    Popular,
}

impl Ranker<'_> {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Profile(space) => space.name(),
            Self::Random => "random",
            Self::Popular => "popular",
        }
    }
}

/// The data that the lists of all rankers are made from.
#[derive(Debug)]
pub(super) struct EvalContext<'a> {
    pub(super) index: &'a Index,
    pub(super) songs: &'a Songs,
    pub(super) artists: Artists,
    /// The popularity of every row; NaN if it is unknown.
    popularity: Vec<f64>,
    /// The rows by descending popularity, those of unknown popularity last.
    popular: Vec<Row>,
}

impl<'a> EvalContext<'a> {
    pub(super) fn new(index: &'a Index) -> Result<Self> {
        let catalogue = index.catalogue();
        let mut popularity = Vec::new();
        match catalogue.numbers(Attribute::Popularity) {
            Some(column) => column.copy_to(0..catalogue.len(), &mut popularity),
            None => popularity.resize(catalogue.len(), f64::NAN),
        }
        let known_or_least =
            |popularity: &f64| if popularity.is_nan() { f64::NEG_INFINITY } else { *popularity };
        let mut popular: Vec<(f64, Row)> =
            popularity.iter().map(known_or_least).zip(catalogue.rows()).collect();
        popular.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let popular = popular.into_iter().map(|(_, row)| row).collect();
        let artists = Artists::named_in(catalogue)?;
        Ok(Self { index, songs: index.songs()?, artists, popularity, popular })
    }

    /// The popularity of a track; NaN if it is unknown.
    pub(super) fn popularity(&self, row: Row) -> f64 {
        self.popularity.get(row.index()).copied().unwrap_or(f64::NAN)
    }

    /// The `k` most popular tracks.
    pub(super) fn popular(&self, k: usize) -> &[Row] {
        self.popular.get(..k).unwrap_or(&self.popular)
    }

    /// Random tracks for some seeds, the same for the same first seed; some more than once.
    pub(super) fn random(&self, seeds: &[Row]) -> impl Iterator<Item = Row> {
        let mut chance = SplitMix64(seeds.first().map_or(0, |seed| u64::from(seed.0)));
        let rows = self.index.len();
        (0..rows.saturating_mul(4)).map(move |_| Row(chance.below(rows) as u32))
    }

    /// The first `k` tracks for each set of seeds, in parallel. Profiles list what a listener gets, one version of each
    /// work and only kinds of the seeds; those that list all releases, and baselines, each song once: a release that is
    /// listed again would only be counted as a hit again. If `other_artists`, none is by an artist of a seed.
    pub(super) fn lists(
        &self,
        ranker: Ranker<'_>,
        seeds: &[&[Row]],
        k: usize,
        other_artists: bool,
    ) -> Vec<Vec<Row>> {
        if let Ranker::Profile(space) = ranker {
            space.neighbours().plant();
        }
        seeds.par_iter().map(|seeds| self.list(ranker, seeds, k, other_artists)).collect()
    }

    /// What a list may have: as the [`Recommender`](crate::Recommender) makes it for these seeds.
    fn admission(&self, ranker: Ranker<'_>, seeds: &[Row]) -> Admission<'_> {
        let (once, welcome) = match ranker {
            Ranker::Profile(space) if !space.model().profile().lists_releases() => {
                let kinds = seeds.iter().map(|seed| self.songs.kinds_of(*seed));
                (ListedOnce::Work, Some(kinds.fold(Kinds::default(), |all, kind| all | kind)))
            }
            _ => (ListedOnce::Song, None),
        };
        Admission::new(self.songs, once, welcome, seeds.iter().copied())
    }

    fn list(&self, ranker: Ranker<'_>, seeds: &[Row], k: usize, other_artists: bool) -> Vec<Row> {
        let mut admission = self.admission(ranker, seeds);
        let of_seeds: Vec<u32> = match other_artists {
            true => seeds.iter().flat_map(|seed| self.artists.of(*seed)).copied().collect(),
            false => Vec::new(),
        };
        let mut admits = |row: Row| {
            let is_known = self.artists.of(row).iter().any(|artist| of_seeds.contains(artist));
            !is_known && admission.admit(row)
        };
        let rows = self.index.len();
        match ranker {
            Ranker::Random => self.random(seeds).filter(|row| admits(*row)).take(k).collect(),
            Ranker::Popular => self.popular.iter().copied().filter(|row| admits(*row)).take(k).collect(),
            Ranker::Profile(space) => {
                let queries = queries_like(space, seeds);
                let mut found = Vec::new();
                let (mut fetch, mut seen) = (2 * k + 16, 0);
                while found.len() < k && seen < rows {
                    let near = space.neighbours().nearest_to_several(&queries, fetch, Among::default());
                    let fresh = near.get(seen..).unwrap_or_default();
                    found.extend(fresh.iter().map(|near| near.row).filter(|row| admits(*row)));
                    seen = fetch;
                    fetch *= 4;
                }
                found.truncate(k);
                found
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Song, index, rows, titled};
    use super::*;

    #[test]
    fn tracks_of_unknown_popularity_are_the_least_popular() {
        let songs = [f64::NAN, 20.0, 70.0, 0.0];
        let index = index(&songs.map(|popularity| Song("A", popularity, 0.5, popularity.max(0.0))));
        let context = EvalContext::new(&index).unwrap();
        let lists = context.lists(Ranker::Popular, &[&rows([1])], 10, false);
        assert_eq!(lists, [rows([2, 3, 0])]);
    }

    #[test]
    fn a_profile_lists_one_version_of_each_work_and_kinds_of_the_seeds() {
        let index =
            titled(&["Hurt,A", "Hurt - Live,A", "Let It Snow,A", "Hello,A", "Hello (X Remix),A", "Joy,A"]);
        let context = EvalContext::new(&index).unwrap();
        let list = |ranker: Ranker<'_>, seeds: &[Row]| context.lists(ranker, &[seeds], 10, false).concat();
        let profile = Ranker::Profile(index.space(None).unwrap());
        assert_eq!(list(profile, &rows([0])), rows([3, 5]));
        assert_eq!(list(profile, &rows([2])), rows([1, 3, 5]), "the nearest version");
        assert_eq!(list(profile, &rows([2, 3])), rows([1, 5]));
        assert_eq!(list(Ranker::Popular, &rows([0])), rows([1, 2, 3, 4, 5]));
    }
}
