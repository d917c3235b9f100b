//! Which columns a catalogue is to have, as profiles and users name them.

#[cfg(doc)]
use crate::catalogue::Attribute;

/// What becomes of a track that lacks a number, or a vector, that is needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fill {
    /// It is left out, and counted as incomplete.
    #[default]
    Drop,
    /// The value is taken to be the mean over the tracks that have it, and counted as filled.
    Mean,
}

/// Which of the notebook's columns, beside id, title and artists, a profile needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notebook {
    /// Those that it names.
    #[default]
    Named,
    /// Those that it names as far as the inputs have values of them, and at least one of [`Attribute::AUDIO`]: what
    /// they lack it does without.
    Present,
    /// All of them.
    All,
}

/// The columns that a profile needs, by their names or by patterns such as `mfcc_*`, in which `*` stands for any text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needs {
    /// Which of the notebook's columns it needs.
    pub notebook: Notebook,
    /// Numeric columns.
    pub numbers: Vec<String>,
    /// Vector columns: lists of numbers or, by a pattern, one column for each component.
    pub vectors: Vec<String>,
}

/// The names that a name or a pattern stands for, with their places: an exact match, or else one that ignores case, or
/// else those that match the pattern.
pub(crate) fn named<'a>(names: impl Iterator<Item = &'a str> + Clone, wanted: &str) -> Vec<(usize, &'a str)> {
    let all = || names.clone().enumerate();
    let exact = all().find(|(_, found)| *found == wanted);
    match exact.or_else(|| all().find(|(_, found)| found.eq_ignore_ascii_case(wanted))) {
        Some(found) => vec![found],
        None if wanted.contains('*') => all().filter(|(_, found)| matches_pattern(found, wanted)).collect(),
        None => Vec::new(),
    }
}

/// Whether a column's name matches a pattern, in which `*` stands for any text, and all else for itself.
pub(crate) fn matches_pattern(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    let mut rest = rest;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (name, pattern, expected) in [
            ("mfcc_1", "mfcc_*", true),
            ("mfcc_", "mfcc_*", true),
            ("mfcc", "mfcc_*", false),
            ("x mfcc_1", "mfcc_*", false),
            ("lowlevel.mfcc.mean[3]", "lowlevel.*.mean*", true),
            ("lowlevel.mean", "lowlevel.*.mean*", false),
            ("aba", "a*a", true),
            ("a", "a*a", false),
            ("bpm", "bpm", true),
            ("bpm2", "bpm", false),
            ("anything", "*", true),
        ] {
            assert_eq!(matches_pattern(name, pattern), expected, "{name} {pattern}");
        }
    }
}
