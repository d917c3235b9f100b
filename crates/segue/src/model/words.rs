//! An embedding of artists by the words in the titles of their tracks and albums.
//!
//! Titles tell what genres do not: language, the names of series and films, `remix`, `lofi`, `worship`. An artist has
//! for each word `ln(1 + n)` times `ln(A / a)`, with `n` the number of the artist's tracks that have the word in title
//! or album, `a` the number of artists that use it, and `A` that of all artists (tf-idf; Salton and Buckley 1988), scaled
//! to length 1. The leading singular vectors of that matrix give every artist a position (latent semantic analysis;
//! Deerwester et al. 1990). A track has the mean position of its artists, less the mean of all tracks, scaled to length 1.

use std::ops::Range;

use hashbrown::HashMap;
use rayon::prelude::*;
use twox_hash::XxHash3_64;

use super::artists::Artists;
use super::position::{add, unit};
use crate::axes::{dot, make_orthonormal, random_numbers};
use crate::blocks::blocks;
use crate::catalogue::{Catalogue, Row, TextField};
use crate::error::Result;
use crate::fold::fold;

/// The dimensions of the space.
pub(super) const DIMENSIONS: usize = 25;
/// Shorter words are left out.
const MIN_LETTERS: usize = 2;
/// Words of fewer artists are left out.
const MIN_ARTISTS: usize = 10;
/// So many words and artists of a track count; the rest is left out.
const MAX_WORDS: usize = 64;
const MAX_ARTISTS: usize = 64;
/// The steps of the subspace iteration; more do not change the lists.
const STEPS: usize = 6;

type Position = [f64; DIMENSIONS];

/// The positions of artists.
#[derive(Debug, Default)]
pub(super) struct WordSpace {
    artists: Vec<Position>,
    /// The mean position of all tracks.
    centre: Position,
}

impl WordSpace {
    /// Reads all titles and computes the positions of artists. In parallel; the result does not depend on the number of
    /// threads.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(super) fn of(catalogue: &Catalogue, artists: &Artists) -> Result<Self> {
        let matrix = weights(&counts(catalogue, artists)?);
        let mut space = Self { artists: matrix.leading_positions(), centre: [0.0; DIMENSIONS] };
        let sums = blocks(catalogue.len()).map(|rows| {
            let mut sum = [0.0; DIMENSIONS];
            rows.for_each(|row| add(&mut sum, &space.mean(artists.of(Row(row as u32))), 1.0));
            sum
        });
        let mut centre = [0.0; DIMENSIONS];
        for sum in &sums.collect::<Vec<_>>() {
            add(&mut centre, sum, 1.0 / catalogue.len().max(1) as f64);
        }
        space.centre = centre;
        Ok(space)
    }

    /// Replaces the content of `columns`, one per dimension, by the positions of `rows`.
    pub(super) fn values(&self, artists: &Artists, rows: Range<usize>, columns: &mut [Vec<f64>]) {
        columns.iter_mut().for_each(Vec::clear);
        for row in rows {
            let mut position = self.mean(artists.of(Row(row as u32)));
            add(&mut position, &self.centre, -1.0);
            unit(&mut position);
            columns.iter_mut().zip(position).for_each(|(column, value)| column.push(value));
        }
    }

    fn mean(&self, artists: &[u32]) -> Position {
        let mut mean = [0.0; DIMENSIONS];
        for artist in artists.iter().filter_map(|artist| self.artists.get(*artist as usize)) {
            add(&mut mean, artist, 1.0 / artists.len() as f64);
        }
        mean
    }
}

/// A sparse matrix: row after row its entries, each a column and a value.
#[derive(Debug)]
struct Sparse {
    rows: Vec<Vec<(u32, f64)>>,
    columns: usize,
}

/// For every artist the words, and in how many tracks each occurs. Words are numbered in the order of their hashes.
fn counts(catalogue: &Catalogue, artists: &Artists) -> Result<Sparse> {
    let words: Vec<Vec<u64>> = (0..catalogue.len() as u32)
        .into_par_iter()
        .map(|row| words_of(catalogue, Row(row)))
        .collect::<Result<_>>()?;
    let mut numbers: Vec<u64> = words.iter().flatten().copied().collect();
    numbers.par_sort_unstable();
    numbers.dedup();
    let number_of: HashMap<u64, u32> = numbers.iter().copied().zip(0..).collect();
    let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); artists.len()];
    for row in 0..catalogue.len() as u32 {
        for artist in artists.of(Row(row)).iter().take(MAX_ARTISTS) {
            if let Some(rows) = rows_of.get_mut(*artist as usize) {
                rows.push(row);
            }
        }
    }
    let of_artist = |rows: &Vec<u32>| {
        let words = rows.iter().filter_map(|row| words.get(*row as usize)).flatten();
        let mut words: Vec<u32> = words.filter_map(|word| number_of.get(word)).copied().collect();
        words.sort_unstable();
        words.chunk_by(|a, b| a == b).filter_map(|word| Some((*word.first()?, word.len() as f64))).collect()
    };
    Ok(Sparse { rows: rows_of.par_iter().map(of_artist).collect(), columns: numbers.len() })
}

/// The hashes of the words of a track's title and album, each once.
fn words_of(catalogue: &Catalogue, row: Row) -> Result<Vec<u64>> {
    let mut words = Vec::new();
    for field in [TextField::TrackName, TextField::AlbumName] {
        let text = fold(catalogue.text(field, row)?.unwrap_or_default());
        let found = text.split(|letter: char| !letter.is_alphanumeric());
        let found = found.filter(|word| word.chars().nth(MIN_LETTERS - 1).is_some());
        words.extend(found.take(MAX_WORDS).map(|word| XxHash3_64::oneshot(word.as_bytes())));
    }
    words.sort_unstable();
    words.dedup();
    Ok(words)
}

