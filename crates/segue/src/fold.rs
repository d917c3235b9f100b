//! Case, accent and width folding, and the tokenizer: `Beyoncé` becomes `beyonce`, `AC/DC` `acdc` and `Ｐ!nk`
//! `pink`.
//!
//! The texts of the catalogue and the queries are both folded here. White space separates *words*, punctuation
//! the *parts* of a word: `Hip-Hop` has the parts `hip` and `hop`, and is also found as `hiphop`.

use unicode_normalization::UnicodeNormalization;

/// The maximum length of a term in bytes. Longer ones are truncated: nobody types them.
const MAX_TERM_BYTES: usize = 64;

/// The maximum number of parts of a word; the rest is dropped.
const MAX_PARTS: usize = 12;

/// A word of a text, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Word {
    /// The runs between punctuation: `hip`, `hop`. Never empty.
    pub(crate) parts: Vec<Part>,
    /// The word with symbols replaced by the letters that they resemble, if it has any: `pink` for `P!nk`.
    pub(crate) symbol_spelling: Option<String>,
}

/// A run of folded letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: String,
    /// Chinese, Japanese or Korean: indexed as character bigrams, since spaces do not reliably separate words.
    pub(crate) is_cjk: bool,
}

impl Word {
    /// The word without its punctuation: `acdc`, `gods`.
    pub(crate) fn joined(&self) -> String {
        clip(self.parts.iter().map(|part| part.text.as_str()).collect())
    }

    /// Its index terms: each part (Chinese, Japanese and Korean ones as bigrams), the parts joined, and the spelling
    /// with symbols replaced.
    pub(crate) fn terms(&self, mut take: impl FnMut(&str)) {
        for part in &self.parts {
            match part.is_cjk {
                true => bigrams(&part.text, true).for_each(&mut take),
                false => take(&part.text),
            }
        }
        if self.parts.len() > 1 {
            take(&self.joined());
        }
        self.symbol_spelling.iter().for_each(|spelling| take(spelling));
    }
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let text = fold(text);
    let words: Vec<Word> = text.split_whitespace().filter_map(word).collect();
    if words.is_empty() {
        // A text of symbols only, such as the titles `÷` and `!!!`: each word is indexed as it is.
        let signs = text.split_whitespace().map(|signs| Word {
            parts: vec![Part { text: clip(signs.to_owned()), is_cjk: false }],
            symbol_spelling: None,
        });
        return signs.collect();
    }
    words
}

/// The folded text without spaces and punctuation, to compare whole titles by: `blindinglights`.
pub(crate) fn key(text: &str) -> String {
    key_of(&words(text))
}

pub(crate) fn key_of(words: &[Word]) -> String {
    let words = words.iter().map(|word| word.symbol_spelling.clone().unwrap_or_else(|| word.joined()));
    clip_to(&words.collect::<String>(), 4 * MAX_TERM_BYTES).to_owned()
}

/// The character bigrams of a Chinese, Japanese or Korean part; a single character is its own term. `with_last`, for
/// the index, adds the last character, so that it is found by prefix like the others.
pub(crate) fn bigrams(text: &str, with_last: bool) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let bigrams: Vec<(usize, usize)> =
        starts.windows(3).filter_map(|at| Some((*at.first()?, *at.get(2)?))).collect();
    let last = starts.iter().rev().nth(1).map(|start| (*start, text.len()));
    let last = last.filter(|_| with_last || bigrams.is_empty());
    bigrams.into_iter().chain(last).filter_map(|(start, end)| text.get(start..end))
}

/// Folds case, accents and width: NFKD, lower case, accents removed, NFC, and letters such as `ß` and `ø` replaced.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    // Decompose, drop the accents, then recompose the rest (Korean syllables, for example).
    let plain = text.nfkd().flat_map(char::to_lowercase).filter(|letter| !is_accent(*letter)).nfc();
    for letter in plain {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            letter => folded.push(letter),
        }
    }
    folded
}

fn word(text: &str) -> Option<Word> {
    // Rock & Roll.
    if matches!(text, "&" | "+") {
        return Some(Word { parts: vec![Part { text: "and".into(), is_cjk: false }], symbol_spelling: None });
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut follows = false;
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            follows = false;
            continue;
        }
        let is_cjk = is_cjk(letter);
        let is_full = parts.len() == MAX_PARTS;
        match parts.last_mut().filter(|part| follows && part.is_cjk == is_cjk) {
            Some(part) if part.text.len() < MAX_TERM_BYTES => part.text.push(letter),
            Some(_) => {}
            None if is_full => break,
            None => parts.push(Part { text: letter.into(), is_cjk }),
        }
        follows = true;
    }
    (!parts.is_empty()).then(|| Word { parts, symbol_spelling: symbol_spelling(text) })
}

