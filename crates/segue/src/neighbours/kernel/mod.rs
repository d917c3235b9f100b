//! Kernels: the two inner loops of the search, over sixteen lanes at a time, for each kind of processor.
//!
//! A lane is a child of a node or a track of a leaf. A *group* is four dimensions of sixteen lanes, one byte
//! each: 64 bytes, lane after lane, which is what one wide register holds and what one instruction of the
//! VNNI kind multiplies and adds. Four groups are a *block*: sixteen dimensions, without a loop. All kernels
//! give the same integers, so which one runs never shows in an answer. The choice is made once a process, by
//! [`Kernels::detect`].
//!
//! This is one of the two places of the engine that may be `unsafe` (the other maps files). Two things make
//! an intrinsic sound, and both are in the types: the processor has it, since a kernel's value is only made
//! after asking; and what it reads is there, since it is given whole groups.

#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use std::sync::OnceLock;

#[cfg(test)]
pub(super) use portable::Portable;

/// The lanes of a group.
pub(super) const LANES: usize = 16;
/// The dimensions of a group.
pub(super) const GROUP: usize = 4;
/// The groups of a block.
pub(super) const GROUPS: usize = 4;
/// The dimensions of a block.
pub(super) const DIMENSIONS: usize = GROUPS * GROUP;
/// Four dimensions of sixteen lanes.
pub(super) type Group = [u8; LANES * GROUP];
/// Sixteen dimensions of sixteen lanes.
pub(super) type Block = [Group; GROUPS];
/// Lower and upper corners of sixteen boxes.
pub(super) type Boxes = [Block; 2];
/// A number for every lane.
pub(super) type Lanes = [i32; LANES];

/// Sixteen dimensions of a query, in the whole numbers that boxes and codes are compared with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct QueryBlock {
    /// In steps of the grid, rounded up.
    pub(super) up: [[u8; GROUP]; GROUPS],
    /// In steps of the grid, rounded down.
    pub(super) down: [[u8; GROUP]; GROUPS],
    /// In steps of its own, around 0.
    pub(super) factors: [[i8; GROUP]; GROUPS],
    /// The cells of the grid that it lies in; only where distances are ranked.
    pub(super) cells: [[u8; GROUP]; GROUPS],
}

/// The distances that count: a greater one in one dimension counts as this, so that its square still fits
/// the instructions that multiply and add.
pub(super) const FARTHEST: u8 = 127;

/// The inner loops. `Copy`, and made only where the processor has what it needs.
pub(super) trait Kernel: Copy {
    /// The squared distances of a query from sixteen boxes, in steps of the grid. Per dimension the distance is
    /// `max(0, lower - up, down - upper)`, at most [`FARTHEST`].
    fn distances(self, boxes: &[Boxes], query: &[QueryBlock]) -> Lanes;

    /// The greatest scalar product of a query's factors with a corner of each of sixteen boxes. `sum` is that of the factors.
    fn corners(self, boxes: &[Boxes], query: &[QueryBlock], sum: i32) -> Lanes;

    /// The scalar products of a query's factors with the codes of sixteen tracks. `sum` is that of the factors.
    fn products(self, codes: &[Block], query: &[QueryBlock], sum: i32) -> Lanes;

    /// The squared distances of a query's cells from those of sixteen tracks. Per dimension the distance is that of the
    /// two codes, at most [`FARTHEST`].
    fn differences(self, codes: &[Block], query: &[QueryBlock]) -> Lanes;

    /// Writes `first` plus the place of every bit of a mask, ascending, and how many those are; what it writes
    /// after them has no meaning.
    #[inline(always)]
    fn pick(self, mask: u16, first: u32, out: &mut [u32; LANES]) -> usize {
        let mut left = mask;
        for place in out {
            if left == 0 {
                break;
            }
            *place = first + left.trailing_zeros();
            left &= left - 1;
        }
        mask.count_ones() as usize
    }

    /// Asks for the first bytes of something before they are needed.
    #[inline(always)]
    fn prefetch<T: ?Sized>(self, _: &T) {}

    /// Which lanes are at most `limit`; lane 0 is the lowest bit.
    fn at_most(self, lanes: &Lanes, limit: i32) -> u16;

    /// Which lanes are at least `limit`.
    fn at_least(self, lanes: &Lanes, limit: i32) -> u16;
}

/// Work that is compiled once for every kernel.
pub(super) trait Job {
    /// Does it; to be inlined, as all that it calls and that is to have the kernel's instructions.
    fn run<K: Kernel>(&mut self, kernel: K);
}

/// The kernels there are, by the name of what they need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernels {
    Portable(portable::Portable),
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
    #[cfg(target_arch = "aarch64")]
    Neon(neon::Neon),
}

impl Kernels {
    /// The fastest kernel that this processor has; asked once.
    pub(super) fn detect() -> Self {
        static BEST: OnceLock<Kernels> = OnceLock::new();
        *BEST.get_or_init(|| Self::all().pop().unwrap_or(Self::Portable(portable::Portable)))
    }

    /// All kernels that this processor has, the fastest last.
    pub(super) fn all() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut all = vec![Self::Portable(portable::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(avx2::Avx2::detect().map(Self::Avx2));
            all.extend(avx512::Avx512::detect().map(Self::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        all.extend(neon::Neon::detect().map(Self::Neon));
        all
    }

    /// What it is called: by the instructions that it uses.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Portable(_) => "portable",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "AVX-512 VNNI",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "NEON",
        }
    }

    /// Does work with this kernel, compiled for its instructions.
    pub(super) fn run(self, job: &mut impl Job) {
        match self {
            Self::Portable(kernel) => job.run(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(kernel) => kernel.run(job),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(kernel) => kernel.run(job),
            #[cfg(target_arch = "aarch64")]
            Self::Neon(kernel) => job.run(kernel),
        }
    }
}

/// Four factors as the bytes that instructions take.
#[inline(always)]
fn bytes([a, b, c, d]: [i8; GROUP]) -> [u8; GROUP] {
    // Not `map`, whose parts are functions of their own where units of code are not optimised together.
    [a as u8, b as u8, c as u8, d as u8]
}

/// Lower and upper corners of a group, and the query's bytes rounded up and down.
type Sides<'a> = ((&'a Group, &'a Group), (&'a [u8; GROUP], &'a [u8; GROUP]));

/// The groups of corners in a block, each with the query's.
#[inline(always)]
fn corners<'a>([lower, upper]: &'a Boxes, query: &'a QueryBlock) -> impl Iterator<Item = Sides<'a>> {
    lower.iter().zip(upper).zip(query.up.iter().zip(&query.down))
}