/// The weights of words, from counts; words of too few artists are left out.
fn weights(counts: &Sparse) -> Sparse {
    let mut artists_of = vec![0usize; counts.columns];
    for (word, _) in counts.rows.iter().flatten() {
        if let Some(count) = artists_of.get_mut(*word as usize) {
            *count += 1;
        }
    }
    let mut columns = 0;
    let column_of = |artists: &usize| {
        let is_kept = *artists >= MIN_ARTISTS;
        columns += u32::from(is_kept);
        is_kept.then(|| (columns - 1, (counts.rows.len() as f64 / *artists as f64).ln()))
    };
    let column_of: Vec<Option<(u32, f64)>> = artists_of.iter().map(column_of).collect();
    let of_artist = |words: &Vec<(u32, f64)>| {
        let weighted = words.iter().filter_map(|(word, count)| {
            let (column, rarity) = column_of.get(*word as usize).copied().flatten()?;
            Some((column, count.ln_1p() * rarity))
        });
        let mut weighted: Vec<(u32, f64)> = weighted.collect();
        let length = weighted.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
        if length > 0.0 {
            weighted.iter_mut().for_each(|(_, value)| *value /= length);
        }
        weighted
    };
    Sparse { rows: counts.rows.par_iter().map(of_artist).collect(), columns: columns as usize }
}

impl Sparse {
    /// The rows as combinations of the leading right singular vectors, by subspace iteration from fixed random vectors
    /// (Halko, Martinsson and Tropp 2011). Zero where the rank is smaller.
    fn leading_positions(&self) -> Vec<Position> {
        let mut number = random_numbers();
        let mut basis: Vec<Position> = Vec::new();
        basis.resize_with(self.columns, || std::array::from_fn(|_| number()));
        let transposed = self.transposed();
        for _ in 0..STEPS {
            basis = transposed.times(&self.times(&orthonormal(&basis)));
        }
        self.times(&orthonormal(&basis))
    }

    /// The product with a matrix of [`DIMENSIONS`] columns.
    fn times(&self, matrix: &[Position]) -> Vec<Position> {
        let of_row = |entries: &Vec<(u32, f64)>| {
            let mut sum = [0.0; DIMENSIONS];
            for (column, value) in entries {
                matrix.get(*column as usize).into_iter().for_each(|other| add(&mut sum, other, *value));
            }
            sum
        };
        self.rows.par_iter().map(of_row).collect()
    }

    fn transposed(&self) -> Self {
        let mut rows = vec![Vec::new(); self.columns];
        for (row, entries) in self.rows.iter().enumerate() {
            for (column, value) in entries {
                if let Some(column) = rows.get_mut(*column as usize) {
                    column.push((row as u32, *value));
                }
            }
        }
        Self { rows, columns: self.rows.len() }
    }
}

/// The columns of a matrix, orthonormalised.
fn orthonormal(matrix: &[Position]) -> Vec<Position> {
    let column = |at: usize| matrix.iter().map(|row| row.get(at).copied().unwrap_or_default()).collect();
    let mut columns: Vec<Vec<f64>> = (0..DIMENSIONS).map(column).collect();
    make_orthonormal(&mut columns, dot);
    let entry = |row: usize, column: usize| columns.get(column).and_then(|column| column.get(row)).copied();
    (0..matrix.len()).map(|row| std::array::from_fn(|at| entry(row, at).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Artists of whom half use one set of words and half another, and one who uses a word of each.
    fn matrix() -> Sparse {
        let row = |words: &[u32]| words.iter().map(|word| (*word, 1.0)).collect();
        let mut rows: Vec<Vec<(u32, f64)>> = Vec::new();
        for _ in 0..MIN_ARTISTS {
            rows.extend([row(&[0, 1]), row(&[2, 3])]);
        }
        rows.extend([row(&[0, 2]), row(&[4]), row(&[])]);
        Sparse { rows, columns: 5 }
    }

    #[test]
    fn rare_words_are_left_out_and_rows_have_length_one() {
        let weights = weights(&matrix());
        assert_eq!((weights.columns, weights.rows.len()), (4, 23));
        for (at, row) in weights.rows.iter().enumerate() {
            let square: f64 = row.iter().map(|(_, value)| value * value).sum();
            assert!((square - if at < 21 { 1.0 } else { 0.0 }).abs() < 1e-12, "{at}");
        }
        // A word of one artist more is a little less telling.
        let [(0, common), (1, rare)] = weights.rows[0][..] else { panic!("{:?}", weights.rows[0]) };
        assert!(common < rare);
    }

    #[test]
    fn products_of_positions_are_those_of_the_words_where_the_dimensions_are_enough() {
        let weights = weights(&matrix());
        let positions = weights.leading_positions();
        for (a, of_a) in positions.iter().zip(&weights.rows) {
            for (b, of_b) in positions.iter().zip(&weights.rows) {
                let shared = of_a.iter().filter_map(|(word, value)| {
                    of_b.iter().find(|(other, _)| other == word).map(|(_, other)| value * other)
                });
                assert!((dot(a, b) - shared.sum::<f64>()).abs() < 1e-9);
            }
        }
        assert!(Sparse { rows: Vec::new(), columns: 0 }.leading_positions().is_empty());
    }
}
