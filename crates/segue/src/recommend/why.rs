//! Why a track is recommended: what each aspect adds to the similarity.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Model;

/// What brought a track near, and what held it off.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// The same in a few words: `alike in genres, popularity; apart in tempo`.
    pub phrase: String,
    /// What each aspect adds to the similarity; they sum up to it.
    pub contributions: BTreeMap<&'static str, f64>,
}

/// An aspect is named if it has this share of what makes the similarity, or of what is missing to 1.
const WORTH_NAMING: f64 = 0.12;
/// So many aspects are named on each side.
const MOST_NAMED: usize = 3;

impl Why {
    /// Compares the vectors of what was asked and of a track, aspect by aspect.
    pub(super) fn of(model: &Model, asked: &[f32], track: &[f32]) -> Self {
        let mut contributions = BTreeMap::new();
        let (mut near, mut apart) = (Vec::new(), Vec::new());
        for (aspect, dimensions) in model.dimensions() {
            let of = |vector: &[f32]| -> Vec<f64> {
                vector.get(dimensions.clone()).unwrap_or_default().iter().copied().map(f64::from).collect()
            };
            let (asked, track) = (of(asked), of(track));
            let product: f64 = asked.iter().zip(&track).map(|(a, b)| a * b).sum();
            let distance: f64 = asked.iter().zip(&track).map(|(a, b)| (a - b).powi(2)).sum();
            contributions.insert(aspect.name(), product);
            near.push((product, aspect.plain_name()));
            apart.push((distance, aspect.plain_name()));
        }
        Self { phrase: phrase(near, apart), contributions }
    }
}

fn phrase(near: Vec<(f64, &'static str)>, apart: Vec<(f64, &'static str)>) -> String {
    let [near, apart] = [near, apart].map(|mut sides| {
        let total: f64 = sides.iter().map(|(share, _)| share.max(0.0)).sum();
        sides.retain(|(share, _)| *share > WORTH_NAMING * total);
        sides.sort_by(|a, b| b.0.total_cmp(&a.0));
        sides.truncate(MOST_NAMED);
        sides.into_iter().map(|(_, name)| name).collect::<Vec<_>>().join(", ")
    });
    match (near.as_str(), apart.as_str()) {
        ("", "") => "nothing stands out".into(),
        (near, "") => format!("alike in {near}"),
        ("", apart) => format!("apart in {apart}"),
        (near, apart) => format!("alike in {near}; apart in {apart}"),
    }
}
