//! Lists of names, as the texts of one value: artists and genres.
//!
//! Names are joined by `;`, as in the catalogue, or are a list of Python or JSON; that is known by the value alone.
//! Whether commas join artists is shown by the whole column only ([`separated`]), since a comma may be part of a name.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::conversions::Form;
use crate::catalogue::ARTIST_SEPARATOR;

/// The artists of a value, joined by `;`, and the form that they had if it was another.
pub(super) fn artists(text: Cow<'_, str>) -> (Cow<'_, str>, Option<Form>) {
    if text.starts_with('[')
        && let Some(names) = list(&text)
    {
        return (joined(names.iter().map(String::as_str)).into(), Some(Form::List));
    }
    let has_spaces =
        text.starts_with(' ') || text.ends_with(' ') || text.contains(" ;") || text.contains("; ");
    if has_spaces && text.contains(ARTIST_SEPARATOR) {
        return (joined(text.split(ARTIST_SEPARATOR)).into(), Some(Form::Spaces));
    }
    (text, None)
}

/// The genres of a value, joined by `;`, and the form that they had if it was another. No genre has a comma or a bar.
pub(super) fn genres(text: Cow<'_, str>) -> (Cow<'_, str>, Option<Form>) {
    if text.starts_with('[')
        && let Some(names) = list(&text)
    {
        return (joined(names.iter().map(String::as_str)).into(), Some(Form::List));
    }
    match text.contains([',', '|']) {
        true => (joined(text.split([',', '|', ARTIST_SEPARATOR])).into(), Some(Form::Commas)),
        false => (text, None),
    }
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        if !text.is_empty() {
            text.push(ARTIST_SEPARATOR);
        }
        text.push_str(name);
    }
    text
}

/// The strings of a list that Python or JSON wrote, or the names of its objects; `None` if the text is not one.
fn list(text: &str) -> Option<Vec<String>> {
    let name = |value: Value| match value {
        Value::String(name) => Some(name),
        Value::Object(mut object) => match object.remove("name") {
            Some(Value::String(name)) => Some(name),
            _ => None,
        },
        _ => None,
    };
    let json: Option<Vec<Value>> = serde_json::from_str(text).ok();
    json.and_then(|values| values.into_iter().map(name).collect()).or_else(|| python_list(text))
}

/// The strings of a Python list literal; `None` if the text is not one.
fn python_list(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim_start();
    let mut names = Vec::new();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|character| matches!(character, '\'' | '"'))?;
        let mut characters = rest.char_indices().skip(1);
        let mut name = String::new();
        let end = loop {
            match characters.next()? {
                (_, '\\') => name.push(escaped(&mut characters)?),
                (at, character) if character == quote => break at + 1,
                (_, character) => name.push(character),
            }
        };
        names.push(name);
        rest = rest.get(end..)?.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }
    Some(names)
}

/// The character of an escape sequence that Python's `repr` writes, after the backslash.
fn escaped(characters: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let digits = match characters.next()?.1 {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        character @ ('\\' | '\'' | '"') => return Some(character),
        _ => return None,
    };
    let code: String = characters.take(digits).map(|(_, digit)| digit).collect();
    u32::from_str_radix(&code, 16).ok().filter(|_| code.len() == digits).and_then(char::from_u32)
}

/// How commas join the artists of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commas {
    /// A comma with no space after it, unless digits are on both sides: `A,B,Tyler, The Creator`.
    Tight,
    /// Every comma but those after a backslash: `A, Tyler\, The Creator`.
    Unescaped,
    /// A comma and a space: `A, B`.
    Loose,
}

