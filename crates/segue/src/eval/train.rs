//! Training: finds weights with which a profile recommends what people play together, and validates them on playlists
//! that it has not seen.
//!
//! A profile has few weights, so a deterministic coordinate search is enough: each weight in turn is multiplied and
//! divided by a factor, and a change that improves the objective is kept; then again with smaller factors. The
//! objective is the sum of the logarithms of the precision at 10 and at 50 relative to `classic`, with a penalty for a
//! sonic distance above a limit, so that recommendations still sound alike.

use std::time::Instant;

use hashbrown::HashMap;

use super::TestPlaylist;
use super::audio::AudioSpace;
use super::evaluate::{hits, lists_of, sample};
use super::lists::{EvalContext, Ranker};
use super::shares::Shares;
use crate::catalogue::{Catalogue, Row};
use crate::error::{Error, Result, unless_stopped};
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
    /// When to end with the best weights found by then. The cross-validation and the search on all playlists share the
    /// time; what cannot be interrupted may take some seconds longer.
    pub deadline: Option<Instant>,
}

impl Default for Training {
    fn default() -> Self {
        Self { start: Profile::segue(), most_distance: 1.3, folds: 3, deadline: None }
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

    /// Sets when to end with the best weights found by then.
    #[must_use]
    pub fn deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }
}

/// The result of training.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trained {
    /// The weights, trained on all playlists.
    pub weights: Vec<(Aspect, f64)>,
    /// The profile that `held_out` and `fitted` are relative to: `classic`, or the one to start from if the catalogue
    /// lacks the columns of `classic`.
    pub reference: String,
    /// The cross-validated quality relative to `reference`: what to expect on new playlists. Each part of the playlists
    /// is measured with weights that were trained on the other parts.
    pub held_out: Ratios,
    /// The cross-validated quality relative to the profile to start from: what training gains on new playlists.
    pub held_out_over_start: Ratios,
    /// The quality of `weights` relative to `reference` on the playlists that they were trained on.
    pub fitted: Ratios,
    /// How much of the search was done.
    pub steps: Steps,
}

/// The steps of a training: a step tries to change one weight by one factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Steps {
    /// The steps that were made.
    pub done: usize,
    /// The steps of a training that is not ended by its deadline.
    pub planned: usize,
}

impl Steps {
    /// Whether the deadline ended the training before all steps were made.
    pub fn ended_early(self) -> bool {
        self.done < self.planned
    }
}

/// What happens during a training.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum TrainingEvent<'a> {
    /// A search for weights begins, of `searches`. All but the last leave a part of the playlists out.
    Search {
        /// Its number, from 1 on.
        number: usize,
        /// The number of searches.
        searches: usize,
    },
    /// A better weight was found.
    Weight {
        /// The aspect that it weighs.
        aspect: &'a str,
        /// The weight.
        weight: f64,
    },
}

/// Measures of a profile, divided by those of another.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Ratios {
    /// Of the precision at 10.
    pub precision_at_10: f64,
    /// Of the precision at 50.
    pub precision_at_50: f64,
    /// Of the precision at 50 among other artists.
    pub artist_filtered_precision_at_50: f64,
    /// Of the sonic distance.
    pub sonic_distance: f64,
}

/// The factors by which weights are changed, in turn.
const FACTORS: [f64; 3] = [2.0, 1.5, 1.2];
/// Each weight is tried multiplied by a factor and divided by it.
const TRIALS_PER_STEP: usize = 2;
/// The minimum improvement of the objective; smaller ones would overfit the playlists.
const WORTHWHILE: f64 = 0.003;
/// The penalty for a sonic distance above the limit, per unit of `classic`'s distance.
const PENALTY: f64 = 8.0;
/// The sonic distance is measured on every third row of the sample.
const SPARING: usize = 3;

