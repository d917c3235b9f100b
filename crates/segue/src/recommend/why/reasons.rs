//! From two vectors to reasons: what a track has in common with a seed, and in what it differs most.

use super::SeedSide;
use super::words::Meaning;
use crate::catalogue::{Attribute, Catalogue, Row, Track};
use crate::error::Result;
use crate::model::Model;
use crate::recommend::Recommender;
use crate::recommend::filter::{camelot, is_harmonic};

/// The phrase for a track that is alike in nothing.
pub(super) const NOTHING: &str = "nothing stands out";
/// The phrase for a track that is alike in too many aspects for one to be named.
const MANY: &str = "a little alike in many ways";
/// An aspect is named if it contributes this share of all that is positive.
const WORTH_NAMING: f64 = 0.1;
const MAX_REASONS: usize = 3;
const MAX_ADJECTIVES: usize = 3;
const MAX_GENRES: usize = 3;
/// Of tracks that share no genre, only so many genres are compared; most have fewer.
const MAX_GENRES_COMPARED: usize = 12;
/// The contrast is named if it holds this share of the squared distance, more than any other aspect, ...
const WORTH_CONTRASTING: f64 = 1.0 / 3.0;
/// ... and if the tracks differ in it by so many standard deviations.
const FAR_APART: f64 = 1.5;
/// A track whose popularity lies so many standard deviations above the mean is well known.
const WELL_KNOWN: f64 = 0.75;
/// A track whose popularity lies so many standard deviations below the mean is little known; by its cube, none is 0.8.
const LITTLE_KNOWN: f64 = 0.6;
/// Genres share enough artists to be named together from this product of their positions on.
const NEAR_GENRES: f64 = 0.25;

/// On which side of the mean both tracks lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Below,
    Above,
    /// They lie on different sides, or it does not matter.
    Neither,
}

/// What the aspects of one meaning add to the similarity.
#[derive(Debug)]
struct Part {
    meaning: Meaning,
    side: Side,
    product: f64,
    distance: f64,
    /// The standard scores of seed and track, if they are known.
    scores: [Option<f64>; 2],
}

/// A seed and a track, compared aspect by aspect.
pub(super) struct Likeness<'a> {
    catalogue: &'a Catalogue,
    model: &'a Model,
    seed: &'a SeedSide,
    row: Row,
    track: Track<&'a str>,
    parts: Vec<Part>,
}

impl<'a> Likeness<'a> {
    /// Compares a seed with a track, by their unit vectors.
    pub(super) fn of(
        recommender: &'a Recommender,
        model: &'a Model,
        seed: &'a SeedSide,
        row: Row,
        [of_seed, of_track]: [&[f32]; 2],
    ) -> Result<Self> {
        let catalogue = recommender.index().catalogue();
        let mut parts: Vec<Part> = Vec::new();
        for (aspect, dimensions) in model.dimensions() {
            let pairs: Vec<(f64, f64)> = {
                let seed = of_seed.get(dimensions.clone()).unwrap_or_default();
                let track = of_track.get(dimensions.clone()).unwrap_or_default();
                seed.iter().zip(track).map(|(a, b)| (f64::from(*a), f64::from(*b))).collect()
            };
            let meaning = Meaning::of(aspect, model.profile());
            let side = match pairs.as_slice() {
                [(a, b)] if meaning.has_sides() && *a > 0.0 && *b > 0.0 => Side::Above,
                [(a, b)] if meaning.has_sides() && *a < 0.0 && *b < 0.0 => Side::Below,
                _ => Side::Neither,
            };
            let rows = [seed.track.as_ref().map(|(row, _)| *row), Some(row)];
            let score = |row: Option<Row>| model.score(aspect, dimensions.start, row?, catalogue);
            let part = Part {
                side,
                product: pairs.iter().map(|(a, b)| a * b).sum(),
                distance: pairs.iter().map(|(a, b)| (a - b).powi(2)).sum(),
                scores: if meaning.has_sides() { rows.map(score) } else { [None; 2] },
                meaning,
            };
            match parts.iter_mut().find(|known| (&known.meaning, known.side) == (&part.meaning, part.side)) {
                Some(known) => {
                    known.product += part.product;
                    known.distance += part.distance;
                }
                None => parts.push(part),
            }
        }
        parts.sort_by(|a, b| b.product.total_cmp(&a.product));
        Ok(Self { catalogue, model, seed, row, track: recommender.track(row)?, parts })
    }

