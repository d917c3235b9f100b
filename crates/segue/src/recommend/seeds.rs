//! Combines the seeds of a query into one query vector.

use super::Recommender;
use super::query::{Query, Seed, SeedKind, SeedVector};
use crate::catalogue::Row;
use crate::error::{Error, Result};
use crate::index::Space;
use crate::search::Field;

impl Recommender {
    /// The query vector, of length 1; zero if the query has no seeds.
    ///
    /// It is the weighted sum of the seeds' unit vectors, normalised. For a single track it is that of
    /// [`Neighbours::query_of`](crate::neighbours::Neighbours::query_of), to the bit.
    pub(super) fn query_vector(&self, query: &Query, space: &Space) -> Result<Vec<f32>> {
        let vectors = space.neighbours().vectors();
        if let [Seed { of: SeedKind::Track(row), .. }] = query.seeds.as_slice() {
            return Ok(space.neighbours().query_of(*row).unwrap_or_default().into_owned());
        }
        let mut sum = vec![0f64; vectors.dimension()];
        for seed in &query.seeds {
            let rows = match &seed.of {
                SeedKind::Track(row) => vec![*row],
                SeedKind::Artist(name) => self.rows_of(Field::WholeArtist, name, "artist")?,
                SeedKind::Genre(name) => self.rows_of(Field::WholeGenre, name, "genre")?,
                SeedKind::Features(features) => {
                    if let Some(genre) = features.genres.iter().find(|genre| !self.has_genre(genre)) {
                        return Err(unknown("genre", genre));
                    }
                    for (column, _) in &features.attributes {
                        self.index.catalogue().numeric(column)?;
                    }
                    let vector = space.model().vector(features, self.index.catalogue());
                    add_unit(&mut sum, &vector, seed.weight);
                    continue;
                }
                SeedKind::Vector(vector) => {
                    add_unit(&mut sum, &placed(vector, space)?, seed.weight);
                    continue;
                }
            };
            let mut centre = vec![0f64; vectors.dimension()];
            for row in rows {
                add_unit(&mut centre, vectors.get(row).unwrap_or_default(), 1.0);
            }
            let centre: Vec<f32> = centre.into_iter().map(|value| value as f32).collect();
            add_unit(&mut sum, &centre, seed.weight);
        }
        let length = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
        if query.seeds.len() > 1 && length < 1e-6 {
            return Err(Error::NoAnswer { problem: "the seeds cancel each other out".into() });
        }
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        Ok(sum.into_iter().map(|value| (value * scale) as f32).collect())
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

/// Adds `weight` times a vector that is scaled to length 1.
fn add_unit(sum: &mut [f64], vector: &[f32], weight: f64) {
    let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    if length > 0.0 {
        for (sum, value) in sum.iter_mut().zip(vector) {
            *sum += weight * f64::from(*value) / length;
        }
    }
}
