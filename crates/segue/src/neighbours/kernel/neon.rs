//! The kernel for 64-bit ARM processors.

use std::arch::aarch64::*;

use super::{Block, Boxes, FARTHEST, Group, Kernel, Lanes, QueryBlock, bytes, corners};

/// Proof that the processor has NEON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Neon(());

impl Neon {
    pub(super) fn detect() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Self(()))
    }
}

impl Kernel for Neon {
    #[inline(always)]
    fn distances(self, boxes: &[Boxes], query: &[QueryBlock]) -> Lanes {
        // SAFETY: `self` proves the feature; a load reads 16 of the 64 bytes of a group, which are there.
        unsafe {
            let farthest = vdupq_n_u8(FARTHEST);
            let mut sums = [[vdupq_n_u32(0); 2]; 4];
            for (boxes, query) in boxes.iter().zip(query) {
                for ((lower, upper), (up, down)) in corners(boxes, query) {
                    let up = vreinterpretq_u8_u32(vdupq_n_u32(u32::from_ne_bytes(*up)));
                    let down = vreinterpretq_u8_u32(vdupq_n_u32(u32::from_ne_bytes(*down)));
                    for (quarter, [low, high]) in sums.iter_mut().enumerate() {
                        let below = vqsubq_u8(load(lower, quarter), up);
                        let above = vqsubq_u8(down, load(upper, quarter));
                        let distance = vminq_u8(vorrq_u8(below, above), farthest);
                        let (first, second) = (vget_low_u8(distance), vget_high_u8(distance));
                        *low = vpadalq_u16(*low, vmull_u8(first, first));
                        *high = vpadalq_u16(*high, vmull_u8(second, second));
                    }
                }
            }
            to_lanes(sums.map(|[low, high]| vreinterpretq_s32_u32(vpaddq_u32(low, high))))
        }
    }

    #[inline(always)]
    fn corners(self, boxes: &[Boxes], query: &[QueryBlock], sum: i32) -> Lanes {
        // SAFETY: as above.
        unsafe {
            // As in `products`.
            let shift = vdupq_n_u8(128);
            let mut sums = [[vdupq_n_s32(0); 2]; 4];
            for ([lower, upper], query) in boxes.iter().zip(query) {
                for ((lower, upper), factors) in lower.iter().zip(upper).zip(&query.factors) {
                    let factors = vdupq_n_u32(u32::from_ne_bytes(bytes(*factors)));
                    let factors = vreinterpretq_s8_u32(factors);
                    let is_negative = vcltzq_s8(factors);
                    let factors = vget_low_s8(factors);
                    for (quarter, [low, high]) in sums.iter_mut().enumerate() {
                        let corner = vbslq_u8(is_negative, load(lower, quarter), load(upper, quarter));
                        let corner = vreinterpretq_s8_u8(veorq_u8(corner, shift));
                        *low = vpadalq_s16(*low, vmull_s8(vget_low_s8(corner), factors));
                        *high = vpadalq_s16(*high, vmull_s8(vget_high_s8(corner), factors));
                    }
                }
            }
            let left_out = vdupq_n_s32(sum.wrapping_mul(128));
            to_lanes(sums.map(|[low, high]| vaddq_s32(vpaddq_s32(low, high), left_out)))
        }
    }

    #[inline(always)]
    fn products(self, codes: &[Block], query: &[QueryBlock], sum: i32) -> Lanes {
        // SAFETY: as above.
        unsafe {
            // Signed bytes are multiplied, so the codes are taken less 128; that leaves out 128 times `sum`.
            let shift = vdupq_n_u8(128);
            let mut sums = [[vdupq_n_s32(0); 2]; 4];
            for (codes, query) in codes.iter().zip(query) {
                for (codes, factors) in codes.iter().zip(&query.factors) {
                    let factors = u32::from_ne_bytes(bytes(*factors));
                    let factors = vreinterpret_s8_u32(vdup_n_u32(factors));
                    for (quarter, [low, high]) in sums.iter_mut().enumerate() {
                        let codes = vreinterpretq_s8_u8(veorq_u8(load(codes, quarter), shift));
                        *low = vpadalq_s16(*low, vmull_s8(vget_low_s8(codes), factors));
                        *high = vpadalq_s16(*high, vmull_s8(vget_high_s8(codes), factors));
                    }
                }
            }
            let left_out = vdupq_n_s32(sum.wrapping_mul(128));
            to_lanes(sums.map(|[low, high]| vaddq_s32(vpaddq_s32(low, high), left_out)))
        }
    }

    #[inline(always)]
    fn differences(self, codes: &[Block], query: &[QueryBlock]) -> Lanes {
        // SAFETY: as above.
        unsafe {
            let farthest = vdupq_n_u8(FARTHEST);
            let mut sums = [[vdupq_n_u32(0); 2]; 4];
            for (codes, query) in codes.iter().zip(query) {
                for (codes, cells) in codes.iter().zip(&query.cells) {
                    let cells = vreinterpretq_u8_u32(vdupq_n_u32(u32::from_ne_bytes(*cells)));
                    for (quarter, [low, high]) in sums.iter_mut().enumerate() {
                        let distance = vminq_u8(vabdq_u8(load(codes, quarter), cells), farthest);
                        let (first, second) = (vget_low_u8(distance), vget_high_u8(distance));
                        *low = vpadalq_u16(*low, vmull_u8(first, first));
                        *high = vpadalq_u16(*high, vmull_u8(second, second));
                    }
                }
            }
            to_lanes(sums.map(|[low, high]| vreinterpretq_s32_u32(vpaddq_u32(low, high))))
        }
    }

    #[inline(always)]
    fn at_most(self, lanes: &Lanes, limit: i32) -> u16 {
        // SAFETY: as above.
        unsafe { mask(lanes, |quarter| vcleq_s32(quarter, vdupq_n_s32(limit))) }
    }

    #[inline(always)]
    fn at_least(self, lanes: &Lanes, limit: i32) -> u16 {
        // SAFETY: as above.
        unsafe { mask(lanes, |quarter| vcgeq_s32(quarter, vdupq_n_s32(limit))) }
    }
}

/// The four lanes of a quarter of a group.
///
/// # Safety
/// The processor has NEON, and `quarter` is less than 4.
#[inline(always)]
unsafe fn load(group: &Group, quarter: usize) -> uint8x16_t {
    // SAFETY: 16 * 3 + 16 are the 64 bytes of a group.
    unsafe { vld1q_u8(group.as_ptr().add(16 * quarter)) }
}

/// A bit for every lane, lane 0 the lowest, where `holds` gives all ones.
///
/// # Safety
/// The processor has NEON.
#[inline(always)]
unsafe fn mask(lanes: &Lanes, holds: impl Fn(int32x4_t) -> uint32x4_t) -> u16 {
    const BITS: [u32; 4] = [1, 2, 4, 8];
    // SAFETY: every load is of four lanes that are there.
    unsafe {
        let bits = vld1q_u32(BITS.as_ptr());
        lanes.chunks_exact(4).rev().fold(0, |mask, quarter| {
            let held = holds(vld1q_s32(quarter.as_ptr()));
            mask << 4 | vaddvq_u32(vandq_u32(held, bits)) as u16
        })
    }
}

#[inline(always)]
fn to_lanes(sums: [int32x4_t; 4]) -> Lanes {
    // SAFETY: four registers and the lanes are both sixteen numbers of 32 bits, lane 0 first.
    unsafe { std::mem::transmute(sums) }
}
