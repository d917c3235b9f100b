//! The kernel for any processor, and the definition that the others must equal.

use super::{Block, Boxes, FARTHEST, GROUP, Kernel, LANES, Lanes, QueryBlock};

/// Needs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Portable;

impl Kernel for Portable {
    #[inline(always)]
    fn distances(self, boxes: &[Boxes], query: &[QueryBlock]) -> Lanes {
        let mut lanes = [0; LANES];
        for ([lower, upper], query) in boxes.iter().zip(query) {
            let query = query.up.iter().zip(&query.down);
            for ((lower, upper), (up, down)) in lower.iter().zip(upper).zip(query) {
                let corners = lower.as_chunks::<GROUP>().0.iter().zip(upper.as_chunks::<GROUP>().0);
                for (lane, (lower, upper)) in lanes.iter_mut().zip(corners) {
                    for ((lower, upper), (up, down)) in lower.iter().zip(upper).zip(up.iter().zip(down)) {
                        let distance = lower.saturating_sub(*up) | down.saturating_sub(*upper);
                        let distance = i32::from(distance.min(FARTHEST));
                        *lane += distance * distance;
                    }
                }
            }
        }
        lanes
    }

    #[inline(always)]
    fn corners(self, boxes: &[Boxes], query: &[QueryBlock], _: i32) -> Lanes {
        let mut lanes = [0; LANES];
        for ([lower, upper], query) in boxes.iter().zip(query) {
            for ((lower, upper), factors) in lower.iter().zip(upper).zip(&query.factors) {
                let corners = lower.as_chunks::<GROUP>().0.iter().zip(upper.as_chunks::<GROUP>().0);
                for (lane, (lower, upper)) in lanes.iter_mut().zip(corners) {
                    for ((lower, upper), factor) in lower.iter().zip(upper).zip(factors) {
                        let corner = if *factor < 0 { lower } else { upper };
                        *lane += i32::from(*corner) * i32::from(*factor);
                    }
                }
            }
        }
        lanes
    }

    #[inline(always)]
    fn products(self, codes: &[Block], query: &[QueryBlock], _: i32) -> Lanes {
        let mut lanes = [0; LANES];
        for (codes, query) in codes.iter().zip(query) {
            for (codes, factors) in codes.iter().zip(&query.factors) {
                for (lane, codes) in lanes.iter_mut().zip(codes.as_chunks::<GROUP>().0) {
                    for (code, factor) in codes.iter().zip(factors) {
                        *lane += i32::from(*code) * i32::from(*factor);
                    }
                }
            }
        }
        lanes
    }

    #[inline(always)]
    fn differences(self, codes: &[Block], query: &[QueryBlock]) -> Lanes {
        let mut lanes = [0; LANES];
        for (codes, query) in codes.iter().zip(query) {
            for (codes, cells) in codes.iter().zip(&query.cells) {
                for (lane, codes) in lanes.iter_mut().zip(codes.as_chunks::<GROUP>().0) {
                    for (code, cell) in codes.iter().zip(cells) {
                        let distance = i32::from(code.abs_diff(*cell).min(FARTHEST));
                        *lane += distance * distance;
                    }
                }
            }
        }
        lanes
    }

    #[inline(always)]
    fn at_most(self, lanes: &Lanes, limit: i32) -> u16 {
        mask(lanes, |lane| lane <= limit)
    }

    #[inline(always)]
    fn at_least(self, lanes: &Lanes, limit: i32) -> u16 {
        mask(lanes, |lane| lane >= limit)
    }
}

#[inline(always)]
fn mask(lanes: &Lanes, holds: impl Fn(i32) -> bool) -> u16 {
    lanes.iter().rev().fold(0, |mask, lane| mask << 1 | u16::from(holds(*lane)))
}
