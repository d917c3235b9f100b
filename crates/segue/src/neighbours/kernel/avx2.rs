//! The kernel for processors with AVX2.

use std::arch::x86_64::*;

use super::{Block, Boxes, FARTHEST, Group, Job, Kernel, Lanes, QueryBlock, bytes, corners};

/// Proof that the processor has AVX2 and counts bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1");
        found.then_some(Self(()))
    }

    pub(super) fn run(self, job: &mut impl Job) {
        #[target_feature(enable = "avx2,popcnt,bmi1")]
        fn run(kernel: Avx2, job: &mut impl Job) {
            job.run(kernel);
        }
        // SAFETY: `self` exists only where the processor has these features.
        unsafe { run(self, job) }
    }
}

impl Kernel for Avx2 {
    #[inline(always)]
    fn distances(self, boxes: &[Boxes], query: &[QueryBlock]) -> Lanes {
        // SAFETY: `self` proves the features; a load reads half a group, which is there.
        unsafe {
            let farthest = _mm256_set1_epi8(FARTHEST as i8);
            let mut sums = [_mm256_setzero_si256(); 2];
            for (boxes, query) in boxes.iter().zip(query) {
                for ((lower, upper), (up, down)) in corners(boxes, query) {
                    let up = _mm256_set1_epi32(i32::from_ne_bytes(*up));
                    let down = _mm256_set1_epi32(i32::from_ne_bytes(*down));
                    let corners = self.halves(lower).into_iter().zip(self.halves(upper));
                    for (sum, (lower, upper)) in sums.iter_mut().zip(corners) {
                        let below = _mm256_subs_epu8(lower, up);
                        let above = _mm256_subs_epu8(down, upper);
                        let distance = _mm256_min_epu8(_mm256_or_si256(below, above), farthest);
                        // Two squares of at most 127 are 32,258: no pair saturates.
                        *sum =
                            _mm256_add_epi32(*sum, self.add_pairs(_mm256_maddubs_epi16(distance, distance)));
                    }
                }
            }
            to_lanes(sums)
        }
    }

    #[inline(always)]
    fn corners(self, boxes: &[Boxes], query: &[QueryBlock], sum: i32) -> Lanes {
        // SAFETY: as above.
        unsafe {
            // As in `products`.
            let shift = _mm256_set1_epi8(-128);
            let mut sums = [_mm256_set1_epi32(sum.wrapping_mul(128)); 2];
            for ([lower, upper], query) in boxes.iter().zip(query) {
                for ((lower, upper), factors) in lower.iter().zip(upper).zip(&query.factors) {
                    let factors = _mm256_set1_epi32(i32::from_ne_bytes(bytes(*factors)));
                    let corners = self.halves(lower).into_iter().zip(self.halves(upper));
                    for (sum, (lower, upper)) in sums.iter_mut().zip(corners) {
                        let corner = _mm256_xor_si256(_mm256_blendv_epi8(upper, lower, factors), shift);
                        let pairs =
                            _mm256_maddubs_epi16(_mm256_abs_epi8(corner), _mm256_sign_epi8(factors, corner));
                        *sum = _mm256_add_epi32(*sum, self.add_pairs(pairs));
                    }
                }
            }
            to_lanes(sums)
        }
    }

