//! Phrase search: words that must be adjacent in a text.
//!
//! The text index stores no positions, so the texts of the tracks that have all the words are folded and searched.

use crate::fold::{Word, key_of, words};

pub(super) struct Phrase {
    /// The forms that [`spaced`] gives.
    spaced: [String; 3],
    /// Without spaces, if some of the words are Chinese, Japanese or Korean.
    unspaced: Option<String>,
}

impl Phrase {
    pub(super) fn new(words: &[Word]) -> Self {
        let is_cjk = words.iter().flat_map(|word| &word.parts).any(|part| part.is_cjk);
        Self { spaced: spaced(words), unspaced: is_cjk.then(|| key_of(words)) }
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        // No ASCII character is folded to more than three letters (`&` to `and`).
        let shortest = self.spaced.iter().map(String::len).min().unwrap_or_default();
        if text.is_ascii() && 3 * text.len() + 2 < shortest {
            return false;
        }
        let words = words(text);
        match &self.unspaced {
            Some(phrase) => key_of(&words).contains(phrase.as_str()),
            None => {
                spaced(&words).iter().zip(&self.spaced).any(|(text, phrase)| text.contains(phrase.as_str()))
            }
        }
    }
}

/// Three forms of a text, each of words between single spaces, for substring search: split at punctuation, with
/// punctuation removed, and with symbols replaced by letters.
fn spaced(words: &[Word]) -> [String; 3] {
    let between = |words: Vec<String>| format!(" {} ", words.join(" "));
    let parts = words.iter().flat_map(|word| word.parts.iter().map(|part| part.text.clone()));
    let spelled = words.iter().map(|word| word.symbol_spelling.clone().unwrap_or_else(|| word.joined()));
    [between(parts.collect()), between(words.iter().map(Word::joined).collect()), between(spelled.collect())]
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
