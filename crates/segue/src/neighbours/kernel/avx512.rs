//! The kernel for processors with AVX-512 and its instructions for neural networks (VNNI), which multiply
//! and add four bytes a lane at once.

use std::arch::x86_64::*;

use super::{Block, Boxes, FARTHEST, GROUPS, Job, Kernel, LANES, Lanes, QueryBlock, bytes, corners};

/// Proof that the processor has AVX-512 F, BW, VL and VNNI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2");
        found.then_some(Self(()))
    }

    pub(super) fn run(self, job: &mut impl Job) {
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,popcnt,bmi1,bmi2")]
        fn run(kernel: Avx512, job: &mut impl Job) {
            job.run(kernel);
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { run(self, job) }
    }
}

impl Kernel for Avx512 {
    #[inline(always)]
    fn distances(self, boxes: &[Boxes], query: &[QueryBlock]) -> Lanes {
        // SAFETY: `self` proves the features; a load reads the 64 bytes of a group, which are there.
        unsafe {
            let farthest = _mm512_set1_epi8(FARTHEST as i8);
            let mut sum = _mm512_setzero_si512();
            for (boxes, query) in boxes.iter().zip(query) {
                for ((lower, upper), (up, down)) in corners(boxes, query) {
                    let lower = _mm512_loadu_si512(lower.as_ptr().cast());
                    let upper = _mm512_loadu_si512(upper.as_ptr().cast());
                    let up = _mm512_set1_epi32(i32::from_ne_bytes(*up));
                    let down = _mm512_set1_epi32(i32::from_ne_bytes(*down));
                    let below = _mm512_subs_epu8(lower, up);
                    let above = _mm512_subs_epu8(down, upper);
                    let distance = _mm512_min_epu8(_mm512_or_si512(below, above), farthest);
                    sum = _mm512_dpbusd_epi32(sum, distance, distance);
                }
            }
            to_lanes(sum)
        }
    }

    #[inline(always)]
    fn corners(self, boxes: &[Boxes], query: &[QueryBlock], _: i32) -> Lanes {
        // SAFETY: as above.
        unsafe {
            let mut sums = [_mm512_setzero_si512(); GROUPS];
            for ([lower, upper], query) in boxes.iter().zip(query) {
                let groups = lower.iter().zip(upper).zip(&query.factors);
                for (sum, ((lower, upper), factors)) in sums.iter_mut().zip(groups) {
                    let lower = _mm512_loadu_si512(lower.as_ptr().cast());
                    let upper = _mm512_loadu_si512(upper.as_ptr().cast());
                    let factors = _mm512_set1_epi32(i32::from_ne_bytes(bytes(*factors)));
                    let corner = _mm512_mask_mov_epi8(upper, _mm512_movepi8_mask(factors), lower);
                    *sum = _mm512_dpbusd_epi32(*sum, corner, factors);
                }
            }
            let [a, b, c, d] = sums;
            to_lanes(_mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d)))
        }
    }

    #[inline(always)]
    fn products(self, codes: &[Block], query: &[QueryBlock], _: i32) -> Lanes {
        // SAFETY: as above.
        unsafe {
            // Independent sums: one alone would wait for the latency of every instruction.
            let mut sums = [_mm512_setzero_si512(); GROUPS];
            for (codes, query) in codes.iter().zip(query) {
                for ((sum, codes), factors) in sums.iter_mut().zip(codes).zip(&query.factors) {
                    let codes = _mm512_loadu_si512(codes.as_ptr().cast());
                    let factors = _mm512_set1_epi32(i32::from_ne_bytes(bytes(*factors)));
                    *sum = _mm512_dpbusd_epi32(*sum, codes, factors);
                }
            }
            let [a, b, c, d] = sums;
            to_lanes(_mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d)))
        }
    }

    #[inline(always)]
    fn differences(self, codes: &[Block], query: &[QueryBlock]) -> Lanes {
        // SAFETY: as above.
        unsafe {
            let farthest = _mm512_set1_epi8(FARTHEST as i8);
            let mut sums = [_mm512_setzero_si512(); GROUPS];
            for (codes, query) in codes.iter().zip(query) {
                for ((sum, codes), cells) in sums.iter_mut().zip(codes).zip(&query.cells) {
                    let codes = _mm512_loadu_si512(codes.as_ptr().cast());
                    let cells = _mm512_set1_epi32(i32::from_ne_bytes(*cells));
                    let (above, below) = (_mm512_subs_epu8(codes, cells), _mm512_subs_epu8(cells, codes));
                    let distance = _mm512_min_epu8(_mm512_or_si512(above, below), farthest);
                    *sum = _mm512_dpbusd_epi32(*sum, distance, distance);
                }
            }
            let [a, b, c, d] = sums;
            to_lanes(_mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d)))
        }
    }

    #[inline(always)]
    fn pick(self, mask: u16, first: u32, out: &mut [u32; LANES]) -> usize {
        // SAFETY: as above; the store fills `out`.
        unsafe {
            let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            let numbers = _mm512_add_epi32(lanes, _mm512_set1_epi32(first as i32));
            _mm512_storeu_si512(out.as_mut_ptr().cast(), _mm512_maskz_compress_epi32(mask, numbers));
        }
        mask.count_ones() as usize
    }

    #[inline(always)]
    fn prefetch<T: ?Sized>(self, what: &T) {
        // SAFETY: fetching ahead reads nothing, and every processor of this kind can.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(what).cast()) }
    }

    #[inline(always)]
    fn at_most(self, lanes: &Lanes, limit: i32) -> u16 {
        // SAFETY: as above.
        unsafe {
            let lanes = _mm512_loadu_si512(lanes.as_ptr().cast());
            _mm512_cmple_epi32_mask(lanes, _mm512_set1_epi32(limit))
        }
    }

    #[inline(always)]
    fn at_least(self, lanes: &Lanes, limit: i32) -> u16 {
        // SAFETY: as above.
        unsafe {
            let lanes = _mm512_loadu_si512(lanes.as_ptr().cast());
            _mm512_cmpge_epi32_mask(lanes, _mm512_set1_epi32(limit))
        }
    }
}

#[inline(always)]
fn to_lanes(sum: __m512i) -> Lanes {
    // SAFETY: a register and the lanes are both sixteen numbers of 32 bits, lane 0 first.
    unsafe { std::mem::transmute(sum) }
}