    /// The reasons, and the contrast if there is one.
    pub(super) fn reasons(&self) -> Reasons {
        let positive: f64 = self.parts.iter().map(|part| part.product.max(0.0)).sum();
        let mut said: Vec<(Said, f64)> = Vec::new();
        let mut named: Vec<&Meaning> = Vec::new();
        let by_same_artist = self.share_an_artist() && self.of_artists() > 0.0;
        for part in self.worth_naming(positive) {
            let adjectives = said.iter_mut().find_map(|(said, weight)| match said {
                Said::Adjectives(words) => Some((words, weight)),
                Said::Text(_) => None,
            });
            match (&part.meaning, adjectives) {
                (Meaning::Scale(low, high), adjectives) => {
                    let word = match part.side {
                        Side::Below => *low,
                        Side::Above => *high,
                        Side::Neither => continue,
                    };
                    match adjectives {
                        Some((words, _)) if words.len() == MAX_ADJECTIVES => continue,
                        Some((words, weight)) => {
                            words.push(word);
                            *weight += part.product;
                        }
                        None => said.push((Said::Adjectives(vec![word]), part.product)),
                    }
                }
                (Meaning::Style, _) if by_same_artist => {}
                (fame, _) if fame.is_fame() && named.iter().any(|named| named.is_fame()) => {}
                _ => match self.text(part) {
                    Some(text) => said.push((Said::Text(text), part.product)),
                    None => continue,
                },
            }
            named.push(&part.meaning);
        }
        said.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let first = by_same_artist.then(|| Said::Text("by the same artist".into()));
        let said: Vec<Said> =
            first.into_iter().chain(said.into_iter().map(|(said, _)| said)).take(MAX_REASONS).collect();
        Reasons { said, contrast: self.contrast(&named), is_alike: positive > 0.0 }
    }

    /// What contributes enough of `positive`, the sum of all positive contributions. If only fame does, which for the best
    /// known tracks exceeds everything else together, then also what is first of the rest.
    fn worth_naming(&self, positive: f64) -> Vec<&Part> {
        let is_worth = |part: &&Part, sum: f64| part.product > 0.0 && part.product >= WORTH_NAMING * sum;
        let is_fame = |part: &Part| part.meaning.is_fame();
        let mut worth: Vec<&Part> = self.parts.iter().filter(|part| is_worth(part, positive)).collect();
        if worth.iter().all(|part| is_fame(part)) {
            let rest = positive - worth.iter().map(|part| part.product).sum::<f64>();
            worth.extend(self.parts.iter().find(|part| !is_fame(part) && is_worth(part, rest)));
        }
        worth
    }

    /// A reason that is not an adjective; `None` if there is none that is true.
    fn text(&self, part: &Part) -> Option<String> {
        let both = |text: &str| match self.seed.track {
            Some(_) => format!("both {text}"),
            None => text.to_owned(),
        };
        Some(match (&part.meaning, part.side) {
            (Meaning::Scale(..), _) => return None,
            (meaning, Side::Neither) if meaning.has_sides() => return None,
            (Meaning::Both(low, _), Side::Below) => both(low),
            (Meaning::Both(_, high), _) => both(high),
            (Meaning::ArtistFame, Side::Below) => both("by little-known artists"),
            (Meaning::ArtistFame, _) => both("by well-known artists"),
            (Meaning::Fame, side) => {
                let all = |least: f64| part.scores.iter().flatten().all(|score| score.abs() >= least);
                both(match side {
                    Side::Above if all(WELL_KNOWN) => "well known",
                    Side::Above => "better known than most",
                    _ if all(LITTLE_KNOWN) => "little known",
                    _ => "less known than most",
                })
            }
            (Meaning::Genres, _) => self.genres(both),
            (Meaning::Style, _) => "artists of a similar style".to_owned(),
            (Meaning::Keys, _) => {
                let of_seed = self.camelot(self.seed.track.as_ref()?.0);
                let fits = is_harmonic(of_seed, self.camelot(self.row));
                fits.then(|| "in the same or a related key".to_owned())?
            }
            (Meaning::Plain(text), _) => (*text).to_owned(),
            (Meaning::Close(label), _) => format!("close in {label}"),
        })
    }