/// The word with symbols replaced by letters: `pink` for `P!nk`. `!` counts only within a word: none for `Hello!`.
fn symbol_spelling(text: &str) -> Option<String> {
    // Rock 'n' Roll.
    if matches!(text, "'n'" | "n'" | "'n" | "’n’" | "n’" | "’n" | "‘n’") {
        return Some("and".into());
    }
    let text =
        text.trim_matches(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '$' | '€' | '@'));
    if !text.contains(['!', '¡', '$', '@', '€']) || !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let letters = text.chars().map(|letter| match letter {
        '!' | '¡' => 'i',
        '$' => 's',
        '@' => 'a',
        '€' => 'e',
        letter => letter,
    });
    Some(clip(letters.filter(|letter| letter.is_alphanumeric()).collect()))
}

fn is_cjk(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Whether folding removes a combining mark: accents, and vowel points of Hebrew and Arabic. Not the marks of kana,
/// Devanagari or Thai, which distinguish words.
fn is_accent(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn clip(mut text: String) -> String {
    text.truncate(clip_to(&text, MAX_TERM_BYTES).len());
    text
}

fn clip_to(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        words(text).iter().for_each(|word| word.terms(|term| terms.push(term.to_owned())));
        terms
    }

    #[test]
    fn accents_case_width_and_punctuation_do_not_count() {
        for (text, expected) in [
            ("Beyoncé", "beyonce"),
            ("Sigur Rós", "sigurros"),
            ("AC/DC", "acdc"),
            ("R.E.M.", "rem"),
            ("God's Plan", "godsplan"),
            ("God’s  Plan!", "godsplan"),
            ("ＡＢＢＡ", "abba"),
            ("MØ", "mo"),
            ("Straße", "strasse"),
            ("Simon & Garfunkel", "simonandgarfunkel"),
            ("Guns N' Roses", "gunsandroses"),
            ("ｱﾆﾒ", "アニメ"),
            ("한국", "한국"),
            ("İstanbul", "istanbul"),
            ("P!nk", "pink"),
            ("÷", "÷"),
            ("!!!", "!!!"),
            ("", ""),
        ] {
            assert_eq!(key(text), expected, "{text}");
        }
        assert_eq!(key("ガ"), key("ｶﾞ"), "half width");
        assert_ne!(key("ガ"), key("カ"));
        assert_ne!(key("कि"), key("का"));
    }

    #[test]
    fn a_word_is_known_by_its_parts_as_one_and_as_it_is_spelt() {
        assert_eq!(terms("Hip-Hop"), ["hip", "hop", "hiphop"]);
        assert_eq!(terms("P!nk"), ["p", "nk", "pnk", "pink"]);
        assert_eq!(terms("Ke$ha"), ["ke", "ha", "keha", "kesha"]);
        assert_eq!(terms("$uicideboy$"), ["uicideboy", "suicideboys"]);
        assert_eq!(terms("Hello!"), ["hello"]);
        assert_eq!(terms("Guns N' Roses"), ["guns", "n", "and", "roses"]);
        assert_eq!(terms("$100 -"), ["100"]);
    }

    #[test]
    fn dense_scripts_are_known_by_pairs() {
        assert_eq!(terms("日本語abc"), ["日本", "本語", "語", "abc", "日本語abc"]);
        assert_eq!(terms("愛"), ["愛"]);
        assert_eq!(bigrams("日本", false).collect::<Vec<_>>(), ["日本"]);
        assert_eq!(bigrams("日", false).collect::<Vec<_>>(), ["日"]);
    }

    #[test]
    fn what_is_very_long_is_cut_off() {
        assert!(key(&"é".repeat(10_000)).len() <= 4 * MAX_TERM_BYTES);
        assert!(terms(&"a-b".repeat(5_000)).iter().all(|term| term.len() <= MAX_TERM_BYTES));
        assert!(terms(&"語".repeat(5_000)).iter().all(|term| term.len() <= MAX_TERM_BYTES));
    }
}