/// Finds weights for the aspects of a profile, and validates them on playlists that were held out. `told` is called when
/// a search begins and when a better weight is found.
///
/// The cost is that of computing the vectors of the catalogue and a list for every song of the playlists, some
/// hundred times: minutes for a hundred thousand tracks. With a deadline the result depends on the clock.
///
/// # Errors
/// [`Error::NoAnswer`] if there are fewer than 2 folds or fewer playlists than folds, [`Error::Index`] if the index
/// is damaged, [`Error::Stopped`].
pub fn train(
    index: &Index,
    playlists: &[TestPlaylist],
    training: &Training,
    progress: &dyn Progress,
    mut told: impl FnMut(TrainingEvent<'_>),
) -> Result<Trained> {
    if training.folds < 2 || playlists.len() < training.folds {
        let (folds, found) = (training.folds, playlists.len());
        let problem = format!(
            "{found} playlists for {folds} parts, at least 2 parts and as many playlists were wanted"
        );
        return Err(Error::NoAnswer { problem });
    }
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
    let start: Vec<f64> = trainer.model.profile().aspects().iter().map(|(_, weight)| *weight).collect();
    let searches = training.folds + 1;
    let mut steps = Steps { done: 0, planned: searches * FACTORS.len() * start.len() };
    progress.start(Stage::Training, Some((steps.planned * TRIALS_PER_STEP) as u64));
    let reference = reference(training, index.catalogue());
    let name = reference.name().to_owned();
    let (classic, vectors) = Model::fit(reference, index.catalogue())?;
    let classic = Space::new(classic, Neighbours::new(vectors));
    // Listed once: what each fold needs of them are parts of these lists, however many folds there are.
    unless_stopped(progress)?;
    let classic = trainer.listed(&classic, playlists);
    unless_stopped(progress)?;
    let unchanged = trainer.listed(&trainer.space(&start), playlists);
    let mut shares = Shares::new(training.deadline, searches);
    let mut held_out = [Ratios::default(); 3];
    for fold in 0..training.folds {
        told(TrainingEvent::Search { number: fold + 1, searches });
        let is_held = |at: usize| at % training.folds == fold;
        let part = |held: bool| -> Vec<TestPlaylist> {
            let chosen = playlists.iter().enumerate().filter(|(at, _)| is_held(*at) == held);
            chosen.map(|(_, playlist)| playlist.clone()).collect()
        };
        let (known, held) = (part(false), part(true));
        shares.begin(Instant::now());
        let weights = trainer.search(
            &start,
            &known,
            [&unchanged, &classic].map(|lists| lists.measured(&known)),
            &mut shares,
            &mut steps,
            &mut told,
        )?;
        let [of_start, of_classic] = [&unchanged, &classic].map(|lists| lists.measured(&held));
        let ours = trainer.measured_unless(&weights, &start, of_start, &held);
        let songs: usize = held.iter().map(|playlist| playlist.rows.len()).sum();
        for (sums, part) in held_out.iter_mut().zip([ours, of_start, of_classic]) {
            sums.add(&part, songs as f64);
        }
    }
    let [held_out, held_out_of_start, held_out_of_classic] = held_out;
    told(TrainingEvent::Search { number: searches, searches });
    shares.begin(Instant::now());
    let [of_start, of_classic] = [&unchanged, &classic].map(|lists| lists.measured(playlists));
    let weights =
        trainer.search(&start, playlists, [of_start, of_classic], &mut shares, &mut steps, &mut told)?;
    let fitted = trainer.measured_unless(&weights, &start, of_start, playlists).over(&of_classic);
    let aspects = trainer.model.profile().aspects().iter().map(|(aspect, _)| aspect.clone());
    Ok(Trained {
        weights: aspects.zip(weights).collect(),
        reference: name,
        held_out: held_out.over(&held_out_of_classic),
        held_out_over_start: held_out.over(&held_out_of_start),
        fitted,
        steps,
    })
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
            artist_filtered_precision_at_50: self.artist_filtered_precision_at_50
                / other.artist_filtered_precision_at_50,
            sonic_distance: self.sonic_distance / other.sonic_distance,
        }
    }

    /// Adds the measures of a part with this many songs. Precisions are means over songs, the distance is one over a
    /// sample of the catalogue.
    fn add(&mut self, part: &Self, songs: f64) {
        self.precision_at_10 += part.precision_at_10 * songs;
        self.precision_at_50 += part.precision_at_50 * songs;
        self.artist_filtered_precision_at_50 += part.artist_filtered_precision_at_50 * songs;
        self.sonic_distance += part.sonic_distance;
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

    /// What the objective needs of a profile's measures; the precision among other artists is left 0.
    fn measured_for_objective(&self, space: &Space, playlists: &[TestPlaylist]) -> Ratios {
        let lists = lists_of(&self.context, Ranker::Profile(space), playlists, false);
        let precision = |k| precision(&hits(&self.context, playlists, &lists, k));
        Ratios {
            precision_at_10: precision(10),
            precision_at_50: precision(50),
            artist_filtered_precision_at_50: 0.0,
            sonic_distance: self.sonic_distance(space),
        }
    }

    fn sonic_distance(&self, space: &Space) -> f64 {
        let sets: Vec<&[Row]> = self.sample.chunks(1).collect();
        let near = self.context.lists(Ranker::Profile(space), &sets, 10, false);
        self.audio.to_lists(self.sample.iter().copied().zip(near.iter().map(Vec::as_slice)))
    }

    /// The lists of a profile for all songs of the playlists.
    fn listed(&self, space: &Space, playlists: &[TestPlaylist]) -> Listed<'_> {
        let [plain, by_others] =
            [false, true].map(|others| lists_of(&self.context, Ranker::Profile(space), playlists, others));
        Listed { context: &self.context, plain, by_others, sonic_distance: self.sonic_distance(space) }
    }

    /// All measures of weights: those of the start if they are its.
    fn measured_unless(
        &self,
        weights: &[f64],
        start: &[f64],
        of_start: Ratios,
        playlists: &[TestPlaylist],
    ) -> Ratios {
        if weights == start {
            return of_start;
        }
        self.listed(&self.space(weights), playlists).measured(playlists)
    }

    /// The objective by measures relative to `classic`: greater is better.
    fn objective(&self, ratios: &Ratios) -> f64 {
        // Keeps the logarithm of a precision of 0 finite.
        let log = |ratio: f64| ratio.max(1e-6).ln();
        let excess = (ratios.sonic_distance - self.most_distance).max(0.0);
        log(ratios.precision_at_10) + log(ratios.precision_at_50) - PENALTY * excess
    }

    /// The best weights that are found in the time of a search, from the measures of the start and of `classic`.
    fn search(
        &self,
        start: &[f64],
        playlists: &[TestPlaylist],
        [of_start, of_classic]: [Ratios; 2],
        shares: &mut Shares,
        steps: &mut Steps,
        told: &mut impl FnMut(TrainingEvent<'_>),
    ) -> Result<Vec<f64>> {
        let before = steps.done;
        let mut trial = |weights: &[f64]| {
            let began = Instant::now();
            (!self.progress.is_stopped() && shares.has_time(began)).then(|| {
                let found = self.measured_for_objective(&self.space(weights), playlists);
                let objective = self.objective(&found.over(&of_classic));
                shares.took(began.elapsed());
                objective
            })
        };
        let best = self.objective(&of_start.over(&of_classic));
        let weights = self.climb(start, best, &mut trial, steps, told);
        unless_stopped(self.progress)?;
        let missed = FACTORS.len() * start.len() - (steps.done - before);
        self.progress.advance((missed * TRIALS_PER_STEP) as u64);
        Ok(weights)
    }

    /// Changes one weight after the other, from a start with the objective `best`, as long as there are trials.
    fn climb(
        &self,
        start: &[f64],
        mut best: f64,
        trial: &mut impl FnMut(&[f64]) -> Option<f64>,
        steps: &mut Steps,
        told: &mut impl FnMut(TrainingEvent<'_>),
    ) -> Vec<f64> {
        let mut weights = start.to_vec();
        for factor in FACTORS {
            for (at, (aspect, _)) in self.model.profile().aspects().iter().enumerate() {
                for change in [factor, 1.0 / factor] {
                    let mut changed = weights.clone();
                    if let Some(weight) = changed.get_mut(at) {
                        // The playlists do not determine more than three decimals.
                        *weight = (*weight * change * 1e3).round() / 1e3;
                        let value = *weight;
                        let Some(objective) = trial(&changed) else { return weights };
                        if objective > best + WORTHWHILE {
                            (best, weights) = (objective, changed);
                            told(TrainingEvent::Weight { aspect: &aspect.name(), weight: value });
                            break;
                        }
                    }
                }
                steps.done += 1;
                self.progress.advance(TRIALS_PER_STEP as u64);
            }
        }
        weights
    }
}

/// The lists of a profile for all songs of some playlists, to be measured on any of these playlists.
struct Listed<'a> {
    context: &'a EvalContext<'a>,
    plain: HashMap<Row, Vec<Row>>,
    by_others: HashMap<Row, Vec<Row>>,
    sonic_distance: f64,
}

