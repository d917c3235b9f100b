//! An embedding of genres, in which genres that share artists are near.
//!
//! With `p_a(g)` the share of genre `g` in the tracks of artist `a`, and `c_a` the number of tracks of `a` but at
//! most 20, the similarity of two genres is the cosine
//!
//! ```text
//! K(g, h) = T(g, h) / sqrt(T(g, g) T(h, h)),   T(g, h) = sum over a of c_a p_a(g) p_a(h)
//! ```
//!
//! raised to the power 0.3, which brings genres that share few artists closer together. The eigenvectors of `K` with
//! the largest eigenvalues, scaled by the square roots of these, give every genre a position such that the scalar
//! products of positions are nearest to `K` (Eckart and Young 1936). A track's position is the mean of its genres'
//! positions, mixed with the mean position of all tracks of its artists, and scaled to length 1. It is zero, and so
//! has similarity 0 to everything, if neither the track nor its artists have a genre.

use std::ops::Range;

use super::artists::{Artists, Lists, Numbers};
use super::aspect::Source;
use super::position::{add, unit};
use crate::axes::{make_orthonormal, principal_axes};
use crate::catalogue::Catalogue;
use crate::error::Result;

/// The dimensions of the space. For 114 genres 16 are almost as good, and more than 32 no better.
pub(super) const DIMENSIONS: usize = 24;
/// The maximum number of genres that get a position, the most frequent ones: the cost is quadratic in it.
const MAX_GENRES: usize = 1_000;
/// The maximum of `c_a`.
const MAX_TRACKS: f64 = 20.0;
/// The power to which the cosine is raised.
const EXPONENT: f64 = 0.3;
/// The weight of the artists in a track's position, 0 to 1; the rest is that of its own genres.
const ARTISTS_SHARE: f64 = 0.6;
const STEPS: usize = 40;

type Position = [f64; DIMENSIONS];

/// The positions of genres: one vector of 24 dimensions per genre.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GenreSpace {
    names: Vec<String>,
    positions: Vec<Position>,
}

/// The genres of tracks and the positions of artists, from which positions of tracks are computed.
#[derive(Debug, Default)]
pub(super) struct Listed {
    of_row: Lists,
    /// The positions of the artists.
    artists: Vec<Position>,
    /// The number of each listed genre in the space; `None` for genres beyond [`MAX_GENRES`].
    numbers: Vec<Option<usize>>,
}

impl Listed {
    /// Collects the genres of every track and computes the space.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(super) fn of(catalogue: &Catalogue, artists: &Artists) -> Result<(Self, GenreSpace)> {
        let (mut numbers, mut of_row) = (Numbers::default(), Lists::default());
        for row in catalogue.rows() {
            of_row.push(catalogue.genres(row)?.into_iter().map(|genre| numbers.of(genre)));
        }
        let names = numbers.names();
        let mut tracks = vec![0u64; names.len()];
        of_row.iter().flatten().for_each(|genre| {
            if let Some(count) = tracks.get_mut(*genre as usize) {
                *count += 1;
            }
        });
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_key(|genre| std::cmp::Reverse(tracks.get(*genre).copied()));
        order.truncate(MAX_GENRES);
        let mut number_of = vec![None; names.len()];
        for (number, genre) in order.iter().enumerate() {
            if let Some(known) = number_of.get_mut(*genre) {
                *known = Some(number);
            }
        }
        let mut listed = Self { of_row, artists: Vec::new(), numbers: number_of };
        let shares = listed.shares(artists);
        let positions = positions(&likeness(&shares, &artists.tracks, order.len()), order.len());
        let mean = |shares: &Vec<(usize, f64)>| {
            let mut position = [0.0; DIMENSIONS];
            for (genre, share) in shares {
                positions.get(*genre).into_iter().for_each(|other| add(&mut position, other, *share));
            }
            position
        };
        listed.artists = shares.iter().map(mean).collect();
        let names =
            order.iter().filter_map(|genre| names.get(*genre)).map(|name| (*name).to_owned()).collect();
        Ok((listed, GenreSpace { names, positions }))
    }

    fn genres(&self, row: usize) -> impl Iterator<Item = usize> {
        self.of_row.get(row).iter().filter_map(|genre| self.numbers.get(*genre as usize).copied().flatten())
    }

    /// For every artist the genres of the tracks, with their shares `p_a(g)`.
    fn shares(&self, artists: &Artists) -> Vec<Vec<(usize, f64)>> {
        let mut shares: Vec<Vec<(usize, f64)>> = vec![Vec::new(); artists.tracks.len()];
        for (row, of_row) in artists.of_row.iter().enumerate() {
            let count = self.genres(row).count() as f64;
            for artist in of_row {
                let Some(shares) = shares.get_mut(*artist as usize) else { continue };
                for genre in self.genres(row) {
                    match shares.iter_mut().find(|(known, _)| *known == genre) {
                        Some((_, share)) => *share += 1.0 / count,
                        None => shares.push((genre, 1.0 / count)),
                    }
                }
            }
        }
        for shares in &mut shares {
            let sum: f64 = shares.iter().map(|(_, share)| share).sum();
            shares.iter_mut().for_each(|(_, share)| *share /= sum);
        }
        shares
    }
}

