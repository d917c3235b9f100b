//! Explanations of recommendations: the contribution of each aspect to the similarity.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Model;

/// Why a track is similar, and where it differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Why {
    /// A summary: `alike in genres, popularity; apart in tempo`.
    pub phrase: String,
    /// The scalar product over the dimensions of each aspect; they add up to the similarity.
    pub contributions: BTreeMap<String, f64>,
}

/// An aspect is named if its share of the positive contributions, or of the squared distance, exceeds this.
const WORTH_NAMING: f64 = 0.12;
/// The maximum number of aspects named as alike, and as apart.
const MAX_NAMED: usize = 3;

impl Why {
    /// Compares the query vector with a track's vector, aspect by aspect.
    pub(super) fn of(model: &Model, query_vector: &[f32], track: &[f32]) -> Self {
        let mut contributions = BTreeMap::new();
        // Aspects with one label, such as the columns of a pattern, count as one in the summary.
        let (mut near, mut apart) = (BTreeMap::new(), BTreeMap::new());
        for (aspect, dimensions) in model.dimensions() {
            let of = |vector: &[f32]| -> Vec<f64> {
                vector.get(dimensions.clone()).unwrap_or_default().iter().copied().map(f64::from).collect()
            };
            let (query_vector, track) = (of(query_vector), of(track));
            let product: f64 = query_vector.iter().zip(&track).map(|(a, b)| a * b).sum();
            let distance: f64 = query_vector.iter().zip(&track).map(|(a, b)| (a - b).powi(2)).sum();
            // No negative zeros.
            contributions.insert(aspect.name(), product + 0.0);
            let label = model.profile().label_of(aspect);
            *near.entry(label.clone()).or_insert(0.0) += product;
            *apart.entry(label).or_insert(0.0) += distance;
        }
        Self { phrase: phrase(near, apart), contributions }
    }
}

fn phrase(near: BTreeMap<String, f64>, apart: BTreeMap<String, f64>) -> String {
    let [near, apart] = [near, apart].map(|sides| {
        let total: f64 = sides.values().map(|share| share.max(0.0)).sum();
        let mut sides: Vec<(String, f64)> =
            sides.into_iter().filter(|(_, share)| *share > WORTH_NAMING * total).collect();
        sides.sort_by(|a, b| b.1.total_cmp(&a.1));
        sides.truncate(MAX_NAMED);
        sides.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")
    });
    match (near.as_str(), apart.as_str()) {
        ("", "") => "nothing stands out".into(),
        (near, "") => format!("alike in {near}"),
        ("", apart) => format!("apart in {apart}"),
        (near, apart) => format!("alike in {near}; apart in {apart}"),
    }
}
