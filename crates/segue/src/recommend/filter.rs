//! Evaluates the filter of a query to a set of rows.

use super::Recommender;
use super::query::{Filter, Query};
use crate::catalogue::{Attribute, NumberColumn, Row};
use crate::error::{Error, Result};
use crate::fold::{Part, Word, bigrams, words};
use crate::neighbours::RowSet;
use crate::search::Field;

impl Recommender {
    /// The rows that may be recommended; `None` if there is no filter and at most one seed track.
    pub(super) fn allowed(&self, query: &Query) -> Result<Option<RowSet>> {
        let (filter, catalogue) = (&query.filter, self.index.catalogue());
        if *filter == Filter::default() && query.tracks().count() < 2 {
            return Ok(None);
        }
        let mut allowed = RowSet::all(catalogue.len());
        let first = query.tracks().find(|(_, weight)| *weight > 0.0).map(|(row, _)| row);
        for (column, least, most) in &filter.ranges {
            retain(&mut allowed, catalogue.numeric(column)?, |value| *least <= value && value <= *most);
        }
        if let (Some(percent), Some(seed)) = (filter.tempo_within, first) {
            let tempos = self.needed(Attribute::Tempo, "mixing by tempo")?;
            // A seed without a tempo is near none.
            let tempo = tempos.get(seed.index()).unwrap_or(f64::NAN);
            let near = [1.0, 0.5, 2.0].map(|times| {
                let reach = tempo * times * percent / 100.0;
                (tempo * times - reach, tempo * times + reach)
            });
            let [same, half, double] = near;
            let is_in = |value: f64, (least, most): (f64, f64)| (least <= value) & (value <= most);
            // Branchless, so that the loop vectorises.
            let is_mixable = |value| is_in(value, same) | is_in(value, half) | is_in(value, double);
            retain(&mut allowed, tempos, is_mixable);
        }
        if let (true, Some(seed)) = (filter.harmonic, first) {
            let keys = self.needed(Attribute::Key, "harmonic mixing")?;
            let modes = self.needed(Attribute::Mode, "harmonic mixing")?;
            let number = |column: &NumberColumn| column.get(seed.index()).unwrap_or(f64::NAN);
            let of_seed = camelot(number(keys), number(modes));
            // The harmonic keys of each mode, one bit per key.
            let [minor, major] = [0.0, 1.0].map(|mode| {
                let fits = |key: &u32| is_harmonic(of_seed, camelot(f64::from(*key), mode));
                (0u32..12).filter(fits).fold(0u32, |keys, key| keys | 1 << key)
            });
            // Branchless. A track without a key, -1, tests bit 31, which is never set.
            let fits =
                |key: i32, mode: i32| (if mode > 0 { major } else { minor }) >> (key as u32 & 31) & 1 == 1;
            match (keys, modes) {
                (NumberColumn::Whole(keys), NumberColumn::Whole(modes)) => {
                    allowed.retain_pairs(keys, modes, fits);
                }
                // Some tracks lack a key.
                (keys, modes) => {
                    let whole = |column: &NumberColumn, row: Row| {
                        column.get(row.index()).filter(|value| !value.is_nan())
                    };
                    let fitting = RowSet::of(catalogue.len(), |row| {
                        let (key, mode) = (whole(keys, row), whole(modes, row));
                        key.zip(mode).is_some_and(|(key, mode)| fits(key as i32, mode as i32))
                    });
                    allowed = allowed.and(&fitting);
                }
            }
        }
        if let Some(explicit) = filter.explicit {
            allowed.retain_words(catalogue.having_explicit(explicit));
        }
        for (wanted, unwanted, field, what) in [
            (&filter.genres, &filter.without_genres, Field::WholeGenre, "genre"),
            (&filter.artists, &filter.without_artists, Field::WholeArtist, "artist"),
        ] {
            let rows = |names: &[String]| {
                let rows = names.iter().map(|name| self.rows_of(field, name, what));
                Ok::<_, Error>(rows.collect::<Result<Vec<_>>>()?.concat())
            };
            if !wanted.is_empty() {
                allowed = allowed.and(&RowSet::from_rows(catalogue.len(), rows(wanted)?));
            }
            rows(unwanted)?.into_iter().for_each(|row| allowed.remove(row));
        }
        for text in &filter.without_words {
            for field in [Field::Title, Field::Album] {
                self.rows_with_words(field, text)?.into_iter().for_each(|row| allowed.remove(row));
            }
        }
        filter.without.iter().for_each(|row| allowed.remove(*row));
        // `ListQuotas` excludes the other versions of the seeds' works.
        query.tracks().for_each(|(seed, _)| allowed.remove(seed));
        Ok(Some(allowed))
    }