impl GenreSpace {
    pub(crate) const DIMENSIONS: usize = DIMENSIONS;

    pub(crate) fn from_parts(names: Vec<String>, positions: &[f64]) -> Option<Self> {
        let (positions, rest) = positions.as_chunks();
        let fits = names.len() == positions.len() && rest.is_empty();
        fits.then(|| Self { names, positions: positions.to_vec() })
    }

    /// The names of the genres that have a position, the most frequent first.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The positions, row-major: shape `genres x DIMENSIONS`.
    pub(crate) fn positions(&self) -> &[f64] {
        self.positions.as_flattened()
    }

    /// The product of the positions of two genres, about their similarity `K`; 0 for a genre without a position.
    pub(crate) fn nearness(&self, a: &str, b: &str) -> f64 {
        let position = |genre: &str| {
            let number = self.names.iter().position(|name| name == genre);
            number.and_then(|number| self.positions.get(number))
        };
        position(a).zip(position(b)).map_or(0.0, |(a, b)| dot(a, b))
    }

    /// The position of a track of these genres whose artists are unknown.
    pub(super) fn position<'a>(&self, genres: impl Iterator<Item = &'a str>) -> Position {
        let mut position = [0.0; DIMENSIONS];
        for genre in genres {
            let number = self.names.iter().position(|name| name == genre);
            let known = number.and_then(|number| self.positions.get(number));
            known.into_iter().for_each(|known| add(&mut position, known, 1.0));
        }
        unit(&mut position);
        position
    }

    /// Replaces the content of `columns`, one per dimension, by the positions of `rows`.
    pub(super) fn values(&self, source: &Source<'_>, rows: Range<usize>, columns: &mut [Vec<f64>]) {
        columns.iter_mut().for_each(Vec::clear);
        for row in rows {
            let mut position = [0.0; DIMENSIONS];
            let share = (1.0 - ARTISTS_SHARE) / source.listed.genres(row).count().max(1) as f64;
            for genre in source.listed.genres(row) {
                self.positions.get(genre).into_iter().for_each(|genre| add(&mut position, genre, share));
            }
            let artists = source.artists.of_row.get(row);
            for artist in artists {
                let artist = source.listed.artists.get(*artist as usize);
                let share = ARTISTS_SHARE / artists.len() as f64;
                artist.into_iter().for_each(|artist| add(&mut position, artist, share));
            }
            unit(&mut position);
            columns.iter_mut().zip(position).for_each(|(column, value)| column.push(value));
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The similarities of genres, `K`, as a matrix of `size * size` numbers.
fn likeness(shares: &[Vec<(usize, f64)>], tracks: &[f64], size: usize) -> Vec<f64> {
    let mut together = vec![0.0; size * size];
    for (shares, tracks) in shares.iter().zip(tracks) {
        for (genre, share) in shares {
            for (other, share_of_other) in shares {
                if let Some(sum) = together.get_mut(genre * size + other) {
                    *sum += tracks.min(MAX_TRACKS) * share * share_of_other;
                }
            }
        }
    }
    let own: Vec<f64> =
        (0..size).map(|genre| together.get(genre * size + genre).copied().unwrap_or_default()).collect();
    for (row, own_of_row) in together.chunks_mut(size.max(1)).zip(&own) {
        for (value, own) in row.iter_mut().zip(&own) {
            let cosine = *value / (own_of_row * own).sqrt();
            *value = if cosine > 0.0 { cosine.powf(EXPONENT) } else { 0.0 };
        }
    }
    together
}

/// Positions whose scalar products are nearest to a symmetric matrix of `size * size` numbers.
///
/// Finds the eigenvectors of the largest eigenvalues by subspace iteration and a Rayleigh-Ritz step (Golub and Van
/// Loan, Matrix Computations, 8.2 and 8.3).
fn positions(matrix: &[f64], size: usize) -> Vec<Position> {
    let rows = || matrix.chunks_exact(size.max(1));
    let image = |basis: &[Vec<f64>]| -> Vec<Vec<f64>> {
        basis.iter().map(|vector| rows().map(|row| dot(row, vector)).collect()).collect()
    };
    // The start must be reproducible and have a component along every eigenvector: sines of distinct angles.
    let start = |vector: usize| (0..size).map(move |at| (((vector + 1) * (at + 1)) as f64).sin()).collect();
    let mut basis: Vec<Vec<f64>> = (0..DIMENSIONS.min(size)).map(start).collect();
    for _ in 0..STEPS {
        make_orthonormal(&mut basis, dot);
        basis = image(&basis);
    }
    make_orthonormal(&mut basis, dot);
    let images = image(&basis);
    let within: Vec<f64> = basis.iter().flat_map(|a| images.iter().map(move |image| dot(a, image))).collect();
    let axes = principal_axes(&within, basis.len());
    let mut positions = vec![[0.0; DIMENSIONS]; size];
    for (dimension, axis) in axes.chunks_exact(basis.len().max(1)).enumerate() {
        let turned = within.chunks_exact(basis.len()).map(|row| dot(row, axis));
        let value = turned.zip(axis).map(|(turned, along)| turned * along).sum::<f64>();
        for (genre, position) in positions.iter_mut().enumerate() {
            let along = basis.iter().zip(axis).map(|(vector, axis)| vector.get(genre).unwrap_or(&0.0) * axis);
            if let Some(component) = position.get_mut(dimension) {
                *component = along.sum::<f64>() * value.max(0.0).sqrt();
            }
        }
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_places_are_the_likeness_where_the_dimensions_are_enough() {
        // Three artists, four genres: 0 and 1 are made together, 2 and 3 alone.
        let shares = [vec![(0, 0.5), (1, 0.5)], vec![(0, 1.0)], vec![(2, 1.0)], vec![(3, 1.0)]];
        let matrix = likeness(&shares, &[2.0, 1.0, 50.0, 3.0], 4);
        assert!((matrix[1] - (0.5f64 / (0.5 * 1.5f64).sqrt()).powf(EXPONENT)).abs() < 1e-12);
        assert_eq!((matrix[2], matrix[5], matrix[10]), (0.0, 1.0, 1.0));
        let positions = positions(&matrix, 4);
        for genre in 0..4 {
            for other in 0..4 {
                let product = dot(&positions[genre], &positions[other]);
                assert!((product - matrix[genre * 4 + other]).abs() < 1e-9, "{genre} {other}");
            }
        }
    }

    #[test]
    fn no_genre_and_one_genre_are_no_trouble() {
        assert!(positions(&[], 0).is_empty());
        let one = positions(&[1.0], 1);
        assert!((dot(&one[0], &one[0]) - 1.0).abs() < 1e-12);
        assert_eq!(GenreSpace::default().position(["pop"].into_iter()), [0.0; DIMENSIONS]);
    }
}