impl Listed<'_> {
    fn measured(&self, playlists: &[TestPlaylist]) -> Ratios {
        let precision = |lists, k| precision(&hits(self.context, playlists, lists, k));
        Ratios {
            precision_at_10: precision(&self.plain, 10),
            precision_at_50: precision(&self.plain, 50),
            artist_filtered_precision_at_50: precision(&self.by_others, 50),
            sonic_distance: self.sonic_distance,
        }
    }
}

/// The mean of the precisions of all songs, of sums over playlists and their numbers.
fn precision(groups: &[(f64, f64)]) -> f64 {
    let (hits, songs) = groups.iter().fold((0.0, 0.0), |sums, group| (sums.0 + group.0, sums.1 + group.1));
    hits / songs
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Song, index, rows};
    use super::*;

    /// The artists of the songs, each of another.
    const ARTISTS: &str = "ABCDEFGHIJKLMNOPQRSTUVWX";

    /// Songs of four playlists: the same angle, and energies that say nothing.
    fn trained(deadline: Option<Instant>) -> (Profile, Trained, Vec<String>) {
        let songs: Vec<Song> = (0..ARTISTS.len())
            .map(|at| {
                let (list, place) = ((at % 4) as f64, (at / 4) as f64);
                Song(&ARTISTS[at..=at], 50.0, (place * 0.37 + list * 0.21).fract(), list * 90.0 + place)
            })
            .collect();
        let index = index(&songs);
        let playlists: Vec<TestPlaylist> = (0..4)
            .map(|list| TestPlaylist { rows: rows([0, 4, 8, 12, 16, 20].map(|at| at + list)) })
            .collect();
        let start = r#"{"profile": "start", "features": ["x", "y", "energy"], "weights": {"energy": 3}}"#;
        let start = Profile::from_json(start).unwrap();
        let training = Training { deadline, ..Training::default().start(start.clone()).folds(2) };
        let mut events = Vec::new();
        let told = |event: TrainingEvent<'_>| events.push(format!("{event:?}"));
        (start, train(&index, &playlists, &training, &(), told).unwrap(), events)
    }

    #[test]
    fn training_is_validated_on_playlists_that_were_held_out() {
        let (start, trained, events) = trained(None);
        assert_eq!(trained.reference, "start", "classic lacks its columns");
        assert_eq!(trained.held_out, trained.held_out_over_start);
        assert!(trained.held_out.precision_at_10 > 1.0, "{trained:?}");
        assert_ne!(trained.weights, start.aspects());
        assert_eq!(trained.steps, Steps { done: 27, planned: 27 }, "3 searches, 3 factors, 3 weights");
        let searches = events.iter().filter(|event| event.starts_with("Search")).count();
        assert!(searches == 3 && events.len() > searches, "{events:?}");
    }

    #[test]
    fn training_without_time_keeps_the_weights() {
        let (start, trained, _) = trained(Some(Instant::now()));
        assert_eq!(trained.weights, start.aspects());
        assert_eq!(trained.steps, Steps { done: 0, planned: 27 });
        assert!(trained.steps.ended_early());
        assert_eq!(trained.held_out.precision_at_10, 1.0);
    }
}