    fn genres(&self, both: impl Fn(&str) -> String) -> String {
        let (ours, theirs) = (&self.seed.genres, &self.track.genres);
        let shared = ours.iter().map(String::as_str).filter(|genre| theirs.contains(genre));
        let shared: Vec<&str> = shared.take(MAX_GENRES).collect();
        if !shared.is_empty() {
            return both(&shared.join(", "));
        }
        let (ours, theirs) = (ours.iter().take(MAX_GENRES_COMPARED), theirs.iter().take(MAX_GENRES_COMPARED));
        let pairs = ours.flat_map(|a| theirs.clone().map(move |b| (a.as_str(), *b)));
        let nearest = pairs
            .map(|(a, b)| (self.model.genres().nearness(a, b), a, b))
            .filter(|(nearness, ..)| *nearness >= NEAR_GENRES)
            .reduce(|best, other| if other.0 > best.0 { other } else { best });
        match nearest {
            Some((_, a, b)) => format!("genres with the same artists: {a} and {b}"),
            None => "artists of related genres".to_owned(),
        }
    }

    /// What the artists' tracks add to the similarity: their means, and their genres.
    fn of_artists(&self) -> f64 {
        let of_artists =
            self.parts.iter().filter(|part| matches!(part.meaning, Meaning::Style | Meaning::Genres));
        of_artists.map(|part| part.product).sum()
    }

    fn share_an_artist(&self) -> bool {
        self.track.artists.iter().any(|artist| self.seed.artists.iter().any(|other| other == artist))
    }

    fn camelot(&self, row: Row) -> Option<(u8, bool)> {
        let number = |attribute: Attribute| self.catalogue.number(attribute, row).ok().flatten();
        camelot(number(Attribute::Key)?, number(Attribute::Mode)?)
    }

    /// In what they differ most, if it is much and not among what is named as alike.
    fn contrast(&self, named: &[&Meaning]) -> Option<String> {
        let total: f64 = self.parts.iter().map(|part| part.distance).sum();
        let most = self.parts.iter().reduce(|a, b| if b.distance > a.distance { b } else { a })?;
        let [seed, track] = most.scores;
        let gap = track? - seed?;
        let is_worth = most.distance >= WORTH_CONTRASTING * total && gap.abs() > FAR_APART;
        if !is_worth || named.contains(&&most.meaning) {
            return None;
        }
        most.meaning.contrast(gap > 0.0)
    }
}

/// One reason.
#[derive(Debug)]
enum Said {
    Adjectives(Vec<&'static str>),
    Text(String),
}

/// The reasons for a track, in order.
#[derive(Debug)]
pub(super) struct Reasons {
    said: Vec<Said>,
    contrast: Option<String>,
    is_alike: bool,
}

impl Reasons {
    /// The reasons in words; `like_whom` follows a comparison with most tracks.
    pub(super) fn phrase(&self, like_whom: &str) -> String {
        let of_one = |said: &Said| match said {
            Said::Text(text) => text.clone(),
            Said::Adjectives(words) => format!("{} than most{like_whom}", listed(words)),
        };
        let reasons = self.said.iter().map(of_one).collect::<Vec<_>>().join("; ");
        let reasons = match (reasons.as_str(), self.is_alike) {
            ("", true) => MANY,
            ("", false) => NOTHING,
            (reasons, _) => reasons,
        };
        match &self.contrast {
            Some(contrast) => format!("{reasons}, but {contrast}"),
            None => reasons.to_owned(),
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}
