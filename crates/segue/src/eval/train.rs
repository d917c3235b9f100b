//! Training: finds weights with which a profile recommends what people play together.
//!
//! A profile has few weights, so a deterministic coordinate search is enough: each weight in turn is multiplied and
//! divided by a factor, and a change that improves the objective is kept; then again with smaller factors. The
//! objective is the sum of the logarithms of the precision at 10 and at 50 relative to `classic`, with a penalty for a
//! sonic distance above a limit, so that recommendations still sound alike.

use super::TestPlaylist;
use super::audio::AudioSpace;
use super::evaluate::{hits, lists_of, sample};
use super::lists::{EvalContext, Ranker};
use crate::catalogue::{Catalogue, Row};
use crate::error::{Error, Result};
use crate::index::{Index, Space};
use crate::model::{Aspect, Model, Profile, Standardised};
use crate::neighbours::Neighbours;
use crate::progress::{Progress, Stage};

/// The settings of training.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Training {
    /// The profile to start from.
    pub start: Profile,
    /// The limit of the sonic distance, relative to that of `classic`.
    pub most_distance: f64,
    /// The number of folds of the cross-validation, at least 2 and at most the number of playlists.
    pub folds: usize,
}

impl Default for Training {
    fn default() -> Self {
        Self { start: Profile::segue(), most_distance: 1.3, folds: 3 }
    }
}

impl Training {
    /// Sets the profile to start from.
    #[must_use]
    pub fn start(self, start: Profile) -> Self {
        Self { start, ..self }
    }

    /// Sets the limit of the sonic distance, relative to that of `classic`.
    #[must_use]
    pub fn most_distance(self, most_distance: f64) -> Self {
        Self { most_distance, ..self }
    }

    /// Sets the number of folds of the cross-validation, at least 2.
    #[must_use]
    pub fn folds(self, folds: usize) -> Self {
        Self { folds, ..self }
    }
}

/// The result of training.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trained {
    /// The weights, trained on all playlists.
    pub weights: Vec<(Aspect, f64)>,
    /// The cross-validated quality relative to `classic`: what to expect on new playlists.
    pub held_out: Ratios,
    /// The quality of `weights` relative to `classic` on the playlists that they were trained on.
    pub fitted: Ratios,
}

/// Measures of a profile, divided by those of `classic`.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Ratios {
    /// Of the precision at 10.
    pub precision_at_10: f64,
    /// Of the precision at 50.
    pub precision_at_50: f64,
    /// Of the sonic distance.
    pub sonic_distance: f64,
}

/// The factors by which weights are changed, in turn.
const FACTORS: [f64; 3] = [2.0, 1.5, 1.2];
/// The minimum improvement of the objective; smaller ones would overfit the playlists.
const WORTHWHILE: f64 = 0.003;
/// The penalty for a sonic distance above the limit, per unit of `classic`'s distance.
const PENALTY: f64 = 8.0;
/// The sonic distance is measured on every third row of the sample.
const SPARING: usize = 3;

/// Finds weights for the aspects of a profile. `tried` is called with the name and value of every weight that is
/// changed.
///
/// The cost is that of computing the vectors of the catalogue and a list for every song of the playlists, some
/// hundred times: minutes for a hundred thousand tracks.
///
/// # Errors
/// [`Error::NoAnswer`] if there are fewer than 2 folds or fewer playlists than folds, [`Error::Index`] if the index
/// is damaged.
pub fn train(
    index: &Index,
    playlists: &[TestPlaylist],
    training: &Training,
    progress: &dyn Progress,
    mut tried: impl FnMut(&str, f64),
) -> Result<Trained> {
    if training.folds < 2 || playlists.len() < training.folds {
        let (folds, found) = (training.folds, playlists.len());
        let problem = format!(
            "{found} playlists for {folds} parts, at least 2 parts and as many playlists were wanted"
        );
        return Err(Error::NoAnswer { problem });
    }
    // Each weight is tried twice with each factor, for each fold and once more for all playlists.
    let trials = (training.folds + 1) * FACTORS.len() * training.start.aspects().len() * 2;
    progress.start(Stage::Training, Some(trials as u64));
    let (model, _) = Model::fit(training.start.clone(), index.catalogue())?;
    let trainer = Trainer {
        context: EvalContext::new(index)?,
        audio: AudioSpace::of(index),
        sample: sample(index).into_iter().step_by(SPARING).collect(),
        standardised: model.standardised(index.catalogue())?,
        model,
        most_distance: training.most_distance,
        progress,
    };
    let (classic, vectors) = Model::fit(reference(training, index.catalogue()), index.catalogue())?;
    let classic = Space::new(classic, Neighbours::new(vectors));
    let mut held_out = [Ratios::default(), Ratios::default()];
    for fold in 0..training.folds {
        let is_held = |at: usize| at % training.folds == fold;
        let part = |held: bool| -> Vec<TestPlaylist> {
            let chosen = playlists.iter().enumerate().filter(|(at, _)| is_held(*at) == held);
            chosen.map(|(_, playlist)| playlist.clone()).collect()
        };
        let (known, held) = (part(false), part(true));
        let weights = trainer.search(&known, &trainer.measured(&classic, &known), &mut tried);
        let songs: usize = held.iter().map(|playlist| playlist.rows.len()).sum();
        for (sums, space) in held_out.iter_mut().zip([&trainer.space(&weights), &classic]) {
            let measured = trainer.measured(space, &held);
            sums.precision_at_10 += measured.precision_at_10 * songs as f64;
            sums.precision_at_50 += measured.precision_at_50 * songs as f64;
            sums.sonic_distance += measured.sonic_distance;
        }
    }
    let [ours, theirs] = held_out;
    let of_classic = trainer.measured(&classic, playlists);
    let weights = trainer.search(playlists, &of_classic, &mut tried);
    let fitted = trainer.measured(&trainer.space(&weights), playlists).over(&of_classic);
    let aspects = trainer.model.profile().aspects().iter().map(|(aspect, _)| aspect.clone());
    Ok(Trained { weights: aspects.zip(weights).collect(), held_out: ours.over(&theirs), fitted })
}