/// A column's artists with each value's names joined by `;`, where commas or `feat.` join them; `None` where a value
/// stays as it is.
///
/// A column of which a value has a `;` is joined by that alone. Otherwise commas join names
/// - if a value has `\,`, or the kind of file is known to write commas within names so (`escapes`): all the others;
/// - if a value has a comma with neither a space behind it nor digits around it: only such commas;
/// - if [`LOOSE_VALUES`] different values, and one in [`LOOSE_SHARE`] of all different ones, have a comma with a space:
///   those. Names with a comma are far rarer: of 1,000 names that the artists of real catalogues have, two.
///
/// A value that [`WHOLE_VALUES`] tracks have stays whole if none of its parts is met elsewhere: `Crosby, Stills & Nash`.
pub(super) fn separated<'a>(
    values: impl Iterator<Item = &'a str> + Clone,
    escapes: bool,
) -> Vec<Option<(String, Form)>> {
    let none = || values.clone().map(|_| None).collect();
    if values.clone().any(|value| value.contains(ARTIST_SEPARATOR)) {
        return none();
    }
    let mut tracks: HashMap<&str, u64> = HashMap::new();
    values.clone().for_each(|value| *tracks.entry(value).or_default() += 1);
    let commas = commas(&tracks, escapes);
    if commas.is_none() && !tracks.keys().any(|value| featured(value).is_some()) {
        return none();
    }
    // In how many different values each name is met.
    let mut met: HashMap<String, u64> = HashMap::new();
    for value in tracks.keys() {
        let parts: HashSet<String> = parts(value, commas).into_iter().collect();
        parts.into_iter().for_each(|part| *met.entry(part).or_default() += 1);
    }
    let is_name = |value: &str, parts: &[String]| {
        tracks.get(value).is_some_and(|tracks| *tracks >= WHOLE_VALUES)
            && commas != Some(Commas::Unescaped)
            && parts.iter().all(|part| met.get(part).is_none_or(|values| *values <= 1))
    };
    let separate = |value: &str| {
        let parts = parts(value, commas);
        let form = if featured(value).is_some() { Form::Featured } else { Form::Commas };
        let text = joined(parts.iter().map(String::as_str));
        (text != value && !is_name(value, &parts)).then_some((text, form))
    };
    values.map(separate).collect()
}

const LOOSE_VALUES: usize = 3;
const LOOSE_SHARE: usize = 20;
const WHOLE_VALUES: u64 = 3;

fn commas(values: &HashMap<&str, u64>, escapes: bool) -> Option<Commas> {
    let any = |has: fn(&str) -> bool| values.keys().filter(|value| has(value)).count();
    if escapes || any(|value| value.contains("\\,")) > 0 {
        return Some(Commas::Unescaped);
    }
    if any(|value| split(value, Commas::Tight).len() > 1) > 0 {
        return Some(Commas::Tight);
    }
    let loose = any(|value| split(value, Commas::Loose).len() > 1);
    (loose >= LOOSE_VALUES && loose * LOOSE_SHARE >= values.len()).then_some(Commas::Loose)
}

/// The names of a value.
fn parts(value: &str, commas: Option<Commas>) -> Vec<String> {
    let split = match commas {
        Some(commas) => split(value, commas),
        None => vec![value.to_owned()],
    };
    split
        .into_iter()
        .flat_map(|name| match featured(&name) {
            Some((artist, guest)) => vec![artist.to_owned(), guest.to_owned()],
            None => vec![name],
        })
        .collect()
}

/// The artist and the guest of `A feat. B`, `A (feat. B)` and the like.
fn featured(name: &str) -> Option<(&str, &str)> {
    const WORDS: [&str; 5] = [" feat. ", " ft. ", " featuring ", " feat ", " (feat. "];
    // Lower case of ASCII only, so that positions are those of the name.
    let lower = name.to_ascii_lowercase();
    let (at, word) = WORDS.iter().filter_map(|word| Some((lower.find(word)?, word))).min()?;
    let (artist, guest) = (name.get(..at)?.trim(), name.get(at + word.len()..)?.trim());
    let guest = if word.contains('(') { guest.trim_end_matches(')') } else { guest };
    (!artist.is_empty() && !guest.is_empty()).then_some((artist, guest))
}

