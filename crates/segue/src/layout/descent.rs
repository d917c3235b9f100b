//! The descent: rounds in which every vertex moves along its forces.
//!
//! A vertex at `y` is attracted by the mean of `q (z - y)` over the `z` that it is linked with, and repelled by the mean of
//! `r (y - z) / (1 / 2 + d^2)` over all, `d` being the distance, `q = 1 / (1 + d^2)`, and `r` that times [`REPULSION`]: the
//! gradient of LargeVis's objective (Tang, Liu, Zhang and Mei 2016) for links of the same weight, with a mean in place of the
//! sum over the links of a vertex, which leaves a vertex of many links as mobile as others.
//!
//! The mean over all is estimated by vertices at some offsets in the order of the vertices, the same for all vertices of a round.
//! Vertices that are near in the order are mostly near in the plane, where the force is great, so near offsets are drawn more
//! densely: from 1 to 7, from 8 to 63, and so on, equally many, each weighed by how many it stands for.

use rayon::prelude::*;

use super::Place;
use super::graph::Graph;
use crate::blocks::BLOCK;
use crate::error::{Result, unless_stopped};
use crate::progress::{Progress, Stage};
use crate::random::SplitMix64;

/// How many rounds there are. More keep a little more of the neighbours, in proportion more slowly.
const ROUNDS: u64 = 500;
/// In so many of them repulsion is weak, so that what belongs together passes what lies between; with its strength then, and
/// after that. The stronger, the more even is the map; from about 50 on, neighbours are lost.
const EARLY_ROUNDS: u64 = ROUNDS / 4;
const EARLY_REPULSION: f32 = 5.0;
const REPULSION: f32 = 40.0;
/// The rate at which vertices move stays the same up to this round, and falls linearly to 0 after it.
const FULL_RATE_ROUNDS: u64 = ROUNDS / 2;
/// The share of a vertex's last move that is added to its next.
const MOMENTUM: f32 = 0.5;
/// No vertex moves farther in a round.
const FARTHEST: f32 = 4.0;
/// Offsets in each range of offsets, whose ends are in this ratio.
const SAMPLES: usize = 12;
const RATIO: usize = 8;

/// Coordinates of all vertices, x and y apart, so that loops over neighbouring vertices use wide registers.
#[derive(Debug, Clone)]
struct Plane {
    x: Vec<f32>,
    y: Vec<f32>,
}

impl Plane {
    /// The coordinates of some vertices.
    #[inline(always)]
    fn part(&self, from: usize, count: usize) -> (&[f32], &[f32]) {
        let part = from..from + count;
        (self.x.get(part.clone()).unwrap_or_default(), self.y.get(part).unwrap_or_default())
    }

    /// The coordinates in blocks, to be changed in parallel.
    fn blocks_mut(&mut self) -> impl IndexedParallelIterator<Item = (&mut [f32], &mut [f32])> {
        self.x.par_chunks_mut(BLOCK).zip(self.y.par_chunks_mut(BLOCK))
    }
}

/// What all vertices are repelled by: the vertices so many places after each, cyclically, and how many others they stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Offset {
    places: usize,
    weight: f32,
}

/// Moves the places of the vertices so that those that are linked lie together, and others apart. A vertex without links
/// stays where it is.
pub(super) fn descend(graph: &Graph, places: &mut [Place], progress: &dyn Progress) -> Result<()> {
    progress.start(Stage::Layout, Some(ROUNDS));
    let mut now = Plane {
        x: places.iter().map(|place| place[0]).collect(),
        y: places.iter().map(|place| place[1]).collect(),
    };
    let mut next = now.clone();
    let mut moves = Plane { x: vec![0.0; places.len()], y: vec![0.0; places.len()] };
    for number in 0..ROUNDS {
        unless_stopped(progress)?;
        let round = Round::new(graph, &now, number);
        next.blocks_mut().zip(moves.blocks_mut()).enumerate().for_each(|(block, (next, moves))| {
            round.move_block(block * BLOCK, next, moves);
        });
        std::mem::swap(&mut now, &mut next);
        progress.advance(1);
    }
    for ((place, x), y) in places.iter_mut().zip(&now.x).zip(&now.y) {
        *place = [*x, *y];
    }
    Ok(())
}