    #[inline(always)]
    fn products(self, codes: &[Block], query: &[QueryBlock], sum: i32) -> Lanes {
        // SAFETY: as above.
        unsafe {
            // The instruction multiplies unsigned by signed bytes and adds pairs in 16 bits, which 255 * 127
            // twice would overflow. So the codes are taken less 128, signed, as |code| times the query with
            // the code's sign: two of 128 * 127 are 32,512. What this leaves out is 128 times `sum`.
            let shift = _mm256_set1_epi8(-128);
            let mut sums = [_mm256_set1_epi32(sum.wrapping_mul(128)); 2];
            for (codes, query) in codes.iter().zip(query) {
                for (codes, factors) in codes.iter().zip(&query.factors) {
                    let factors = _mm256_set1_epi32(i32::from_ne_bytes(bytes(*factors)));
                    for (sum, codes) in sums.iter_mut().zip(self.halves(codes)) {
                        let codes = _mm256_xor_si256(codes, shift);
                        let pairs =
                            _mm256_maddubs_epi16(_mm256_abs_epi8(codes), _mm256_sign_epi8(factors, codes));
                        *sum = _mm256_add_epi32(*sum, self.add_pairs(pairs));
                    }
                }
            }
            to_lanes(sums)
        }
    }

    #[inline(always)]
    fn differences(self, codes: &[Block], query: &[QueryBlock]) -> Lanes {
        // SAFETY: as above.
        unsafe {
            let farthest = _mm256_set1_epi8(FARTHEST as i8);
            let mut sums = [_mm256_setzero_si256(); 2];
            for (codes, query) in codes.iter().zip(query) {
                for (codes, cells) in codes.iter().zip(&query.cells) {
                    let cells = _mm256_set1_epi32(i32::from_ne_bytes(*cells));
                    for (sum, codes) in sums.iter_mut().zip(self.halves(codes)) {
                        let (above, below) = (_mm256_subs_epu8(codes, cells), _mm256_subs_epu8(cells, codes));
                        let distance = _mm256_min_epu8(_mm256_or_si256(above, below), farthest);
                        *sum =
                            _mm256_add_epi32(*sum, self.add_pairs(_mm256_maddubs_epi16(distance, distance)));
                    }
                }
            }
            to_lanes(sums)
        }
    }

    #[inline(always)]
    fn prefetch<T: ?Sized>(self, what: &T) {
        // SAFETY: fetching ahead reads nothing, and every processor of this kind can.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(what).cast()) }
    }

    #[inline(always)]
    fn at_most(self, lanes: &Lanes, limit: i32) -> u16 {
        !self.above(lanes, limit)
    }

    #[inline(always)]
    fn at_least(self, lanes: &Lanes, limit: i32) -> u16 {
        match limit.checked_sub(1) {
            Some(below) => self.above(lanes, below),
            None => u16::MAX,
        }
    }
}

/// What the methods above are made of. Each takes the proof that the processor has what it needs.
impl Avx2 {
    /// Which lanes are greater than `limit`.
    #[inline(always)]
    fn above(self, lanes: &Lanes, limit: i32) -> u16 {
        // SAFETY: `self` proves the feature; both loads are within the lanes.
        unsafe {
            let limit = _mm256_set1_epi32(limit);
            let (halves, _) = lanes.as_chunks::<8>();
            halves.iter().rev().fold(0, |mask, half| {
                let half = _mm256_loadu_si256(half.as_ptr().cast());
                let greater = _mm256_castsi256_ps(_mm256_cmpgt_epi32(half, limit));
                mask << 8 | _mm256_movemask_ps(greater) as u16
            })
        }
    }

    /// The halves of a group: eight lanes each.
    #[inline(always)]
    fn halves(self, group: &Group) -> [__m256i; 2] {
        // SAFETY: `self` proves the feature; both loads are within the 64 bytes.
        unsafe {
            [
                _mm256_loadu_si256(group.as_ptr().cast()),
                _mm256_loadu_si256(group.as_ptr().add(size_of::<__m256i>()).cast()),
            ]
        }
    }

    #[inline(always)]
    fn add_pairs(self, pairs: __m256i) -> __m256i {
        // SAFETY: `self` proves the feature.
        unsafe { _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)) }
    }
}

#[inline(always)]
fn to_lanes(sums: [__m256i; 2]) -> Lanes {
    // SAFETY: two registers and the lanes are both sixteen numbers of 32 bits, lane 0 first.
    unsafe { std::mem::transmute(sums) }
}
