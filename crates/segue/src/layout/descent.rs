//! The descent: rounds in which every vertex moves along its forces.

use rayon::prelude::*;

use super::Place;
use super::graph::Graph;
use crate::blocks::BLOCK;
use crate::error::{Result, unless_stopped};
use crate::progress::{Progress, Stage};
use crate::random::SplitMix64;

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Coordinates of all vertices: x and y apart, so that loops over many vertices use wide registers.
#[derive(Debug, Clone, Default)]
struct Plane {
    x: Vec<f32>,
    y: Vec<f32>,
}

/// Other vertices that all vertices are repelled by in a round: `by` places after each, cyclically.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Offset {
    by: usize,
    weight: f32,
}

/// Moves the places so that those that are linked lie together, and others apart.
pub(super) fn descend(graph: &Graph, places: &mut [Place], progress: &dyn Progress) -> Result<()> {
    let rounds = env("ROUNDS", 200.0) as u64;
    let (rho, rho0) = (env("RHO", 5.0) as f32, env("RHO0", env("RHO", 5.0)) as f32);
    let (eta, mu) = (env("ETA", 1.0) as f32, env("MU", 0.8) as f32);
    let samples = env("SAMPLES", 8.0) as usize;
    progress.start(Stage::Layout, Some(rounds));
    let mut now = Plane {
        x: places.iter().map(|place| place[0]).collect(),
        y: places.iter().map(|place| place[1]).collect(),
    };
    let mut next = now.clone();
    let mut moved = Plane { x: vec![0.0; places.len()], y: vec![0.0; places.len()] };
    for round in 0..rounds {
        unless_stopped(progress)?;
        let offsets = offsets(places.len(), round, samples);
        let left = 1.0 - round as f32 / rounds as f32;
        let early = round < rounds / 4;
        let step = Step {
            graph,
            now: &now,
            offsets: &offsets,
            repulsion: if early { rho0 } else { rho } / places.len().max(1) as f32,
            rate: eta * left.min(0.5) * 2.0,
            momentum: if early { 0.5f32.min(mu) } else { mu },
            eps: env("EPS", 0.5) as f32,
            b: env("B", 1.0) as f32,
            clip: env("CLIP", 4.0) as f32,
        };
        let blocks = next.x.par_chunks_mut(BLOCK).zip(next.y.par_chunks_mut(BLOCK));
        let moved = moved.x.par_chunks_mut(BLOCK).zip(moved.y.par_chunks_mut(BLOCK));
        blocks.zip(moved).enumerate().for_each(|(block, ((x, y), (moved_x, moved_y)))| {
            step.take(block * BLOCK, (x, y), (moved_x, moved_y));
        });
        std::mem::swap(&mut now, &mut next);
        progress.advance(1);
    }
    for ((place, x), y) in places.iter_mut().zip(&now.x).zip(&now.y) {
        *place = [*x, *y];
    }
    Ok(())
}

fn offsets(vertices: usize, round: u64, samples: usize) -> Vec<Offset> {
    const GROWTH: usize = 8;
    let mut random = SplitMix64(round << 32 | 7);
    let mut offsets = Vec::new();
    let (mut low, last) = (1, vertices / 2);
    while low <= last {
        let high = (low * GROWTH).min(last + 1);
        let high = if high + high / 2 > last { last + 1 } else { high };
        let size = high - low;
        let taken = samples.min(size);
        for sample in 0..taken {
            let by = if taken == size {
                low + sample
            } else {
                // one in each of `taken` equal parts
                let (a, b) = (sample * size / taken, (sample + 1) * size / taken);
                low + a + random.below(b - a)
            };
            let weight = size as f32 / taken as f32;
            offsets.push(Offset { by, weight });
            offsets.push(Offset { by: vertices - by, weight });
        }
        low = high;
    }
    offsets
}

struct Step<'a> {
    graph: &'a Graph,
    now: &'a Plane,
    offsets: &'a [Offset],
    repulsion: f32,
    rate: f32,
    momentum: f32,
    eps: f32,
    b: f32,
    clip: f32,
}

impl Step<'_> {
    fn take(
        &self,
        first: usize,
        (x, y): (&mut [f32], &mut [f32]),
        (moved_x, moved_y): (&mut [f32], &mut [f32]),
    ) {
        let count = x.len();
        let (mut fx, mut fy) = ([0f32; BLOCK], [0f32; BLOCK]);
        let own = |values: &'_ [f32]| -> *const f32 { values.as_ptr() };
        _ = own;
        let of = |from: usize, count: usize| {
            let end = from + count;
            (self.now.x.get(from..end).unwrap_or_default(), self.now.y.get(from..end).unwrap_or_default())
        };
        let vertices = self.now.x.len();
        for offset in self.offsets {
            // Cyclically: up to the last vertex, and on from the first.
            let from = (first + offset.by) % vertices;
            let whole = count.min(vertices - from);
            self.repel(of(first, whole), of(from, whole), offset.weight, &mut fx, &mut fy);
            if whole < count {
                let (fx, fy) =
                    (fx.get_mut(whole..).unwrap_or_default(), fy.get_mut(whole..).unwrap_or_default());
                self.repel(of(first + whole, count - whole), of(0, count - whole), offset.weight, fx, fy);
            }
        }
        let (now_x, now_y) = of(first, count);
        let rest = moved_x.iter_mut().zip(moved_y).zip(fx.iter().zip(&fy));
        let places = now_x.iter().zip(now_y).zip(x.iter_mut().zip(y));
        for (vertex, (((own_x, own_y), (x, y)), ((moved_x, moved_y), (fx, fy)))) in
            (first..).zip(places.zip(rest))
        {
            let links = self.graph.links(vertex);
            let (mut ax, mut ay) = (0f32, 0f32);
            for link in links {
                let link = *link as usize;
                let (Some(lx), Some(ly)) = (self.now.x.get(link), self.now.y.get(link)) else { continue };
                let (dx, dy) = (lx - own_x, ly - own_y);
                let c = 1.0 / (1.0 + dx * dx + dy * dy);
                ax += c * dx;
                ay += c * dy;
            }
            if links.is_empty() {
                (*x, *y) = (*own_x, *own_y);
                continue;
            }
            let share = 1.0 / links.len() as f32;
            let force_x = ax * share + fx * self.repulsion;
            let force_y = ay * share + fy * self.repulsion;
            let (mx, my) = (
                self.momentum * *moved_x + self.rate * force_x,
                self.momentum * *moved_y + self.rate * force_y,
            );
            let length = (mx * mx + my * my).sqrt();
            let scale = if length > self.clip { self.clip / length } else { 1.0 };
            (*moved_x, *moved_y) = (mx * scale, my * scale);
            *x = own_x + *moved_x;
            *y = own_y + *moved_y;
        }
    }

    #[inline(always)]
    fn repel(
        &self,
        (x, y): (&[f32], &[f32]),
        (other_x, other_y): (&[f32], &[f32]),
        weight: f32,
        fx: &mut [f32],
        fy: &mut [f32],
    ) {
        let places = x.iter().zip(y).zip(other_x.iter().zip(other_y));
        for (((x, y), (ox, oy)), (fx, fy)) in places.zip(fx.iter_mut().zip(fy)) {
            let (dx, dy) = (x - ox, y - oy);
            let d = dx * dx + dy * dy;
            let c = weight / ((self.eps + d) * (self.b + d));
            *fx += c * dx;
            *fy += c * dy;
        }
    }
}
