//! Spacing: the order in which a list is played, so that no artist follows themselves where it can be avoided.

use std::cmp::Ordering;
use std::collections::{BTreeSet, VecDeque};

use hashbrown::HashMap;

use super::Recommender;
use crate::catalogue::{TextField, artist_names};
use crate::error::Result;
use crate::neighbours::Neighbour;

/// After so many candidates an order with fewer repeats is no longer searched for.
const MAX_CANDIDATES: usize = 100_000;
/// Longer lists are neither ordered by how crowded artists are, at a cost quadratic in the length, nor searched.
const MAX_CROWDED: usize = 2_000;
/// After so many artists of candidates the greedy order tries only the first few candidates at each step.
const MAX_GREEDY: usize = 2_000_000;
const FEW: usize = 16;

impl Recommender {
    /// Reorders a list as [`Query::spaced`](super::Query::spaced) says.
    pub(super) fn spaced(&self, list: Vec<Neighbour>) -> Result<Vec<Neighbour>> {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let mut artists = Vec::with_capacity(list.len());
        for found in &list {
            let names = self.index.catalogue().required_text(TextField::Artists, found.row)?;
            let mut of_track = Vec::new();
            for name in artist_names(names) {
                let next = numbers.len();
                of_track.push(*numbers.entry(name).or_insert(next));
            }
            of_track.sort_unstable();
            of_track.dedup();
            artists.push(of_track);
        }
        Ok(order(&artists).into_iter().filter_map(|place| list.get(place).copied()).collect())
    }
}

/// The places of tracks in a new order, of which each is given by the numbers of its artists, in ascending order.
///
/// The first track stays the first, and a list in which no two tracks in a row share an artist is not changed. It is an
/// order with the fewest such pairs and, among those, with few artists three times in a row; it takes early tracks first.
/// If tracks have one artist each, both numbers are the least. With several artists each it can be necessary to search;
/// if that takes too long, there may be more than necessary.
///
/// At each step every different set of artists may be a candidate, so the cost is quadratic in their number; but what is
/// tried is bounded (`MAX_GREEDY`, `MAX_CANDIDATES`, `MAX_CROWDED`), and beyond the bounds the cost is about linear.
fn order(artists: &[Vec<usize>]) -> Vec<usize> {
    let arrangement = Arrangement::new(artists);
    let least = arrangement.bound();
    let (greedy, repeats) = arrangement.clone().greedy();
    if repeats.pairs == least.pairs || artists.len() > MAX_CROWDED {
        return greedy;
    }
    let crowded = Some(arrangement.clone().crowded_first()).filter(|(_, fewer)| fewer.pairs < repeats.pairs);
    let known = crowded.as_ref().map_or(repeats.pairs, |(_, fewer)| fewer.pairs + 1);
    let (mut of_few, mut of_any) = (MAX_CANDIDATES, MAX_CANDIDATES);
    let better = (least.pairs..known).find_map(|pairs| {
        let few = Repeats { pairs, threes: least.threes };
        let any = Repeats { pairs, threes: usize::MAX };
        let few = arrangement.clone().search(few, &mut of_few);
        few.or_else(|| arrangement.clone().search(any, &mut of_any))
    });
    better.or(crowded.map(|(order, _)| order)).unwrap_or(greedy)
}

/// How often artists follow themselves: fewer pairs are better, then fewer threes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Repeats {
    /// Tracks that share an artist with the one before.
    pairs: usize,
    /// Tracks that share an artist with both before, which these share too.
    threes: usize,
}

/// A list of which some tracks are placed, and the others are left in their old order.
#[derive(Debug, Clone)]
struct Arrangement<'a> {
    artists: &'a [Vec<usize>],
    /// Those that are left, for orders that take tracks by their place among them.
    left: VecDeque<usize>,
    /// The placed tracks, each with its place among those that were left before.
    placed: Vec<(usize, usize)>,
    /// How many tracks of each artist are left.
    of_artist: Vec<usize>,
    /// How many artists have so many tracks left, and the largest such number.
    having: Vec<usize>,
    largest: usize,
    repeats: Repeats,
}

impl<'a> Arrangement<'a> {
    /// The first track is placed.
    fn new(artists: &'a [Vec<usize>]) -> Self {
        let known = artists.iter().flatten().max().map_or(0, |most| most + 1);
        let mut new = Self {
            artists,
            left: (0..artists.len()).collect(),
            placed: Vec::new(),
            of_artist: vec![0; known],
            having: vec![0; artists.len() + 1],
            largest: 0,
            repeats: Repeats::default(),
        };
        if let Some(none) = new.having.first_mut() {
            *none = known;
        }
        artists.iter().flatten().for_each(|artist| new.count(*artist, 1));
        if !artists.is_empty() {
            new.place(0);
        }
        new
    }

