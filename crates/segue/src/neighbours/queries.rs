//! [`Queries`]: several query vectors, and how similar a vector is to all of them together.

use super::similarity;

/// Several query vectors with weights, to all of which together vectors are compared.
///
/// With the similarities `c_s` of a vector to each of the queries, whose weights `w_s` add up to 1, its similarity to all
/// of them is the soft maximum
///
/// ```text
/// (1 / b) ln sum_s w_s exp(b c_s),   b = 8
/// ```
///
/// It lies between their mean, to which it tends for small `b`, and the greatest of them, for large `b`. So a vector
/// need not be near all queries, which may be far apart, and is better the more of them it is near.
#[derive(Debug, Clone, PartialEq)]
pub struct Queries {
    vectors: Vec<Vec<f32>>,
    /// Their weights; they add up to 1.
    shares: Vec<f64>,
    /// `b`.
    sharpness: f64,
}

impl Queries {
    /// `b`: how much the nearest of the queries counts for more than the others.
    pub const SHARPNESS: f64 = 8.0;

    /// Queries with their weights, which are positive; one whose weight is not, or not finite, or nothing beside the
    /// others, is left out.
    pub fn new(weighted: impl IntoIterator<Item = (Vec<f32>, f64)>) -> Self {
        let is_weight = |weight: &f64| *weight > 0.0 && weight.is_finite();
        let mut weighted: Vec<_> = weighted.into_iter().filter(|(_, weight)| is_weight(weight)).collect();
        let weights = |all: &[(Vec<f32>, f64)]| all.iter().map(|(_, weight)| *weight).collect::<Vec<f64>>();
        // By the greatest first, so that no sum is beyond all bounds.
        let greatest = weights(&weighted).into_iter().fold(0.0, f64::max);
        weighted.iter_mut().for_each(|(_, weight)| *weight /= greatest);
        let sum: f64 = weights(&weighted).iter().sum();
        weighted.iter_mut().for_each(|(_, weight)| *weight /= sum);
        let (vectors, shares) = weighted.into_iter().filter(|(_, share)| *share > 0.0).unzip();
        Self { vectors, shares, sharpness: Self::SHARPNESS }
    }

    /// The vectors.
    pub fn vectors(&self) -> &[Vec<f32>] {
        &self.vectors
    }

    /// The vectors with their weights, which add up to 1.
    pub fn weighted(&self) -> impl Iterator<Item = (&[f32], f64)> {
        self.vectors.iter().map(Vec::as_slice).zip(self.shares.iter().copied())
    }

    /// `b`: [`Self::SHARPNESS`], times what the vectors were divided by, if they were.
    pub(super) fn sharpness(&self) -> f64 {
        self.sharpness
    }

    /// The same queries for vectors that should be unlike another: their similarity is less by its scalar product with
    /// `unlike`, and divided by the greatest length of a query less `unlike`, so that it is at most 1 and the cosine for
    /// one query. `None` if that length is almost 0: then nothing is left to be like.
    pub fn unlike(mut self, unlike: &[f64]) -> Option<Self> {
        let left = |query: &Vec<f32>| -> Vec<f64> {
            query.iter().zip(unlike).map(|(query, unlike)| f64::from(*query) - unlike).collect()
        };
        let left: Vec<Vec<f64>> = self.vectors.iter().map(left).collect();
        let length = |vector: &Vec<f64>| vector.iter().map(|value| value * value).sum::<f64>().sqrt();
        let greatest = left.iter().map(length).fold(0.0, f64::max);
        if greatest < 1e-6 {
            return None;
        }
        // What is subtracted from all similarities is subtracted from their soft maximum, and what all are divided by is
        // made up for by the sharpness.
        let divided = |vector: Vec<f64>| vector.into_iter().map(|value| (value / greatest) as f32).collect();
        self.vectors = left.into_iter().map(divided).collect();
        self.sharpness *= greatest;
        Some(self)
    }

