//! Artists as seeds: whether the artists listed for an artist are played together with them.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::TestPlaylist;
use super::lists::{EvalContext, Ranker};
use crate::catalogue::Row;
use crate::index::{Index, Space};
use crate::neighbours::{Among, Queries};
use crate::recommend::{representatives, vectors_of};

/// An artist is a seed who is in at least this many playlists: of others the playlists say too little.
const PLAYLISTS: usize = 3;
/// How many other artists of a list are judged.
const OTHERS: usize = 10;
/// How many tracks a list has at first; it grows until it has enough other artists.
const TRACKS: usize = 64;

/// What stands for an artist in a profile.
#[derive(Debug, Clone, Copy)]
enum StandIn {
    /// The tracks that stand for an artist who is the seed of a query.
    Representatives,
    /// The mean of all tracks.
    Centre,
}

impl StandIn {
    fn queries(self, index: &Index, space: &Space, rows: &[Row]) -> Queries {
        match self {
            Self::Representatives => Queries::new(vectors_of(space, representatives(index, space, rows))),
            Self::Centre => {
                let all = Queries::new(vectors_of(space, rows.iter().map(|row| (*row, 1.0))));
                Queries::new([(all.centre(), 1.0)])
            }
        }
    }
}

/// The `k` tracks most similar to what stands for an artist with these tracks, which may be among them.
fn list_like_artist(queries: &Queries, space: &Space, k: usize) -> Vec<Row> {
    let near = space.neighbours().nearest_to_several(queries, k, Among::default());
    near.into_iter().map(|near| near.row).collect()
}

/// An artist of several playlists.
#[derive(Debug)]
struct ArtistSeed {
    artist: u32,
    /// All tracks of the catalogue that name the artist.
    rows: Vec<Row>,
    /// The artists who share a playlist with the artist.
    companions: HashSet<u32>,
}

/// The artists who are seeds.
#[derive(Debug)]
pub(super) struct ArtistSeeds(Vec<ArtistSeed>);