    fn of(&self, track: usize) -> &'a [usize] {
        self.artists.get(track).map_or(&[], Vec::as_slice)
    }

    /// Counts a track more (1) or less (-1) of an artist.
    fn count(&mut self, artist: usize, change: isize) {
        let Some(of_artist) = self.of_artist.get_mut(artist) else { return };
        let before = *of_artist;
        *of_artist = before.saturating_add_signed(change);
        let after = *of_artist;
        self.having.get_mut(before).into_iter().for_each(|artists| *artists -= 1);
        self.having.get_mut(after).into_iter().for_each(|artists| *artists += 1);
        self.largest = self.largest.max(after);
        while self.largest > 0 && self.having.get(self.largest) == Some(&0) {
            self.largest -= 1;
        }
    }

    /// The artists of both tracks.
    fn shared(&self, a: usize, b: usize) -> impl Iterator<Item = usize> {
        let (mut a, mut b) = (self.of(a).iter().peekable(), self.of(b).iter().peekable());
        std::iter::from_fn(move || {
            loop {
                match a.peek()?.cmp(b.peek()?) {
                    Ordering::Less => _ = a.next(),
                    Ordering::Greater => _ = b.next(),
                    Ordering::Equal => {
                        b.next();
                        return a.next().copied();
                    }
                }
            }
        })
    }

    fn share_an_artist(&self, a: usize, b: usize) -> bool {
        self.shared(a, b).next().is_some()
    }

    /// What a track adds to the repeats if it is placed next.
    fn adds(&self, track: usize) -> Repeats {
        let mut before = self.placed.iter().rev().map(|(track, _)| *track);
        let (last, second) = (before.next(), before.next());
        let is_pair = last.is_some_and(|last| self.share_an_artist(last, track));
        let is_three = is_pair
            && last.zip(second).is_some_and(|(last, second)| {
                self.shared(last, track).any(|artist| self.of(second).binary_search(&artist).is_ok())
            });
        Repeats { pairs: usize::from(is_pair), threes: usize::from(is_three) }
    }

    /// Places a track that was `at` among those that are left.
    fn put(&mut self, track: usize, at: usize) {
        let added = self.adds(track);
        self.of(track).iter().for_each(|artist| self.count(*artist, -1));
        self.repeats.pairs += added.pairs;
        self.repeats.threes += added.threes;
        self.placed.push((track, at));
    }

    /// Places the track that is `at` among those that are left.
    fn place(&mut self, at: usize) {
        if let Some(track) = self.left.remove(at) {
            self.put(track, at);
        }
    }

    /// Takes the last track back, without putting it among those that are left.
    fn lift(&mut self) -> Option<(usize, usize)> {
        let (track, at) = self.placed.pop()?;
        let added = self.adds(track);
        self.repeats.pairs -= added.pairs;
        self.repeats.threes -= added.threes;
        self.of(track).iter().for_each(|artist| self.count(*artist, 1));
        Some((track, at))
    }

    /// Takes the last placed track back, and returns where it was among those that are left.
    fn take_back(&mut self) -> Option<usize> {
        let (track, at) = self.lift()?;
        self.left.insert(at, track);
        Some(at)
    }

    /// The least repeats in the whole list, if each artist alone is considered.
    ///
    /// Of `n` tracks that are left, `c` of one artist, `n - c` others can separate as many runs of the artist and one
    /// more. If the last track is of the artist as well, what comes next only continues its run.
    fn bound(&self) -> Repeats {
        let left = self.artists.len() - self.placed.len();
        let largest = (2 * self.largest).saturating_sub(left + 1);
        let run_of_two = 3 * self.largest;
        let mut least = Repeats { pairs: largest, threes: run_of_two.saturating_sub(2 * left + 2) };
        let mut before = self.placed.iter().rev().map(|(track, _)| *track);
        let (last, second) = (before.next(), before.next().map_or(&[][..], |track| self.of(track)));
        for artist in last.map_or(&[][..], |last| self.of(last)) {
            let count = self.of_artist.get(*artist).copied().unwrap_or_default();
            // The run of the last track has room for one more track, or for none.
            let room = 2 * left + usize::from(second.binary_search(artist).is_err());
            least.pairs = least.pairs.max((2 * count).saturating_sub(left));
            least.threes = least.threes.max((3 * count).saturating_sub(room));
        }
        Repeats { pairs: self.repeats.pairs + least.pairs, threes: self.repeats.threes + least.threes }
    }

    /// Places at each step the first track that allows the fewest repeats; the order, and its repeats.
    ///
    /// Of tracks with the same artists, only the first that is left is a candidate.
    fn greedy(mut self) -> (Vec<usize>, Repeats) {
        let mut alike: HashMap<&[usize], VecDeque<usize>> = HashMap::new();
        for track in self.left.iter().copied() {
            alike.entry(self.of(track)).or_default().push_back(track);
        }
        let mut heads: BTreeSet<usize> = alike.values_mut().filter_map(VecDeque::pop_front).collect();
        let mut tried = 0;
        while !heads.is_empty() {
            let (least, mut best) = (self.bound(), None);
            let most = if tried < MAX_GREEDY { heads.len() } else { FEW };
            for track in heads.iter().copied().take(most) {
                tried += 1 + self.of(track).len();
                self.put(track, 0);
                let bound = self.bound();
                self.lift();
                if best.is_none_or(|(known, _)| bound < known) {
                    best = Some((bound, track));
                }
                if bound == least {
                    break;
                }
            }
            let Some((_, track)) = best else { break };
            heads.remove(&track);
            heads.extend(alike.get_mut(self.of(track)).and_then(VecDeque::pop_front));
            self.put(track, 0);
        }
        (self.order(), self.repeats)
    }

    /// Places at each step the track whose artists have most tracks left, of those that share no artist with the last;
    /// the order, and its repeats. (Warnsdorff's rule: what will be hardest to place comes first.)
    fn crowded_first(mut self) -> (Vec<usize>, Repeats) {
        while let Some((last, _)) = self.placed.last() {
            let worth = |track: usize| {
                let crowd = self.of(track).iter().filter_map(|artist| self.of_artist.get(*artist));
                (!self.share_an_artist(*last, track), crowd.sum::<usize>())
            };
            // Reversed, as `max_by_key` returns the last of equals.
            let best = self.left.iter().enumerate().rev().max_by_key(|(_, track)| worth(**track));
            let Some((at, _)) = best else { break };
            self.place(at);
        }
        (self.order(), self.repeats)
    }

    /// The first order with at most so many pairs and threes, by trying all; `None` if there is none or `candidates`
    /// tracks were tried.
    fn search(mut self, most: Repeats, candidates: &mut usize) -> Option<Vec<usize>> {
        let mut at = 0;
        loop {
            if self.left.is_empty() {
                return Some(self.order());
            }
            if at < self.left.len() {
                *candidates = candidates.checked_sub(1)?;
                self.place(at);
                let bound = self.bound();
                let may_do = bound.pairs <= most.pairs && bound.threes <= most.threes;
                at = if may_do { 0 } else { self.take_back()? + 1 };
            } else if self.placed.len() > 1 {
                at = self.take_back()? + 1;
            } else {
                return None;
            }
        }
    }

    fn order(&self) -> Vec<usize> {
        self.placed.iter().map(|(track, _)| *track).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::fraction;

    fn repeats(order: &[usize], artists: &[Vec<usize>]) -> usize {
        counted(order, artists).pairs
    }

    fn counted(order: &[usize], artists: &[Vec<usize>]) -> Repeats {
        let in_a_row = |places: usize| {
            let share = |tracks: &&[usize]| {
                artists[tracks[0]]
                    .iter()
                    .any(|artist| tracks.iter().all(|track| artists[*track].contains(artist)))
            };
            order.windows(places).filter(share).count()
        };
        Repeats { pairs: in_a_row(2), threes: in_a_row(3) }
    }

    /// The fewest repeats of any order that begins with the tracks of `placed`.
    fn fewest(placed: &mut Vec<usize>, artists: &[Vec<usize>]) -> Repeats {
        let left: Vec<usize> = (0..artists.len()).filter(|track| !placed.contains(track)).collect();
        let ways = left.iter().map(|track| {
            placed.push(*track);
            let fewest = fewest(placed, artists);
            placed.pop();
            fewest
        });
        ways.min().unwrap_or_else(|| counted(placed, artists))
    }

    fn ordered(artists: &[&[usize]]) -> Vec<usize> {
        order(&artists.iter().map(|artists| artists.to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn pairs_that_cannot_be_avoided_are_not_put_side_by_side() {
        // Twelve of twenty tracks are by artist 3, some with guests who have tracks too.
        let artists: [&[usize]; 20] = [
            &[0, 1],
            &[2],
            &[3],
            &[3],
            &[3],
            &[3],
            &[3],
            &[3],
            &[4],
            &[0, 5],
            &[3, 6],
            &[1, 3],
            &[7, 8, 9],
            &[3, 10, 11],
            &[3],
            &[3],
            &[3, 8],
            &[12],
            &[5],
            &[8, 13, 14],
        ];
        let order = ordered(&artists);
        let artists = artists.map(<[usize]>::to_vec);
        assert_eq!(counted(&order, &artists), Repeats { pairs: 4, threes: 0 }, "{order:?}");
    }

    #[test]
    fn a_later_track_is_pulled_up_and_nothing_else_moves() {
        assert_eq!(ordered(&[&[0], &[0], &[1], &[2]]), [0, 2, 1, 3]);
        assert_eq!(ordered(&[&[0], &[1], &[2], &[0], &[0]]), [0, 1, 3, 2, 4]);
        assert_eq!(ordered(&[&[0], &[1], &[0], &[1]]), [0, 1, 2, 3]);
        assert_eq!(ordered(&[&[0, 1], &[1, 2], &[3], &[2]]), [0, 3, 2, 1]);
        assert_eq!(ordered(&[&[0], &[0], &[0], &[0], &[1]]), [0, 1, 4, 2, 3]);
        assert_eq!(ordered(&[]), [0usize; 0]);
        assert_eq!(ordered(&[&[], &[], &[]]), [0, 1, 2]);
    }

    #[test]
    fn there_are_as_few_repeats_as_can_be() {
        for case in 0..1_500u64 {
            let chance = |at: usize| fraction(case, at as u32);
            let tracks = 1 + (chance(0) * 7.0) as usize;
            let known = 1.0 + (chance(1) * 4.0).floor();
            let artists: Vec<Vec<usize>> = (0..tracks)
                .map(|track| {
                    let several = if case % 2 == 0 { 1 } else { 1 + (chance(10 + track) * 2.5) as usize };
                    let mut of_track: Vec<usize> =
                        (0..several).map(|at| (chance(20 + 10 * track + at) * known) as usize).collect();
                    of_track.sort_unstable();
                    of_track.dedup();
                    of_track
                })
                .collect();
            let found = order(&artists);
            let mut sorted = found.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..tracks).collect::<Vec<_>>(), "{artists:?}");
            assert_eq!(found[0], 0, "{artists:?}");
            let (found_repeats, fewest) = (counted(&found, &artists), fewest(&mut vec![0], &artists));
            assert_eq!(found_repeats.pairs, fewest.pairs, "{artists:?} {found:?}");
            if case % 2 == 0 {
                assert_eq!(found_repeats.threes, fewest.threes, "{artists:?} {found:?}");
            }
        }
    }

    #[test]
    fn what_is_hardest_to_place_comes_first_where_a_search_would_take_too_long() {
        // Tracks of two artists together are separated by those of others only, of which there is one too few.
        let mut artists = vec![vec![0, 1]; 12];
        artists.extend([vec![0], vec![1], vec![0], vec![1], vec![0], vec![1], vec![1]]);
        artists.extend((2..13).map(|other| vec![other]));
        let found = order(&artists);
        assert_eq!(found[0], 0);
        assert_eq!(repeats(&found, &artists), 1, "{found:?}");
    }

    #[test]
    fn a_long_list_of_few_artists_takes_no_time() {
        let artists: Vec<Vec<usize>> = (0..5_000).map(|track| vec![track / 100]).collect();
        assert_eq!(repeats(&order(&artists), &artists), 0);
        let alone = vec![vec![0]; 5_000];
        assert_eq!(repeats(&order(&alone), &alone), 4_999);
        // A track of all artists repeats one of them wherever it stands.
        let hub: Vec<Vec<usize>> =
            (0..1_000).map(|track| if track == 7 { (0..1_000).collect() } else { vec![track] }).collect();
        assert_eq!(repeats(&order(&hub), &hub), 1);
    }

    #[test]
    fn a_long_list_that_cannot_be_spaced_takes_no_time() {
        // Any two tracks share an artist, though none is of more than two thirds: no bound tells.
        let began = std::time::Instant::now();
        let triangle: Vec<Vec<usize>> =
            (0..30_000).map(|track| [vec![0, 1], vec![1, 2], vec![0, 2]][track % 3].clone()).collect();
        assert_eq!(repeats(&order(&triangle), &triangle), 29_999);
        // The same of 199 artists, in as many different pairs.
        let hub = |track: usize| vec![track % 199, 199 + track / 199];
        let crowded: Vec<Vec<usize>> = (0..20_000)
            .map(hub)
            .map(|mut pair| {
                pair.sort_unstable();
                pair
            })
            .chain((0..20_000).map(|_| vec![7, 500]))
            .collect();
        assert_eq!(order(&crowded).len(), 40_000);
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }
}