/// What is the measure of a profile: `classic`, or where the catalogue lacks its columns the profile to start from.
fn reference(training: &Training, catalogue: &Catalogue) -> Profile {
    let classic = Profile::classic();
    if classic.resolve(catalogue).is_ok() { classic } else { training.start.clone() }
}

impl Ratios {
    fn over(&self, other: &Self) -> Self {
        Self {
            precision_at_10: self.precision_at_10 / other.precision_at_10,
            precision_at_50: self.precision_at_50 / other.precision_at_50,
            sonic_distance: self.sonic_distance / other.sonic_distance,
        }
    }
}

/// The data of a training run, which do not depend on the weights.
struct Trainer<'a> {
    context: EvalContext<'a>,
    audio: AudioSpace,
    sample: Vec<Row>,
    model: Model,
    standardised: Standardised,
    most_distance: f64,
    progress: &'a dyn Progress,
}

impl Trainer<'_> {
    fn space(&self, weights: &[f64]) -> Space {
        let vectors = self.standardised.vectors(&self.model, weights);
        Space::new(self.model.clone(), Neighbours::new(vectors))
    }

    fn measured(&self, space: &Space, playlists: &[TestPlaylist]) -> Ratios {
        let ranker = Ranker::Profile(space);
        let lists = lists_of(&self.context, ranker, playlists, false);
        let precision = |k| {
            let groups = hits(&self.context, playlists, &lists, k);
            let (hits, songs) =
                groups.iter().fold((0.0, 0.0), |sums, group| (sums.0 + group.0, sums.1 + group.1));
            hits / songs
        };
        let sets: Vec<&[Row]> = self.sample.chunks(1).collect();
        let near = self.context.lists(ranker, &sets, 10, false);
        let sonic_distance =
            self.audio.to_lists(self.sample.iter().copied().zip(near.iter().map(Vec::as_slice)));
        Ratios { precision_at_10: precision(10), precision_at_50: precision(50), sonic_distance }
    }

    /// The objective: greater is better.
    fn objective(&self, weights: &[f64], playlists: &[TestPlaylist], classic: &Ratios) -> f64 {
        let ratios = self.measured(&self.space(weights), playlists).over(classic);
        // Keeps the logarithm of a precision of 0 finite.
        let log = |ratio: f64| ratio.max(1e-6).ln();
        let excess = (ratios.sonic_distance - self.most_distance).max(0.0);
        log(ratios.precision_at_10) + log(ratios.precision_at_50) - PENALTY * excess
    }

    fn search(
        &self,
        playlists: &[TestPlaylist],
        classic: &Ratios,
        tried: &mut impl FnMut(&str, f64),
    ) -> Vec<f64> {
        let aspects = self.model.profile().aspects();
        let mut weights: Vec<f64> = aspects.iter().map(|(_, weight)| *weight).collect();
        let mut best = self.objective(&weights, playlists, classic);
        for factor in FACTORS {
            for (at, (aspect, _)) in aspects.iter().enumerate() {
                for change in [factor, 1.0 / factor] {
                    let mut changed = weights.clone();
                    if let Some(weight) = changed.get_mut(at) {
                        // The playlists do not determine more than three decimals.
                        *weight = (*weight * change * 1e3).round() / 1e3;
                        let value = *weight;
                        let objective = self.objective(&changed, playlists, classic);
                        if objective > best + WORTHWHILE {
                            (best, weights) = (objective, changed);
                            tried(&aspect.name(), value);
                            break;
                        }
                    }
                }
                self.progress.advance(2);
            }
        }
        weights
    }
}