    /// At most `most` queries in place of these: those near each other are replaced by their weighted mean, of length 1.
    ///
    /// The nearest are found by choosing the first query and then, one after the other, the one that is least similar to
    /// those chosen (Gonzalez 1985); every query belongs to the chosen one that is most similar to it. The cost is that of
    /// `most` comparisons for each query.
    #[must_use]
    pub fn merged(self, most: usize) -> Self {
        if self.vectors.len() <= most {
            return self;
        }
        // For every query the similarity to the most similar one of the chosen, and its place among them.
        let mut nearest = vec![(f64::NEG_INFINITY, 0); self.vectors.len()];
        for place in 0..most {
            let farthest = nearest.iter().zip(&self.vectors).min_by(|(a, _), (b, _)| a.0.total_cmp(&b.0));
            let Some((_, chosen)) = farthest else { break };
            for ((near, at), query) in nearest.iter_mut().zip(&self.vectors) {
                let similarity = similarity(chosen, query);
                if similarity > *near {
                    (*near, *at) = (similarity, place);
                }
            }
        }
        let group = |place: usize| {
            let members = self.weighted().zip(&nearest).filter(|(_, (_, at))| *at == place);
            let members = Self::new(members.map(|((query, share), _)| (query.to_vec(), share)));
            let share = self.shares.iter().zip(&nearest).filter(|(_, (_, at))| *at == place);
            (members.centre(), share.map(|(share, _)| share).sum::<f64>())
        };
        Self { sharpness: self.sharpness, ..Self::new((0..most).map(group)) }
    }

    /// The similarity of a vector to all queries together, -1 to 1: the cosine for one query and a unit vector; -1 if
    /// there are none. The same on every machine.
    #[inline]
    pub fn similarity(&self, vector: &[f32]) -> f64 {
        // Relative to the greatest so far, so that no power is beyond all bounds.
        let (mut greatest, mut sum) = (f64::NEG_INFINITY, 0.0);
        for (query, share) in self.weighted() {
            let similarity = similarity(query, vector);
            if similarity > greatest {
                sum = sum * libm::exp(self.sharpness * (greatest - similarity)) + share;
                greatest = similarity;
            } else {
                sum += share * libm::exp(self.sharpness * (similarity - greatest));
            }
        }
        (greatest + libm::log(sum) / self.sharpness).clamp(-1.0, 1.0) + 0.0
    }

    /// How much each query counts in the similarity of a vector: its weight times the power of its similarity, relative to
    /// the sum of these.
    pub(crate) fn counts(&self, vector: &[f32]) -> Vec<f64> {
        let similarities: Vec<f64> = self.vectors.iter().map(|query| similarity(query, vector)).collect();
        let greatest = similarities.iter().copied().fold(-1.0, f64::max);
        let power = |(share, similarity)| share * libm::exp(self.sharpness * (similarity - greatest));
        let mut counts: Vec<f64> = self.shares.iter().zip(similarities).map(power).collect();
        let sum: f64 = counts.iter().sum();
        counts.iter_mut().for_each(|count| *count /= sum);
        counts
    }