/// The offsets of a round for so many vertices. With each that many places forward comes the same backward.
fn offsets(vertices: usize, round: u64) -> Vec<Offset> {
    let mut random = SplitMix64(round);
    let mut offsets = Vec::new();
    let farthest = vertices / 2;
    let mut first = 1;
    while first <= farthest {
        let end = first.saturating_mul(RATIO).min(farthest + 1);
        let size = end - first;
        // One of each of so many equal parts of the range.
        let parts = SAMPLES.min(size);
        for part in 0..parts {
            let (low, high) = (part * size / parts, (part + 1) * size / parts);
            let places = first + low + random.below(high - low);
            let weight = size as f32 / parts as f32;
            offsets.extend([places, vertices - places].map(|places| Offset { places, weight }));
        }
        first = end;
    }
    offsets
}

/// A round: what every vertex needs to know to move.
struct Round<'a> {
    graph: &'a Graph,
    now: &'a Plane,
    offsets: Vec<Offset>,
    /// The factor of the sum of all repelling forces.
    repulsion: f32,
    rate: f32,
}

impl<'a> Round<'a> {
    fn new(graph: &'a Graph, now: &'a Plane, number: u64) -> Self {
        let vertices = now.x.len();
        let strength = if number < EARLY_ROUNDS { EARLY_REPULSION } else { REPULSION };
        let left = (ROUNDS - number) as f32 / (ROUNDS - FULL_RATE_ROUNDS) as f32;
        Self {
            graph,
            now,
            offsets: offsets(vertices, number),
            repulsion: strength / vertices as f32,
            rate: left.min(1.0),
        }
    }

    /// Moves the vertices of a block, the first of which is `first`: writes their next places, and how they moved.
    fn move_block(&self, first: usize, next: (&mut [f32], &mut [f32]), moves: (&mut [f32], &mut [f32])) {
        let count = next.0.len();
        let (repelled_x, repelled_y) = self.repulsion_of(first, count);
        let (now_x, now_y) = self.now.part(first, count);
        let places = now_x.iter().zip(now_y).zip(next.0.iter_mut().zip(next.1));
        let forces = repelled_x.iter().zip(&repelled_y).zip(moves.0.iter_mut().zip(moves.1));
        for (vertex, (place, force)) in (first..).zip(places.zip(forces)) {
            let ((x, y), (next_x, next_y)) = place;
            let ((repelled_x, repelled_y), (move_x, move_y)) = force;
            let links = self.graph.links(vertex);
            if links.is_empty() {
                (*next_x, *next_y) = (*x, *y);
                continue;
            }
            let (attracted_x, attracted_y) = self.attraction([*x, *y], links);
            let force_x = attracted_x + repelled_x * self.repulsion;
            let force_y = attracted_y + repelled_y * self.repulsion;
            let moved_x = MOMENTUM * *move_x + self.rate * force_x;
            let moved_y = MOMENTUM * *move_y + self.rate * force_y;
            let length = (moved_x * moved_x + moved_y * moved_y).sqrt();
            let scale = if length > FARTHEST { FARTHEST / length } else { 1.0 };
            (*move_x, *move_y) = (moved_x * scale, moved_y * scale);
            (*next_x, *next_y) = (x + *move_x, y + *move_y);
        }
    }

    /// The mean attraction of a place by those that it is linked with.
    #[inline(always)]
    fn attraction(&self, [x, y]: Place, links: &[u32]) -> (f32, f32) {
        let (mut sum_x, mut sum_y) = (0.0, 0.0);
        for link in links {
            let (Some(other_x), Some(other_y)) =
                (self.now.x.get(*link as usize), self.now.y.get(*link as usize))
            else {
                continue;
            };
            let (toward_x, toward_y) = (other_x - x, other_y - y);
            let kernel = 1.0 / (1.0 + toward_x * toward_x + toward_y * toward_y);
            sum_x += kernel * toward_x;
            sum_y += kernel * toward_y;
        }
        let count = links.len() as f32;
        (sum_x / count, sum_y / count)
    }

