//! Spacing: the order in which a list is played, so that no artist follows themselves where it can be avoided.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::Recommender;
use crate::catalogue::{TextField, artist_names};
use crate::error::Result;
use crate::neighbours::Neighbour;

/// After so many candidates an order with fewer repeats is no longer searched for.
const MAX_CANDIDATES: usize = 100_000;
/// Longer lists are not ordered by how crowded artists are, at a cost quadratic in the length.
const MAX_CROWDED: usize = 2_000;

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
                let number = *numbers.entry(name).or_insert(next);
                if !of_track.contains(&number) {
                    of_track.push(number);
                }
            }
            artists.push(of_track);
        }
        Ok(order(&artists).into_iter().filter_map(|place| list.get(place).copied()).collect())
    }
}

/// The places of tracks in a new order, of which each is given by the numbers of its artists.
///
/// The first track stays the first, and a list in which no two tracks in a row share an artist is not changed. It is an
/// order with the fewest such pairs, and takes early tracks first. If tracks have one artist each, this takes one pass.
/// With several artists each it can be necessary to search; if that takes too long, there may be more pairs than
/// necessary.
fn order(artists: &[Vec<usize>]) -> Vec<usize> {
    let mut arrangement = Arrangement::new(artists);
    let least = arrangement.bound();
    let (greedy, repeats) = arrangement.clone().greedy();
    if repeats == least {
        return greedy;
    }
    let crowded = (artists.len() <= MAX_CROWDED).then(|| arrangement.clone().crowded_first());
    let crowded = crowded.filter(|(_, fewer)| *fewer < repeats);
    let known = crowded.as_ref().map_or(repeats, |(_, fewer)| fewer + 1);
    let mut candidates = MAX_CANDIDATES;
    let better = (least..known).find_map(|most| arrangement.search(most, &mut candidates));
    better.or(crowded.map(|(order, _)| order)).unwrap_or(greedy)
}

/// A list of which some tracks are placed, and the others are left in their old order.
#[derive(Debug, Clone)]
struct Arrangement<'a> {
    artists: &'a [Vec<usize>],
    left: VecDeque<usize>,
    /// The placed tracks, each with its place among those that were left before.
    placed: Vec<(usize, usize)>,
    /// How many tracks of each artist are left.
    of_artist: Vec<usize>,
    /// How many artists have so many tracks left, and the largest such number.
    having: Vec<usize>,
    largest: usize,
    /// How often a placed track shares an artist with the one before it.
    repeats: usize,
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
            repeats: 0,
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

    fn share_an_artist(&self, a: usize, b: usize) -> bool {
        self.of(a).iter().any(|artist| self.of(b).contains(artist))
    }

    /// Places the track that is `at` among those that are left.
    fn place(&mut self, at: usize) {
        let Some(track) = self.left.remove(at) else { return };
        self.of(track).iter().for_each(|artist| self.count(*artist, -1));
        let repeats = self.placed.last().is_some_and(|(last, _)| self.share_an_artist(*last, track));
        self.repeats += usize::from(repeats);
        self.placed.push((track, at));
    }

    /// Takes the last placed track back, and returns where it was among those that are left.
    fn take_back(&mut self) -> Option<usize> {
        let (track, at) = self.placed.pop()?;
        let repeats = self.placed.last().is_some_and(|(last, _)| self.share_an_artist(*last, track));
        self.repeats -= usize::from(repeats);
        self.of(track).iter().for_each(|artist| self.count(*artist, 1));
        self.left.insert(at, track);
        Some(at)
    }

    /// The least number of repeats in the whole list, if each artist alone is considered: of `n` tracks that are left,
    /// `c` of one artist, `n - c` can separate two of them, and one may come first, unless the last track is of the
    /// artist as well.
    fn bound(&self) -> usize {
        let left = self.left.len();
        let of_last = self.placed.last().map_or(&[][..], |(last, _)| self.of(*last));
        let of_last = of_last.iter().filter_map(|artist| self.of_artist.get(*artist));
        let of_last = of_last.map(|count| (2 * count).saturating_sub(left)).max();
        self.repeats + of_last.unwrap_or(0).max((2 * self.largest).saturating_sub(left + 1))
    }

    /// Places at each step the first track that allows the fewest repeats; the order, and the number of its repeats.
    fn greedy(mut self) -> (Vec<usize>, usize) {
        while !self.left.is_empty() {
            let (least, mut best) = (self.bound(), None);
            for at in 0..self.left.len() {
                self.place(at);
                let bound = self.bound();
                self.take_back();
                if best.is_none_or(|(known, _)| bound < known) {
                    best = Some((bound, at));
                }
                if bound == least {
                    break;
                }
            }
            best.into_iter().for_each(|(_, at)| self.place(at));
        }
        (self.order(), self.repeats)
    }

    /// Places at each step the track whose artists have most tracks left, of those that share no artist with the last;
    /// the order, and the number of its repeats. (Warnsdorff's rule: what will be hardest to place comes first.)
    fn crowded_first(mut self) -> (Vec<usize>, usize) {
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

    /// The first order with at most so many repeats, by trying all; `None` if there is none or `candidates` tracks were
    /// tried.
    fn search(&mut self, most: usize, candidates: &mut usize) -> Option<Vec<usize>> {
        let mut at = 0;
        loop {
            if self.left.is_empty() {
                return Some(self.order());
            }
            if at < self.left.len() {
                *candidates = candidates.checked_sub(1)?;
                self.place(at);
                at = if self.bound() <= most { 0 } else { self.take_back()? + 1 };
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
        let shares = |a: &usize, b: &usize| artists[*a].iter().any(|artist| artists[*b].contains(artist));
        order.windows(2).filter(|pair| shares(&pair[0], &pair[1])).count()
    }

    /// The fewest repeats of any order that begins with the tracks of `placed`.
    fn fewest(placed: &mut Vec<usize>, artists: &[Vec<usize>]) -> usize {
        let left: Vec<usize> = (0..artists.len()).filter(|track| !placed.contains(track)).collect();
        let ways = left.iter().map(|track| {
            placed.push(*track);
            let fewest = fewest(placed, artists);
            placed.pop();
            fewest
        });
        ways.min().unwrap_or_else(|| repeats(placed, artists))
    }

    fn ordered(artists: &[&[usize]]) -> Vec<usize> {
        order(&artists.iter().map(|artists| artists.to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn a_later_track_is_pulled_up_and_nothing_else_moves() {
        assert_eq!(ordered(&[&[0], &[0], &[1], &[2]]), [0, 2, 1, 3]);
        assert_eq!(ordered(&[&[0], &[1], &[2], &[0], &[0]]), [0, 1, 3, 2, 4]);
        assert_eq!(ordered(&[&[0], &[1], &[0], &[1]]), [0, 1, 2, 3]);
        assert_eq!(ordered(&[&[0, 1], &[1, 2], &[3], &[2]]), [0, 3, 2, 1]);
        assert_eq!(ordered(&[&[0], &[0], &[0], &[0], &[1]]), [0, 1, 2, 4, 3]);
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
            assert_eq!(repeats(&found, &artists), fewest(&mut vec![0], &artists), "{artists:?} {found:?}");
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
}
