//! The query parser: words, phrases, fields, negations.
//!
//! Every text is a valid query. What looks like an operator but is not (an open quote, a field without a value, an
//! unknown field) is searched as words, and a note says so.

use crate::fold::{Word, words};

/// The field of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// In any field.
    Any,
    Title,
    Artists,
    Album,
    Genres,
}

impl Scope {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "track" | "title" => Self::Title,
            "artist" => Self::Artists,
            "album" => Self::Album,
            "genre" => Self::Genres,
            _ => return None,
        })
    }
}

/// A condition that a track must satisfy or, if negated, must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) scope: Scope,
    pub(super) is_negated: bool,
    pub(super) is_phrase: bool,
    pub(super) words: Vec<Word>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    /// The words that may be in any field.
    pub(super) free: Vec<Word>,
    /// Whether there is a dash between them, as between title and artist.
    pub(super) has_dash: bool,
    /// Whether the last of them may be a prefix, as the user may still be typing.
    pub(super) is_open: bool,
    pub(super) clauses: Vec<Clause>,
    /// A message to the user, if something was not parsed as it was written.
    pub(super) note: Option<String>,
}

/// The maximum number of words, free or in clauses, counting every part of a word; the rest is ignored.
pub(super) const MAX_WORDS: usize = 24;
/// Fields of Spotify's search that no catalogue has.
const UNKNOWN_FIELDS: [&str; 5] = ["year", "isrc", "upc", "tag", "label"];

pub(super) fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let mut count = 0;
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if count >= MAX_WORDS {
            parsed.say(format!("only the first {MAX_WORDS} words were searched for"));
            break;
        }
        let after = rest.get(1..).filter(|_| first == '-').unwrap_or_default();
        let is_negated = after.starts_with(|letter: char| letter.is_alphanumeric() || letter == '"');
        let body = if is_negated { after } else { rest };
        let (scope, value) = match scoped(body) {
            Ok(found) => found,
            Err(problem) => {
                parsed.say(problem);
                (Scope::Any, body)
            }
        };
        let (value, is_phrase, remaining) = match quoted(value) {
            Some((phrase, remaining)) => (phrase, true, remaining),
            None => {
                if value.starts_with('"') {
                    parsed.say("a quote is not closed, its words were searched for".into());
                }
                let end = value.find(char::is_whitespace).unwrap_or(value.len());
                let (word, remaining) = value.split_at_checked(end).unwrap_or((value, ""));
                (word, false, remaining)
            }
        };
        let mut words = words(value);
        let before = words.len();
        let mut room = MAX_WORDS - count;
        words.retain(|word| {
            let fits = word.parts.len() <= room;
            room = if fits { room - word.parts.len() } else { 0 };
            fits
        });
        if words.len() < before {
            parsed.say(format!("only the first {MAX_WORDS} words were searched for"));
        }
        count = (MAX_WORDS - room).max(count + 1);
        let is_sign =
            words.iter().flat_map(|word| &word.parts).all(|part| !part.text.contains(char::is_alphanumeric));
        match scope {
            _ if words.is_empty() => {}
            Scope::Any if !is_phrase && !is_negated => {
                match is_sign && !(parsed.free.is_empty() && remaining.trim().is_empty()) {
                    true => parsed.has_dash |= value == "-",
                    false => parsed.free.extend(words),
                }
            }
            scope => {
                let clause = Clause { scope, is_negated, is_phrase: is_phrase && words.len() > 1, words };
                if !parsed.clauses.contains(&clause) {
                    parsed.clauses.push(clause);
                }
            }
        }
        parsed.is_open = scope == Scope::Any && !is_phrase && !is_negated && remaining.is_empty();
        rest = remaining.trim_start();
    }
    parsed
}

impl Parsed {
    /// Whether it has a condition that is not negated.
    pub(super) fn names_something(&self) -> bool {
        !self.free.is_empty() || self.clauses.iter().any(|clause| !clause.is_negated)
    }

    /// Sets the note; the first one is kept.
    fn say(&mut self, note: String) {
        self.note.get_or_insert(note);
    }
}

/// The field before a colon and the text after it; the error is a note on an invalid field.
fn scoped(text: &str) -> Result<(Scope, &str), String> {
    let Some((name, value)) = text.split_once(':') else { return Ok((Scope::Any, text)) };
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    match Scope::named(name).filter(|_| is_name) {
        Some(_) if value.is_empty() || value.starts_with(char::is_whitespace) => {
            Err(format!("{name}: has no value, it was searched for as a word"))
        }
        Some(scope) => Ok((scope, value)),
        None if is_name && UNKNOWN_FIELDS.contains(&name.to_ascii_lowercase().as_str()) => Err(format!(
            "{name}: is no field of this catalogue (there are artist, track, album, genre), it was searched for as words"
        )),
        None => Ok((Scope::Any, text)),
    }
}

/// The quoted text at the start of a text, and the rest.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::key_of;

    fn shown(text: &str) -> (Vec<String>, Vec<String>, bool) {
        let Parsed { free, clauses, note, .. } = parse(text);
        let one = std::slice::from_ref;
        let free = free.iter().map(|word| key_of(one(word))).collect();
        let clauses = clauses.iter().map(|clause| {
            let sign = if clause.is_negated { "-" } else { "" };
            let quote = if clause.is_phrase { "\"" } else { "" };
            let words: Vec<String> = clause.words.iter().map(|word| key_of(one(word))).collect();
            format!("{sign}{:?}:{quote}{}", clause.scope, words.join(" "))
        });
        (free, clauses.collect(), note.is_some())
    }

    #[test]
    fn fields_phrases_and_negations_are_told_from_words() {
        for (text, free, clauses, has_note) in [
            ("blinding lights", &["blinding", "lights"][..], &[][..], false),
            ("artist:drake plan", &["plan"], &["Artists:drake"], false),
            ("track:\"God's Plan\"", &[], &["Title:\"gods plan"], false),
            ("hello -live", &["hello"], &["-Any:live"], false),
            ("hello -artist:\"Adele\"", &["hello"], &["-Artists:adele"], false),
            ("Drake - God's Plan", &["drake", "gods", "plan"], &[], false),
            ("genre:hip-hop", &[], &["Genres:hiphop"], false),
            ("\"daft punk\" lucky", &["lucky"], &["Any:\"daft punk"], false),
            ("\"daft punk", &["daft", "punk"], &[], true),
            ("artist: drake", &["artist", "drake"], &[], true),
            ("year:2020", &["year2020"], &[], true),
            ("re:stacks", &["restacks"], &[], false),
            ("--", &["--"], &[], false),
            ("\"\"", &[], &[], false),
            ("   ", &[], &[], false),
        ] {
            let expected = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
            assert_eq!(shown(text), (expected(free), expected(clauses), has_note), "{text}");
        }
    }

    #[test]
    fn only_a_word_at_the_very_end_may_go_on() {
        for (text, is_open) in
            [("blind", true), ("blind ", false), ("\"blind\"", false), ("artist:dra", false), ("", false)]
        {
            assert_eq!(parse(text).is_open, is_open, "{text:?}");
        }
    }

    #[test]
    fn a_very_long_query_is_cut_and_says_so() {
        let parsed = parse(&"word ".repeat(2_000));
        assert_eq!(parsed.free.len(), MAX_WORDS);
        assert!(parsed.note.is_some());
    }
}
