//! Divides rows into fixed blocks for parallel work: the same ones for any number of threads, so that sums are
//! taken in the same order everywhere.

use std::ops::Range;

use rayon::prelude::*;

/// Rows per block; the last block may have fewer.
pub(crate) const BLOCK: usize = 1024;

/// The blocks of `rows` rows, in order.
pub(crate) fn blocks(rows: usize) -> impl IndexedParallelIterator<Item = Range<usize>> {
    (0..rows.div_ceil(BLOCK)).into_par_iter().map(move |block| {
        let start = block * BLOCK;
        start..(start + BLOCK).min(rows)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_every_row_once() {
        for rows in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5] {
            let covered: Vec<usize> = blocks(rows).flat_map_iter(|block| block).collect();
            assert_eq!(covered, (0..rows).collect::<Vec<_>>());
        }
    }
}
