//! From the seeds of a query to the vectors that tracks are compared with.

use super::Recommender;
use super::query::{Query, SeedKind, SeedVector};
use super::rank::unit;
use crate::catalogue::{Attribute, Row};
use crate::error::{Error, Result};
use crate::index::{Index, Space};
use crate::neighbours::{Queries, medoids};
use crate::random::fraction;
use crate::search::Field;

/// An artist or a genre is represented by so many of its tracks, chosen among the most popular.
const REPRESENTATIVES: usize = 8;
const REPRESENTED: usize = 64;
/// Of more vectors those near each other are merged, so that a list like a thousand tracks does not take a second.
const MOST_VECTORS: usize = 64;

/// Vectors of length 1, with their weights.
type Weighted = Vec<(Vec<f32>, f64)>;

impl Recommender {
    /// What tracks are compared with; a zero vector if the query has no seeds.
    ///
    /// A track is compared by its vector, which for a single seed is that of
    /// [`Neighbours::query_of`](crate::neighbours::Neighbours::query_of), to the bit; an artist or a genre by those of
    /// its [representatives], among which its weight is divided. From the similarity to the seeds to be like that to
    /// those to be unlike is subtracted, which is the mean over these, times what they weigh relative to those to be
    /// like. With a single one it is the cosine to the weighted sum of all seeds.
    pub(super) fn queries(&self, query: &Query, space: &Space) -> Result<Queries> {
        let dimension = space.model().dimension();
        if query.seeds.is_empty() {
            return Ok(Queries::new([(vec![0.0; dimension], 1.0)]));
        }
        let (mut liked, mut unlike): (Weighted, Weighted) = Default::default();
        for (of, weight) in with_names_once(query) {
            let vectors = self.vectors_of_seed(of, space)?.into_iter();
            let vectors = vectors.map(|(vector, share)| (vector, share * weight.abs()));
            if weight > 0.0 { liked.extend(vectors) } else { unlike.extend(vectors) }
        }
        let weight: f64 = liked.iter().map(|(_, weight)| weight).sum();
        let queries = Queries::new(liked).merged(MOST_VECTORS);
        if unlike.is_empty() {
            return Ok(queries);
        }
        let mut sum = vec![0f64; dimension];
        for (vector, of) in &unlike {
            sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += of / weight * f64::from(*value));
        }
        queries
            .unlike(&sum)
            .ok_or_else(|| Error::NoAnswer { problem: "the seeds cancel each other out".into() })
    }

    /// The vectors of length 1 that stand for a seed, and their shares of its weight.
    pub(super) fn vectors_of_seed(&self, of: &SeedKind, space: &Space) -> Result<Weighted> {
        let rows = match of {
            SeedKind::Track(row) => vec![(*row, 1.0)],
            SeedKind::Artist(name) => {
                representatives(&self.index, space, &self.rows_of(Field::WholeArtist, name, "artist")?)
            }
            SeedKind::Genre(name) => {
                representatives(&self.index, space, &self.rows_of(Field::WholeGenre, name, "genre")?)
            }
            SeedKind::Features(features) => {
                if let Some(genre) = features.genres.iter().find(|genre| !self.has_genre(genre)) {
                    return Err(unknown("genre", genre));
                }
                for (column, _) in &features.attributes {
                    self.index.catalogue().numeric(column)?;
                }
                return Ok(vec![(unit(&space.model().vector(features, self.index.catalogue())), 1.0)]);
            }
            SeedKind::Vector(vector) => return Ok(vec![(unit(&placed(vector, space)?), 1.0)]),
        };
        Ok(vectors_of(space, rows))
    }

    /// Whether the track, artist or genre of a seed is in the catalogue.
    ///
    /// # Errors
    /// [`Error::Index`] if the index is damaged.
    pub fn knows(&self, seed: &SeedKind) -> Result<bool> {
        let rows = match seed {
            SeedKind::Track(row) => return Ok(row.index() < self.index.len()),
            SeedKind::Features(_) | SeedKind::Vector(_) => return Ok(true),
            SeedKind::Artist(name) => self.rows_of(Field::WholeArtist, name, "artist"),
            SeedKind::Genre(name) => self.rows_of(Field::WholeGenre, name, "genre"),
        };
        match rows {
            Ok(_) => Ok(true),
            Err(Error::UnknownName { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn has_genre(&self, genre: &str) -> bool {
        self.rows_of(Field::WholeGenre, genre, "genre").is_ok()
    }

    /// The rows of an artist or a genre, by its folded whole name.
    ///
    /// # Errors
    /// [`Error::UnknownName`] if there are none, [`Error::Index`] if the index is damaged.
    pub(super) fn rows_of(&self, field: Field, name: &str, what: &'static str) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let key = crate::fold::key(name);
        self.index.terms()?.with_term(field, &key, &mut |row| rows.push(Row(row)))?;
        if rows.is_empty() { Err(unknown(what, name)) } else { Ok(rows) }
    }
}

/// The vector of a seed as a query vector of a profile.
fn placed(seed: &SeedVector, space: &Space) -> Result<Vec<f32>> {
    let refuse = |problem: String| Err(Error::Query { problem });
    let (columns, found) = (space.model().vector_columns(), seed.components.len());
    let listed = || {
        let each = columns.iter().map(|(name, dimension)| format!("{name} ({dimension} components)"));
        each.collect::<Vec<_>>().join(", ")
    };
    if columns.is_empty() {
        return refuse(format!(
            "a seed is a vector, but the profile {} compares no vector column",
            space.name()
        ));
    }
    let meant: Vec<&(&str, usize)> = match &seed.column {
        Some(name) => columns.iter().filter(|(known, _)| known == name).collect(),
        None => columns.iter().filter(|(_, dimension)| *dimension == found).collect(),
    };
    match (meant.as_slice(), &seed.column) {
        ([(column, dimension)], _) if *dimension == found => {
            let vector = space.model().vector_of(column, &seed.components);
            match vector.iter().all(|value| *value == 0.0) {
                true => {
                    refuse("the vector of a seed is the mean of all tracks, so it has no direction".into())
                }
                false => Ok(vector),
            }
        }
        ([(column, dimension)], _) => {
            refuse(format!("the vector of a seed has {found} components, {column} has {dimension}"))
        }
        ([], Some(name)) => refuse(format!(
            "the profile {} compares no vector column {name:?}, it compares {}",
            space.name(),
            listed()
        )),
        ([], None) => refuse(format!(
            "the vector of a seed has {found} components; the profile {} compares {}",
            space.name(),
            listed()
        )),
        _ => refuse(format!("the vector of a seed could be in several columns, name one of {}", listed())),
    }
}

fn unknown(what: &'static str, name: &str) -> Error {
    Error::UnknownName { what, name: name.to_owned() }
}

/// The seeds with their weights, where artists and genres that are named more than once weigh the sum.
fn with_names_once(query: &Query) -> Vec<(&SeedKind, f64)> {
    let mut once: Vec<(&SeedKind, f64)> = Vec::new();
    for seed in &query.seeds {
        let is_name = matches!(seed.of, SeedKind::Artist(_) | SeedKind::Genre(_));
        let known =
            once.iter_mut().find(|(of, weight)| is_name && **of == seed.of && *weight * seed.weight > 0.0);
        match known {
            Some((_, weight)) => *weight += seed.weight,
            None => once.push((&seed.of, seed.weight)),
        }
    }
    once
}

/// What tracks are compared with that should be like some others, all of the same weight.
#[cfg(feature = "playlists")]
pub(crate) fn queries_like(space: &Space, rows: &[Row]) -> Queries {
    Queries::new(vectors_of(space, rows.iter().map(|row| (*row, 1.0)))).merged(MOST_VECTORS)
}

/// The vectors of some rows, with their weights.
pub(crate) fn vectors_of(space: &Space, rows: impl IntoIterator<Item = (Row, f64)>) -> Weighted {
    let vector = |row| space.neighbours().query_of(row).unwrap_or_default().into_owned();
    rows.into_iter().map(|(row, weight)| (vector(row), weight)).collect()
}

/// The tracks that stand for an artist or a genre, and their shares, which add up to 1: of its most popular tracks those
/// that are most like all of these ([`medoids`]), each weighing as much as those that it stands for. A track weighs
/// its popularity plus 1; which of equally popular ones are taken is up to chance, the same every time.
pub(crate) fn representatives(index: &Index, space: &Space, rows: &[Row]) -> Vec<(Row, f64)> {
    let popularity = index.catalogue().numbers(Attribute::Popularity);
    let weight = |row: &Row| {
        let popularity = popularity.and_then(|column| column.get(row.index())).unwrap_or_default();
        // Also for NaN, where it is unknown.
        1.0 + popularity.max(0.0)
    };
    let mut weighted: Vec<(Row, f64)> = rows.iter().map(|row| (*row, weight(row))).collect();
    let chance = |row: Row| fraction(0, row.0);
    weighted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| chance(a.0).total_cmp(&chance(b.0))));
    weighted.truncate(REPRESENTED);
    let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
    let chosen = medoids(space.neighbours(), &weighted, REPRESENTATIVES);
    chosen.into_iter().map(|(row, weight)| (row, weight / total)).collect()
}
