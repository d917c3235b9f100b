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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Queries {
    vectors: Vec<Vec<f32>>,
    /// Their weights; they add up to 1.
    shares: Vec<f64>,
}

impl Queries {
    /// `b`: how much the nearest of the queries counts for more than the others.
    pub const SHARPNESS: f64 = 8.0;

    /// Queries with their weights, which are positive; one whose weight is not, or not finite, is left out.
    pub fn new(weighted: impl IntoIterator<Item = (Vec<f32>, f64)>) -> Self {
        let weighted = weighted.into_iter().filter(|(_, weight)| *weight > 0.0 && weight.is_finite());
        let (vectors, mut shares): (Vec<_>, Vec<f64>) = weighted.unzip();
        // By the greatest first, so that no sum is beyond all bounds.
        for by in [|all: &[f64]| all.iter().copied().fold(0.0, f64::max), |all: &[f64]| all.iter().sum()] {
            let divisor = by(&shares);
            shares.iter_mut().for_each(|share| *share /= divisor);
        }
        Self { vectors, shares }
    }

    /// The vectors.
    pub fn vectors(&self) -> &[Vec<f32>] {
        &self.vectors
    }

    /// The vectors with their weights, which add up to 1.
    pub fn weighted(&self) -> impl Iterator<Item = (&[f32], f64)> {
        self.vectors.iter().map(Vec::as_slice).zip(self.shares.iter().copied())
    }

    /// The similarity of a vector to all queries together, -1 to 1: the cosine for one query and a unit vector; -1 if
    /// there are none. The same on every machine.
    #[inline]
    pub fn similarity(&self, vector: &[f32]) -> f64 {
        if let [only] = self.vectors.as_slice() {
            return similarity(only, vector);
        }
        let power = |(query, share)| share * libm::exp(Self::SHARPNESS * similarity(query, vector));
        let soft = libm::log(self.weighted().map(power).sum::<f64>()) / Self::SHARPNESS;
        soft.clamp(-1.0, 1.0) + 0.0
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
    fn weights_that_mean_nothing_are_left_out_and_huge_ones_do_not_overflow() {
        assert_eq!(of(&[(0.0, 0.0), (90.0, -1.0), (10.0, f64::NAN), (20.0, 2.0)]), of(&[(20.0, 1.0)]));
        assert_eq!(of(&[(0.0, 1e308), (90.0, 1e308)]), of(&[(0.0, 0.5), (90.0, 0.5)]));
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