    /// The weighted mean of the vectors, of length 1; zero if they cancel each other out.
    pub fn centre(&self) -> Vec<f32> {
        let dimension = self.vectors.first().map_or(0, Vec::len);
        let mut sum = vec![0f64; dimension];
        for (query, share) in self.weighted() {
            sum.iter_mut().zip(query).for_each(|(sum, value)| *sum += share * f64::from(*value));
        }
        let length = sum.iter().map(|value| value * value).sum::<f64>().sqrt();
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        sum.into_iter().map(|value| (value * scale) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(angles: &[(f64, f64)]) -> Queries {
        Queries::new(angles.iter().map(|(angle, weight)| (at(*angle), *weight)))
    }

    fn at(angle: f64) -> Vec<f32> {
        let angle = angle.to_radians();
        vec![angle.cos() as f32, angle.sin() as f32]
    }

    #[test]
    fn one_query_is_as_similar_as_its_cosine_whatever_it_weighs() {
        for weight in [1e-300, 1.0, 7.0, 1e300] {
            let found = of(&[(20.0, weight)]).similarity(&at(80.0));
            assert_eq!(found.to_bits(), similarity(&at(20.0), &at(80.0)).to_bits());
        }
        let twice = of(&[(20.0, 1.0), (20.0, 3.0)]).similarity(&at(80.0));
        assert!((twice - 0.5).abs() < 1e-6);
    }

    #[test]
    fn several_queries_are_as_similar_as_their_log_mean_exp() {
        let two = of(&[(0.0, 1.0), (90.0, 3.0)]);
        // ln((e^(8 cos 30) + 3 e^(8 cos 60)) / 4) / 8.
        let by_hand = ((8.0 * 0.866_025_4f64).exp() * 0.25 + (8.0 * 0.5f64).exp() * 0.75).ln() / 8.0;
        assert!((two.similarity(&at(30.0)) - by_hand).abs() < 1e-6);
        // Near one of them is better than between them, and near the weightier better still.
        let near = |angle| two.similarity(&at(angle));
        assert!(near(90.0) > near(0.0) && near(0.0) > near(45.0) && near(45.0) > near(180.0));
    }

    #[test]
    fn what_is_unlike_is_subtracted_and_one_query_stays_a_cosine() {
        let two = of(&[(0.0, 1.0), (90.0, 1.0)]);
        let unlike: Vec<f64> = at(0.0).iter().map(|value| 0.5 * f64::from(*value)).collect();
        let away = two.clone().unlike(&unlike).unwrap();
        // The query at 90 degrees less (0.5, 0) is longest.
        let length = 1.25f64.sqrt();
        for angle in [0.0, 40.0, 90.0, 200.0] {
            let expected = (two.similarity(&at(angle)) - 0.5 * angle.to_radians().cos()) / length;
            assert!((away.similarity(&at(angle)) - expected).abs() < 1e-6, "{angle}");
        }
        assert!(away.similarity(&at(90.0)) > away.similarity(&at(0.0)) + 0.3, "A + B - A is B");
        let one = of(&[(90.0, 3.0)]).unlike(&unlike).unwrap();
        assert!((one.similarity(&at(90.0 + 0.5f64.atan().to_degrees())) - 1.0).abs() < 1e-6);
        let itself: Vec<f64> = at(90.0).iter().map(|value| f64::from(*value)).collect();
        assert_eq!(of(&[(90.0, 1.0)]).unlike(&itself), None);
        // However much it weighs.
        let far: Vec<f64> = at(0.0).iter().map(|value| 1e9 * f64::from(*value)).collect();
        let far = two.unlike(&far).unwrap();
        assert!(far.similarity(&at(180.0)) > 0.999 && far.similarity(&at(10.0)) < -0.9);
    }

    #[test]
    fn queries_that_are_near_each_other_are_merged() {
        let many = of(&[(0.0, 1.0), (200.0, 1.0), (2.0, 3.0), (100.0, 1.0), (202.0, 1.0)]);
        assert_eq!(many.clone().merged(5), many);
        let merged = many.clone().merged(3);
        let expected = [(1.5, 4.0 / 7.0), (201.0, 2.0 / 7.0), (100.0, 1.0 / 7.0)];
        // In the order in which they were chosen: 0, then 200, then 100 degrees.
        for ((vector, share), (angle, expected)) in merged.weighted().zip(expected) {
            assert!(
                similarity(vector, &at(angle)) > 1.0 - 1e-6 && (share - expected).abs() < 1e-12,
                "{angle}"
            );
        }
        assert_eq!(merged.vectors().len(), 3);
        assert_eq!(of(&[(7.0, 1.0), (7.0, 1.0), (7.0, 2.0)]).merged(2).vectors().len(), 1, "equal ones");
    }

    #[test]
    fn what_counts_adds_up() {
        let counts = of(&[(0.0, 1.0), (90.0, 3.0)]).counts(&at(30.0));
        assert!((counts.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // e^(8 cos 30) against 3 e^(8 cos 60).
        assert!((counts[0] / counts[1] - (8.0 * (0.866_025_4 - 0.5f64)).exp() / 3.0).abs() < 1e-4);
    }

    #[test]
    fn weights_that_mean_nothing_are_left_out_and_huge_ones_do_not_overflow() {
        assert_eq!(of(&[(0.0, 0.0), (90.0, -1.0), (10.0, f64::NAN), (20.0, 2.0)]), of(&[(20.0, 1.0)]));
        assert_eq!(of(&[(0.0, 1e308), (90.0, 1e308), (5.0, 1e-300)]), of(&[(0.0, 0.5), (90.0, 0.5)]));
        assert_eq!(of(&[]).similarity(&at(0.0)), -1.0);
    }

    #[test]
    fn the_centre_is_the_weighted_mean() {
        let centre = of(&[(0.0, 1.0), (90.0, 1.0)]).centre();
        assert!(centre.iter().all(|value| (value - 0.5f32.sqrt()).abs() < 1e-6));
        assert_eq!(of(&[(0.0, 1.0), (180.0, 1.0)]).centre()[0], 0.0);
        assert_eq!(of(&[]).centre(), Vec::<f32>::new());
    }
}