    /// Whether a filter excludes a seed of positive weight, by its name or by words of its title or album.
    pub(super) fn excludes_a_seed(&self, query: &Query) -> Result<bool> {
        let seeds: Vec<Row> =
            query.tracks().filter(|(_, weight)| *weight > 0.0).map(|(row, _)| row).collect();
        if query.excludes_a_seed() || seeds.is_empty() {
            return Ok(query.excludes_a_seed());
        }
        for text in &query.filter.without_words {
            for field in [Field::Title, Field::Album] {
                if self.rows_with_words(field, text)?.iter().any(|row| seeds.contains(row)) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The rows that have all words of a text in a field.
    fn rows_with_words(&self, field: Field, text: &str) -> Result<Vec<Row>> {
        let terms = self.index.terms()?;
        let mut found: Option<RowSet> = None;
        let words = words(text);
        let mut all: Vec<String> = words.iter().flat_map(whole_terms).collect();
        all.sort_unstable();
        all.dedup();
        for term in all {
            let mut rows = Vec::new();
            terms.with_term(field, &term, &mut |row| rows.push(Row(row)))?;
            let rows = RowSet::from_rows(self.index.len(), rows);
            found = Some(match found {
                Some(found) => found.and(&rows),
                None => rows,
            });
        }
        Ok(found.into_iter().flat_map(|found| found.iter().collect::<Vec<_>>()).collect())
    }

    /// The column of an attribute that `purpose` needs.
    fn needed(&self, attribute: Attribute, purpose: &'static str) -> Result<&NumberColumn> {
        let catalogue = self.index.catalogue();
        catalogue.numbers(attribute).ok_or_else(|| catalogue.unknown_column(attribute.name(), purpose))
    }
}

/// The terms of a whole word: the word, or the pairs of characters of a script without spaces.
fn whole_terms(word: &Word) -> Vec<String> {
    match word.parts.iter().any(|part| part.is_cjk) {
        true => {
            let terms = |part: &Part| match part.is_cjk {
                true => bigrams(&part.text, false).map(str::to_owned).collect(),
                false => vec![part.text.clone()],
            };
            word.parts.iter().flat_map(terms).collect()
        }
        false => vec![word.joined()],
    }
}

/// Keeps the rows for whose number `keeps` holds.
fn retain(rows: &mut RowSet, column: &NumberColumn, keeps: impl Fn(f64) -> bool) {
    match column {
        NumberColumn::Whole(values) => rows.retain_values(values, |value| keeps(f64::from(value))),
        NumberColumn::Real(values) => rows.retain_values(values, keeps),
    }
}

/// The position of a key on the Camelot wheel: the hour, 1 to 12, and whether it is on the outer ring, that of the
/// major keys. `None` for a track without a key.
pub(super) fn camelot(key: f64, mode: f64) -> Option<(u8, bool)> {
    if !(0.0..12.0).contains(&key) {
        return None;
    }
    let is_major = mode > 0.5;
    // C major is 8B; a fifth up is the next hour. A minor is 8A: a minor key has the hour of its relative major.
    let fifths = key * 7.0 + if is_major { 0.0 } else { -3.0 };
    Some(((7.0 + fifths).rem_euclid(12.0) as u8 + 1, is_major))
}

/// Whether two keys are harmonic: the same position, an hour apart on one ring, or the same hour.
pub(super) fn is_harmonic(a: Option<(u8, bool)>, b: Option<(u8, bool)>) -> bool {
    let (Some((hour, ring)), Some((other_hour, other_ring))) = (a, b) else { return false };
    let apart = (hour + 12 - other_hour) % 12;
    if ring == other_ring { matches!(apart, 0 | 1 | 11) } else { apart == 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_places_on_the_camelot_wheel() {
        for (key, mode, expected) in [
            (0.0, 1.0, (8, true)),
            (9.0, 0.0, (8, false)),
            (7.0, 1.0, (9, true)),
            (5.0, 1.0, (7, true)),
            (4.0, 1.0, (12, true)),
            (11.0, 1.0, (1, true)),
            (8.0, 0.0, (1, false)),
            (1.0, 0.0, (12, false)),
        ] {
            assert_eq!(camelot(key, mode), Some(expected), "{key} {mode}");
        }
        assert_eq!(camelot(-1.0, 1.0), None);
    }

    #[test]
    fn neighbours_on_the_wheel_are_harmonic() {
        let at = |hour, ring| Some((hour, ring));
        for (a, b, expected) in [
            (at(8, true), at(8, true), true),
            (at(8, true), at(8, false), true),
            (at(8, true), at(9, true), true),
            (at(12, true), at(1, true), true),
            (at(1, false), at(12, false), true),
            (at(8, true), at(9, false), false),
            (at(8, true), at(10, true), false),
            (at(8, true), None, false),
            (None, None, false),
        ] {
            assert_eq!(is_harmonic(a, b), expected, "{a:?} {b:?}");
        }
    }
}
