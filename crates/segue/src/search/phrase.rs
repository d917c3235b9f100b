//! Phrases: words that must follow one another in a text.
//!
//! The text index does not know where in a text a word is, so the texts of the few tracks that have all words are
//! folded and looked at.

use crate::fold::{Word, key_of, words};

/// Words that follow one another.
pub(super) struct Phrase {
    /// As [`spaced`] gives them.
    spaced: [String; 3],
    /// Without spaces, if they are of a script that has none.
    dense: Option<String>,
}

impl Phrase {
    pub(super) fn new(words: &[Word]) -> Self {
        let is_dense = words.iter().flat_map(|word| &word.parts).any(|part| part.is_dense);
        Self { spaced: spaced(words), dense: is_dense.then(|| key_of(words)) }
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        // No sign of ASCII is folded to more than three letters.
        let shortest = self.spaced.iter().map(String::len).min().unwrap_or_default();
        if text.is_ascii() && 3 * text.len() + 2 < shortest {
            return false;
        }
        let words = words(text);
        match &self.dense {
            Some(phrase) => key_of(&words).contains(phrase.as_str()),
            None => {
                spaced(&words).iter().zip(&self.spaced).any(|(text, phrase)| text.contains(phrase.as_str()))
            }
        }
    }
}

/// Words as a text in which words of others can be looked for: divided at every punctuation, without any, and as they
/// are spelt.
fn spaced(words: &[Word]) -> [String; 3] {
    let between = |words: Vec<String>| format!(" {} ", words.join(" "));
    let parts = words.iter().flat_map(|word| word.parts.iter().map(|part| part.text.clone()));
    let spelt = words.iter().map(|word| word.spelt.clone().unwrap_or_else(|| word.joined()));
    [between(parts.collect()), between(words.iter().map(Word::joined).collect()), between(spelt.collect())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_must_follow_one_another_however_they_are_written() {
        let is_in = |phrase: &str, text: &str| Phrase::new(&words(phrase)).is_in(text);
        for (phrase, text) in [
            ("god's plan", "Gods Plan (Live)"),
            ("hip hop", "Hip-Hop Jazz"),
            ("hip-hop jazz", "hiphop jazz"),
            ("pink floyd", "P!nk Floyd"),
            ("に駆け", "夜に駆ける"),
        ] {
            assert!(is_in(phrase, text), "{phrase} in {text}");
        }
        for (phrase, text) in [
            ("plan god's", "God's Plan"),
            ("hip hop", "hip to hop"),
            ("art of", "Heart of Gold"),
            ("a phrase that is longer than the text", "a phrase"),
            ("駆に", "夜に駆ける"),
        ] {
            assert!(!is_in(phrase, text), "{phrase} in {text}");
        }
    }
}