fn split(value: &str, commas: Commas) -> Vec<String> {
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let separates = |before: &str, after: &str| match commas {
        Commas::Tight => {
            let between_digits = is_digit(before.chars().last()) && is_digit(after.chars().next());
            !after.is_empty() && !after.starts_with(' ') && !between_digits
        }
        Commas::Unescaped => !before.ends_with('\\'),
        Commas::Loose => after.starts_with(' '),
    };
    let (mut names, mut start) = (Vec::new(), 0);
    for (at, _) in value.match_indices(',') {
        let (before, after) =
            (value.get(start..at).unwrap_or_default(), value.get(at + 1..).unwrap_or_default());
        if separates(before, after) {
            names.push(before);
            start = at + 1;
        }
    }
    names.push(value.get(start..).unwrap_or_default());
    let unescaped = |name: &str| match commas {
        Commas::Unescaped => name.replace("\\,", ","),
        _ => name.to_owned(),
    };
    names.into_iter().map(|name| unescaped(name.trim())).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_joined_alike_whatever_wrote_them() {
        for (text, names) in [
            ("A;B", "A;B"),
            ("A ; B;", "A;B"),
            (r#"['A', "B's", 'C\'d']"#, "A;B's;C'd"),
            (r#"["A", "B\u00e9"]"#, "A;Bé"),
            (r#"[{"name": "A", "id": "1"}, {"name": "B"}]"#, "A;B"),
            (r"['C\xa0D', 'E\u200e', 'F\\G']", "C\u{a0}D;E\u{200e};F\\G"),
            (r"['A' 'B']", "['A' 'B']"),
            (r"['\x4']", r"['\x4']"),
            ("[]", ""),
            ("['A", "['A"),
            ("[Alexandros]", "[Alexandros]"),
            ("[:SITD:];B", "[:SITD:];B"),
            ("Earth, Wind & Fire", "Earth, Wind & Fire"),
        ] {
            assert_eq!(artists(text.into()).0, names, "{text}");
        }
        assert_eq!(genres("pop, dance pop,".into()).0, "pop;dance pop");
        assert_eq!(genres("['pop', 'rock']".into()).0, "pop;rock");
        assert_eq!(genres("r-n-b".into()), ("r-n-b".into(), None));
    }

    /// The values of a column, each with its names joined by `;`.
    fn column(values: &[&str], escapes: bool) -> Vec<String> {
        let separated = separated(values.iter().copied(), escapes);
        let texts = values.iter().zip(separated);
        texts.map(|(value, joined)| joined.map_or((*value).to_owned(), |(text, _)| text)).collect()
    }

    #[test]
    fn a_columns_own_values_show_whether_commas_join_names() {
        for (values, names) in [
            // Commas with a space are too few to join.
            (vec!["A", "Earth, Wind & Fire", "B"], vec!["A", "Earth, Wind & Fire", "B"]),
            (vec!["A;B", "C, D", "E, F", "G, H"], vec!["A;B", "C, D", "E, F", "G, H"]),
            (
                vec!["A,B,Tyler, The Creator", "10,000 Maniacs"],
                vec!["A;B;Tyler, The Creator", "10,000 Maniacs"],
            ),
            (vec!["A, B", "C, A", "D", "B, E, F"], vec!["A;B", "C;A", "D", "B;E;F"]),
            (vec![r"A, Tyler\, The Creator, B"], vec!["A;Tyler, The Creator;B"]),
            (vec!["A feat. B", "A", "C ft. D & E"], vec!["A;B", "A", "C;D & E"]),
        ] {
            assert_eq!(column(&values, false), names);
        }
        assert_eq!(column(&["A, B"], true), ["A;B"]);
        // Three tracks of a name none of whose parts is met elsewhere.
        let mut values = vec!["A, B", "C, A", "D, E"];
        values.extend(["Crosby, Stills & Nash"; 3]);
        let mut names = vec!["A;B", "C;A", "D;E"];
        names.extend(["Crosby, Stills & Nash"; 3]);
        assert_eq!(column(&values, false), names);
    }

    #[test]
    fn odd_texts_are_no_lists() {
        for text in ["", ",", "feat. ", " feat. B", "A feat. ", "\\,", ", ,", "(feat. )"] {
            _ = column(&[text], false);
            _ = column(&[text], true);
            _ = (artists(text.into()), genres(text.into()));
        }
        assert_eq!(column(&["MC 900 Ft. Jesus"; 3], false), ["MC 900 Ft. Jesus"; 3]);
    }
}
