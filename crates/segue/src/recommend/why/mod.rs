//! Explanations of recommendations: the contribution of each aspect to the similarity, and the reasons in words.

mod reasons;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use self::reasons::Likeness;
use super::Recommender;
use super::query::{Query, Seed, SeedKind};
use super::rank::unit;
use crate::catalogue::{Row, artist_names};
use crate::error::Result;
use crate::index::Space;
use crate::model::Model;
use crate::neighbours::{Queries, similarity};
use crate::search::Field;

/// Why a track is similar, and where it differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Why {
    /// The reasons in words, at most three, the weightiest first: `by the same artist; both rock; quieter than most, like
    /// the seed, but much faster`.
    pub phrase: String,
    /// The id of the track that the phrase compares it with, the most similar of the seeds; `None` if there is only one
    /// seed to be like, or the most similar one is not a track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// What each aspect contributes to the similarity; they add up to it. With one seed it is the scalar product over the
    /// dimensions of the aspect. With several it is the mean of these products, weighted as the seeds count in the
    /// similarity, less its share, by size, of what the similarity is below that mean.
    pub contributions: BTreeMap<String, f64>,
}

/// A seed, as tracks are compared with it.
#[derive(Debug)]
struct SeedSide {
    /// The vectors that stand for it, of length 1, and their weights.
    vectors: Vec<(Vec<f32>, f64)>,
    /// The row and the id, if it is a track.
    track: Option<(Row, String)>,
    name: String,
    artists: Vec<String>,
    genres: Vec<String>,
}

/// Explains the recommendations of one query.
#[derive(Debug)]
pub(super) struct Explainer<'a> {
    recommender: &'a Recommender,
    space: &'a Space,
    queries: &'a Queries,
    /// The seeds that tracks should be like.
    seeds: Vec<SeedSide>,
}

impl<'a> Explainer<'a> {
    /// `None` if the query does not ask why, or has no seeds: then there is nothing to be alike to.
    pub(super) fn of(
        recommender: &'a Recommender,
        query: &Query,
        space: &'a Space,
        queries: &'a Queries,
    ) -> Result<Option<Self>> {
        if !query.why || query.seeds.is_empty() {
            return Ok(None);
        }
        let liked = query.seeds.iter().filter(|seed| seed.weight > 0.0);
        let seeds = liked.map(|seed| recommender.seed_side(seed, space)).collect::<Result<_>>()?;
        Ok(Some(Self { recommender, space, queries, seeds }))
    }

    /// Compares the seeds with a track, aspect by aspect, and names what is alike.
    pub(super) fn why(&self, row: Row) -> Result<Why> {
        let track = self.space.neighbours().vectors().get(row).unwrap_or_default();
        let contributions = contributions(self.space.model(), self.queries, track);
        let track = unit(track);
        let (seed, phrase) = match nearest_seed(&self.seeds, &track) {
            Some((seed, vector)) => (Some(seed), self.phrase(seed, vector, row, &track)?),
            None => (None, reasons::NOTHING.to_owned()),
        };
        let named = seed.filter(|_| self.seeds.len() > 1).and_then(|seed| seed.track.as_ref());
        Ok(Why { phrase, seed: named.map(|(_, id)| id.clone()), contributions })
    }

    fn phrase(&self, seed: &SeedSide, vector: &[f32], row: Row, track: &[f32]) -> Result<String> {
        let likeness = Likeness::of(self.recommender, self.space.model(), seed, row, [vector, track])?;
        let reasons = likeness.reasons();
        Ok(match self.seeds.len() {
            1 => reasons.phrase(", like the seed"),
            _ => format!("like {}: {}", seed.name, reasons.phrase("")),
        })
    }
}

/// What each aspect contributes to the similarity of a track.
fn contributions(model: &Model, queries: &Queries, track: &[f32]) -> BTreeMap<String, f64> {
    let counts = queries.counts(track);
    let product = |query: &[f32], dimensions: &Range<usize>| -> f64 {
        let of = |vector: &'_ [f32]| vector.get(dimensions.clone()).unwrap_or_default().to_vec();
        of(query).into_iter().zip(of(track)).map(|(a, b)| f64::from(a) * f64::from(b)).sum()
    };
    let of_aspect = model.dimensions().map(|(aspect, dimensions)| {
        let products = queries.vectors().iter().zip(&counts);
        let products = products.map(|(query, count)| product(query, &dimensions) * count);
        // No negative zeros.
        (aspect.name(), products.sum::<f64>() + 0.0)
    });
    let mut contributions: BTreeMap<String, f64> = of_aspect.collect();
    if queries.vectors().len() > 1 {
        let size: f64 = contributions.values().map(|value| value.abs()).sum();
        let missing = contributions.values().sum::<f64>() - queries.similarity(track);
        if size > 0.0 {
            contributions.values_mut().for_each(|value| *value -= missing * value.abs() / size);
        }
    }
    contributions
}

/// The seed that a track is explained by, and the vector of it: the one that counts most in the similarity, by weight
/// and by similarity; the first of equals.
fn nearest_seed<'a>(seeds: &'a [SeedSide], track: &[f32]) -> Option<(&'a SeedSide, &'a [f32])> {
    let vectors = seeds.iter().flat_map(|seed| seed.vectors.iter().map(move |vector| (seed, vector)));
    let compared = vectors.map(|(seed, (vector, weight))| {
        (similarity(vector, track) + libm::log(*weight) / Queries::SHARPNESS, seed, vector)
    });
    // Reversed, as `max_by` returns the last of equals.
    let nearest = compared.rev().max_by(|(a, ..), (b, ..)| a.total_cmp(b));
    nearest.map(|(_, seed, vector)| (seed, vector.as_slice()))
}

impl Recommender {
    fn seed_side(&self, seed: &Seed, space: &Space) -> Result<SeedSide> {
        let vectors = self.vectors_of_seed(&seed.of, space)?.into_iter();
        let mut side = SeedSide {
            vectors: vectors.map(|(vector, share)| (vector, share * seed.weight)).collect(),
            track: None,
            name: String::new(),
            artists: Vec::new(),
            genres: Vec::new(),
        };
        match &seed.of {
            SeedKind::Track(row) => {
                let track = self.track(*row)?.into_owned();
                side.track = Some((*row, track.track_id));
                (side.name, side.artists, side.genres) = (track.track_name, track.artists, track.genres);
            }
            SeedKind::Artist(name) => {
                side.name.clone_from(name);
                let key = crate::fold::key(name);
                for row in self.rows_of(Field::WholeArtist, name, "artist")? {
                    let artists =
                        self.index.catalogue().required_text(crate::catalogue::TextField::Artists, row)?;
                    let named = artist_names(artists).filter(|artist| crate::fold::key(artist) == key);
                    add_new(&mut side.artists, named);
                    add_new(&mut side.genres, self.index.catalogue().genres(row)?.into_iter());
                }
            }
            SeedKind::Genre(name) => {
                side.name.clone_from(name);
                let key = crate::fold::key(name);
                let known = space.model().genres().names().iter().map(String::as_str);
                add_new(&mut side.genres, known.filter(|genre| crate::fold::key(genre) == key));
            }
            SeedKind::Features(features) => {
                side.name = "the given features".into();
                side.genres.clone_from(&features.genres);
            }
            SeedKind::Vector(_) => side.name = "the given vector".into(),
        }
        Ok(side)
    }
}

fn add_new<'a>(names: &mut Vec<String>, more: impl Iterator<Item = &'a str>) {
    for name in more {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
}