impl ArtistSeeds {
    pub(super) fn of(context: &EvalContext<'_>, playlists: &[TestPlaylist]) -> Self {
        let mut playlists_of: HashMap<u32, Vec<usize>> = HashMap::new();
        let artists_in = |playlist: &TestPlaylist| -> HashSet<u32> {
            playlist.rows.iter().flat_map(|row| context.artists.of(*row)).copied().collect()
        };
        let members: Vec<HashSet<u32>> = playlists.iter().map(artists_in).collect();
        for (at, artists) in members.iter().enumerate() {
            artists.iter().for_each(|artist| playlists_of.entry(*artist).or_default().push(at));
        }
        let mut rows: HashMap<u32, Vec<Row>> = HashMap::new();
        for row in context.index.catalogue().rows() {
            context.artists.of(row).iter().for_each(|artist| rows.entry(*artist).or_default().push(row));
        }
        let known = playlists_of.into_iter().filter(|(_, playlists)| playlists.len() >= PLAYLISTS);
        let mut seeds: Vec<ArtistSeed> = known
            .map(|(artist, playlists)| {
                let beside = playlists.iter().filter_map(|at| members.get(*at)).flatten().copied();
                let companions = beside.filter(|other| *other != artist).collect();
                ArtistSeed { artist, rows: rows.remove(&artist).unwrap_or_default(), companions }
            })
            .collect();
        seeds.sort_unstable_by_key(|seed| seed.artist);
        Self(seeds)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// For every artist, how many of the first ten other artists of a ranker's list share a playlist with the artist,
    /// and how many others there are.
    pub(super) fn like_artist(&self, context: &EvalContext<'_>, ranker: Ranker<'_>) -> Vec<(f64, f64)> {
        match ranker {
            Ranker::Profile(space) => self.nearest(context, space, StandIn::Representatives),
            Ranker::Random => self.judged(context, |rows, k| context.random(rows).take(k).collect()),
            Ranker::Popular => self.judged(context, |_, k| context.popular(k).to_vec()),
        }
    }

    /// The same for the tracks nearest to the mean of the artist's.
    pub(super) fn like_centre(&self, context: &EvalContext<'_>, space: &Space) -> Vec<(f64, f64)> {
        self.nearest(context, space, StandIn::Centre)
    }

    fn nearest(&self, context: &EvalContext<'_>, space: &Space, stand_in: StandIn) -> Vec<(f64, f64)> {
        self.judged(context, |rows, k| {
            list_like_artist(&stand_in.queries(context.index, space, rows), space, k)
        })
    }

    fn judged(
        &self,
        context: &EvalContext<'_>,
        list: impl Fn(&[Row], usize) -> Vec<Row> + Sync,
    ) -> Vec<(f64, f64)> {
        let of_seed = |seed: &ArtistSeed| {
            let others = others(context, seed.artist, |k| list(&seed.rows, k));
            let shared = others.iter().filter(|other| seed.companions.contains(*other)).count();
            (shared as f64, others.len() as f64)
        };
        self.0.par_iter().map(of_seed).collect()
    }
}

/// The first ten artists of a list other than `artist`, each once, in order of appearance. An artist appears with a
/// track that names them first.
fn others(context: &EvalContext<'_>, artist: u32, list: impl Fn(usize) -> Vec<Row>) -> Vec<u32> {
    let mut k = TRACKS;
    loop {
        let listed = list(k);
        let mut others: Vec<u32> = Vec::new();
        for first in listed.iter().filter_map(|row| context.artists.of(*row).first()) {
            if *first != artist && others.len() < OTHERS && !others.contains(first) {
                others.push(*first);
            }
        }
        if others.len() == OTHERS || listed.len() < k || k > context.index.len() {
            return others;
        }
        k *= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Song, index, rows};
    use super::*;

    #[test]
    fn artists_are_judged_by_whom_they_are_played_with() {
        // A, then B, C and D at growing angles from A.
        let index = index(&[
            Song("A", 0.0, 0.5, 0.0),
            Song("A;D", 0.0, 0.5, 2.0),
            Song("B;A", 0.0, 0.5, 10.0),
            Song("C", 90.0, 0.5, 40.0),
            Song("D", 80.0, 0.5, 180.0),
            Song("B", 70.0, 0.5, 200.0),
        ]);
        let context = EvalContext::new(&index).unwrap();
        let playlist = |numbers: [u32; 2]| TestPlaylist { rows: rows(numbers) };
        // A is in four playlists, with B, C and, as a guest, D; nobody else is in three.
        let playlists = [playlist([0, 5]), playlist([0, 3]), playlist([0, 1]), playlist([2, 3])];
        let seeds = ArtistSeeds::of(&context, &playlists);
        assert_eq!(seeds.len(), 1);
        let seed = &seeds.0[0];
        assert_eq!(seed.rows, rows([0, 1, 2]));
        assert_eq!(seed.companions.len(), 3);
        let space = index.space(None).unwrap();
        let named = |list: Vec<Row>| {
            let first =
                |artist: u32| rows([0, 2, 3, 4]).iter().position(|row| context.artists.of(*row)[0] == artist);
            others(&context, seed.artist, |k| list.iter().copied().take(k).collect())
                .into_iter()
                .map(|artist| first(artist).unwrap())
                .collect::<Vec<usize>>()
        };
        for stand_in in [StandIn::Representatives, StandIn::Centre] {
            let queries = stand_in.queries(&index, space, &seed.rows);
            assert_eq!(named(list_like_artist(&queries, space, 6)), [1, 2, 3], "B, C, D");
        }
        assert_eq!(named(rows([5, 1, 2, 0])), [1], "B once; D is a guest only");
        assert_eq!(seeds.like_artist(&context, Ranker::Profile(space)), [(3.0, 3.0)]);
        assert_eq!(seeds.like_artist(&context, Ranker::Popular), [(3.0, 3.0)]);
        let strangers = [playlist([0, 5]), playlist([0, 5]), playlist([1, 2])];
        let seeds = ArtistSeeds::of(&context, &strangers);
        // Also B is in three, and D is in one with both; C is in none.
        assert_eq!(seeds.like_artist(&context, Ranker::Popular), [(2.0, 3.0), (2.0, 3.0)]);
    }
}
