//! Explanations of recommendations: the contribution of each aspect to the similarity, and the reasons in words.

mod reasons;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

use self::reasons::Likeness;
use super::Recommender;
use super::query::{Query, Seed, SeedKind};
use super::rank::unit;
use crate::catalogue::{Row, artist_names};
use crate::error::Result;
use crate::index::Space;
use crate::neighbours::similarity;
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
    /// The scalar product over the dimensions of each aspect; they add up to the similarity.
    pub contributions: BTreeMap<String, f64>,
}

/// A seed, as tracks are compared with it.
#[derive(Debug)]
struct SeedSide {
    /// A unit vector.
    vector: Vec<f32>,
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
    query_vector: &'a [f32],
    /// The seeds that tracks should be like.
    seeds: Vec<SeedSide>,
}

impl<'a> Explainer<'a> {
    /// `None` if the query does not ask why, or has no seeds: then there is nothing to be alike to.
    pub(super) fn of(
        recommender: &'a Recommender,
        query: &Query,
        space: &'a Space,
        query_vector: &'a [f32],
    ) -> Result<Option<Self>> {
        if !query.why || query.seeds.is_empty() {
            return Ok(None);
        }
        let liked = query.seeds.iter().filter(|seed| seed.weight > 0.0);
        let seeds = liked.map(|seed| recommender.seed_side(seed, query, space)).collect::<Result<_>>()?;
        Ok(Some(Self { recommender, space, query_vector, seeds }))
    }

    /// Compares the query vector with a track's vector, aspect by aspect, and names what is alike.
    pub(super) fn why(&self, row: Row) -> Result<Why> {
        let track = self.space.neighbours().vectors().get(row).unwrap_or_default();
        let contribution = |dimensions: std::ops::Range<usize>| -> f64 {
            let of = |vector: &'_ [f32]| vector.get(dimensions.clone()).unwrap_or_default().to_vec();
            let pairs = of(self.query_vector).into_iter().zip(of(track));
            // No negative zeros.
            pairs.map(|(a, b)| f64::from(a) * f64::from(b)).sum::<f64>() + 0.0
        };
        let of_aspect = self.space.model().dimensions();
        let contributions =
            of_aspect.map(|(aspect, dimensions)| (aspect.name(), contribution(dimensions))).collect();
        let track = unit(track);
        let (seed, phrase) = match nearest_seed(&self.seeds, &track) {
            Some(seed) => (Some(seed), self.phrase(seed, row, &track)?),
            None => (None, reasons::NOTHING.to_owned()),
        };
        let named = seed.filter(|_| self.seeds.len() > 1).and_then(|seed| seed.track.as_ref());
        Ok(Why { phrase, seed: named.map(|(_, id)| id.clone()), contributions })
    }

    fn phrase(&self, seed: &SeedSide, row: Row, track: &[f32]) -> Result<String> {
        let likeness = Likeness::of(self.recommender, self.space.model(), seed, row, track)?;
        let reasons = likeness.reasons();
        Ok(match self.seeds.len() {
            1 => reasons.phrase(", like the seed"),
            _ => format!("like {}: {}", seed.name, reasons.phrase("")),
        })
    }
}

/// The seed that a track is explained by: the one to which it is most similar, the first of equals.
fn nearest_seed<'a>(seeds: &'a [SeedSide], track: &[f32]) -> Option<&'a SeedSide> {
    let compared = seeds.iter().map(|seed| (similarity(&seed.vector, track), seed));
    // Reversed, as `max_by` returns the last of equals.
    compared.rev().max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, seed)| seed)
}

impl Recommender {
    fn seed_side(&self, seed: &Seed, query: &Query, space: &Space) -> Result<SeedSide> {
        let alone = Query { profile: query.profile.clone(), ..Query::new(seed.of.clone()) };
        let mut side = SeedSide {
            vector: self.query_vector(&alone, space)?,
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
