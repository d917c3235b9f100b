//! [`medoids`]: a few vectors that stand for many.

use std::borrow::Cow;

use super::{Neighbours, similarity};
use crate::row::Row;

/// Chooses at most `most` of some weighted rows to stand for all of them, and returns these with the weights of those
/// that are most similar to them, themselves included; of equal rows one at most.
///
/// The sum over all rows of the weight times the similarity to the most similar one of the chosen, plus 1, is made large
/// by choosing one after the other that adds most to it, of equals the first: not less than 63 % of what is possible is
/// reached (Nemhauser, Wolsey and Fisher 1978). The cost is quadratic in the number of rows.
pub(crate) fn medoids(neighbours: &Neighbours, weighted: &[(Row, f64)], most: usize) -> Vec<(Row, f64)> {
    let vectors: Vec<Cow<'_, [f32]>> =
        weighted.iter().map(|(row, _)| neighbours.query_of(*row).unwrap_or_default()).collect();
    let likeness = |a: &[f32]| vectors.iter().map(|b| similarity(a, b)).collect::<Vec<f64>>();
    let likenesses: Vec<Vec<f64>> = vectors.iter().map(|vector| likeness(vector)).collect();
    // For every row the similarity to the most similar one of the chosen, and its place among them.
    let mut nearest = vec![(-1.0, 0); weighted.len()];
    let mut chosen: Vec<(Row, f64)> = Vec::new();
    while chosen.len() < most {
        let gain = |likeness: &[f64]| -> f64 {
            let gains = likeness.iter().zip(&nearest).zip(weighted);
            gains.map(|((likeness, (nearest, _)), (_, weight))| weight * (likeness - nearest).max(0.0)).sum()
        };
        let gains = likenesses.iter().map(|likeness| gain(likeness)).zip(&likenesses).zip(weighted);
        // Reversed, as `max_by` returns the last of equals.
        let best = gains.rev().max_by(|((a, _), _), ((b, _), _)| a.total_cmp(b));
        let Some(((_, likeness), (row, _))) = best.filter(|((gain, _), _)| *gain > 0.0) else { break };
        for ((similarity, place), likeness) in nearest.iter_mut().zip(likeness) {
            if *likeness > *similarity {
                (*similarity, *place) = (*likeness, chosen.len());
            }
        }
        chosen.push((*row, 0.0));
    }
    for ((_, place), (_, weight)) in nearest.iter().zip(weighted) {
        if let Some((_, sum)) = chosen.get_mut(*place) {
            *sum += weight;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neighbours::Vectors;

    fn on_circle(angles: &[f64]) -> Neighbours {
        let values = angles.iter().flat_map(|angle| {
            let angle = angle.to_radians();
            // Of different lengths, as levelled vectors are.
            [angle.cos() as f32 * 0.5, angle.sin() as f32 * 0.5]
        });
        Neighbours::new(Vectors::new(2, values.collect::<Vec<f32>>()))
    }

    fn equally(rows: u32) -> Vec<(Row, f64)> {
        (0..rows).map(|row| (Row(row), 1.0)).collect()
    }

    #[test]
    fn every_group_has_one_that_stands_for_it() {
        // Of three the one nearest to the others too, one of two that are equal, and one alone.
        let neighbours = on_circle(&[10.0, 0.0, 20.0, 120.0, 120.0, 230.0]);
        let found = medoids(&neighbours, &equally(6), 3);
        assert_eq!(found, [(Row(2), 3.0), (Row(3), 2.0), (Row(5), 1.0)]);
        assert_eq!(medoids(&neighbours, &equally(6), 10).len(), 5, "of two that are equal, one");
    }

    #[test]
    fn weights_decide_who_stands_for_whom() {
        let neighbours = on_circle(&[0.0, 30.0, 60.0]);
        let of = |weights: [f64; 3]| {
            medoids(&neighbours, &[0, 1, 2].map(|row| (Row(row), weights[row as usize])), 1)
        };
        assert_eq!(of([1.0, 1.0, 1.0]), [(Row(1), 3.0)]);
        assert_eq!(of([1.0, 1.0, 9.0]), [(Row(2), 11.0)]);
    }

    #[test]
    fn few_rows_and_few_medoids_are_no_trouble() {
        let neighbours = on_circle(&[0.0]);
        assert_eq!(medoids(&neighbours, &[], 3), []);
        assert_eq!(medoids(&neighbours, &equally(1), 0), []);
        assert_eq!(medoids(&neighbours, &equally(1), 3), [(Row(0), 1.0)]);
    }
}