    /// The sums of the forces by which the vertices of a block are repelled.
    fn repulsion_of(&self, first: usize, count: usize) -> ([f32; BLOCK], [f32; BLOCK]) {
        let (mut x, mut y) = ([0f32; BLOCK], [0f32; BLOCK]);
        let vertices = self.now.x.len();
        for offset in &self.offsets {
            // Up to the last vertex, and on from the first.
            let from = (first + offset.places) % vertices;
            let before = count.min(vertices - from);
            let (x_before, x_after) = x.split_at_mut(before);
            let (y_before, y_after) = y.split_at_mut(before);
            let (own, others) = (self.now.part(first, before), self.now.part(from, before));
            add_repulsion(own, others, offset.weight, (x_before, y_before));
            let after = count - before;
            let (own, others) = (self.now.part(first + before, after), self.now.part(0, after));
            add_repulsion(own, others, offset.weight, (x_after, y_after));
        }
        (x, y)
    }
}

/// Adds the force by which each of some places is repelled by one other.
#[inline(always)]
fn add_repulsion(
    own: (&[f32], &[f32]),
    others: (&[f32], &[f32]),
    weight: f32,
    sums: (&mut [f32], &mut [f32]),
) {
    let places = own.0.iter().zip(own.1).zip(others.0.iter().zip(others.1));
    for (((x, y), (other_x, other_y)), (sum_x, sum_y)) in places.zip(sums.0.iter_mut().zip(sums.1)) {
        let (away_x, away_y) = (x - other_x, y - other_y);
        let square = away_x * away_x + away_y * away_y;
        let force = weight / ((0.5 + square) * (1.0 + square));
        *sum_x += force * away_x;
        *sum_y += force * away_y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_stand_for_all_others() {
        for vertices in [2, 3, 9, 17, 100, 1001, 89_740] {
            let offsets = offsets(vertices, 3);
            assert!(offsets.iter().all(|offset| (1..vertices).contains(&offset.places)), "{offsets:?}");
            let all: f32 = offsets.iter().map(|offset| offset.weight).sum();
            // The one half of all vertices away is counted twice.
            assert!((all - 2.0 * (vertices / 2) as f32).abs() < 1e-3 * vertices as f32, "{vertices}: {all}");
        }
        assert_eq!(offsets(1, 0), []);
        assert_eq!(offsets(0, 0), []);
        assert_ne!(offsets(1000, 0), offsets(1000, 1));
    }

    #[test]
    fn forces_are_summed_over_the_ends_of_the_order() {
        let vertices = 2 * BLOCK + 100;
        let coordinate = |at: usize| (at * 7919 % 1000) as f32 / 100.0;
        let plane = Plane {
            x: (0..vertices).map(coordinate).collect(),
            y: (0..vertices).map(|at| coordinate(at + 5)).collect(),
        };
        let graph = Graph::default();
        let round = Round::new(&graph, &plane, 0);
        for first in [0, BLOCK, 2 * BLOCK] {
            let count = BLOCK.min(vertices - first);
            let (x, _) = round.repulsion_of(first, count);
            for (at, found) in x.iter().take(count).enumerate() {
                let mut expected = 0.0;
                for offset in &round.offsets {
                    let other = (first + at + offset.places) % vertices;
                    let away = [plane.x[first + at] - plane.x[other], plane.y[first + at] - plane.y[other]];
                    let square = away[0] * away[0] + away[1] * away[1];
                    expected += offset.weight / ((0.5 + square) * (1.0 + square)) * away[0];
                }
                assert_eq!(*found, expected, "vertex {}", first + at);
            }
            assert!(x.iter().skip(count).all(|sum| *sum == 0.0));
        }
    }
}
