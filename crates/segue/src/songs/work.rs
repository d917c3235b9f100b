//! Normalises titles to compare works: additions that name an edition or a version are removed.
//!
//! Tracks with the same first artist and the same title without its additions are versions of one *work*, whatever
//! they sound like: `Hurt`, `Hurt - Live at Home / 2004`, `Hurt (X Remix)`, `Hurt (Sped Up)`. The table of additions
//! that are left out continues that of `title`:
//!
//! | left out | for example |
//! |---|---|
//! | what `title` leaves out | `- Remastered 2011`, `(feat. Sia)`, `- From "8 Mile" Soundtrack` |
//! | live recordings, and what follows | `- Ao Vivo`, `(Live at Home)`, `- En Vivo - 90's Tour` |
//! | remixes and edits | `- X Remix`, `(VIP)`, `- Extended Mix`, `(ASOT 1090)` |
//! | other recordings | `(Acoustic)`, `- Demo`, `- Take 2`, `(Taylor's Version)`, `- Piano Version` |
//! | another speed | `(Sped Up)`, `- Slowed + Reverb`, `(Nightcore)` |
//! | languages | `(Spanish Version)`, `- Tamil`, `[En Español]`, `(國語版)` |
//!
//! Every other addition stays: `Part 2`, `(Interlude)`, `- I. Allegro`, and subtitles. In doubt, titles are those of
//! different works. Titles that many works have (`Intro`, `Untitled`, `II. Adagio`, `Chapter 3`) name none.

use super::title::{self, Letters, Part, before_guest, is_edition, parts};
use super::words::{Meaning, is_live, is_year, meaning, words};
use super::work_words::{
    AFTER_THE_VERB_LIVE, LANGUAGES, NUMBERS, OF_PIECES, PARTS, PIECES, SECTIONS, VERSIONS, WORK_NUMBERS,
};
use crate::fold::fold;

/// The work that a track is a version of, by hashes of title and first artist; `None` if they do not tell.
pub(super) fn work(title: &str, first_artist: &str) -> Option<(u64, u64)> {
    if is_no_artist(fold(first_artist).trim()) {
        return None;
    }
    Some((title_hash(title)?, title::hash_of(first_artist)))
}

/// The hash of a title without additions that name an edition or a version; `None` if it names no work.
fn title_hash(title: &str) -> Option<u64> {
    let name = name(title);
    let is_named = name.chars().any(char::is_alphanumeric) && !is_generic(&name);
    let mut letters = Letters::default();
    letters.add(&name);
    is_named.then(|| title::hash(&letters.text))
}

/// A folded title without additions that name an edition or a version.
fn name(title: &str) -> String {
    let folded = fold(title);
    let (mut name, mut has_name, mut is_after_live) = (String::new(), false, false);
    let mut add = |text: &str| {
        name.push_str(text);
        name.push(' ');
    };
    for part in parts(&folded) {
        match part {
            // `Hurt (Remix) feat. X`.
            Part::Name(text) if has_name && names_guest(text) => {}
            Part::Name(text) => {
                add(before_version(before_guest(text)));
                has_name = true;
            }
            Part::Addition(text) if is_guest(text) || is_source(text) => {}
            Part::Addition(text) => {
                let text = before_guest(text);
                let numbers = numbers(text);
                let is_version = is_version(text);
                // What follows `Live` is where and when.
                if is_version || is_after_live && numbers.is_empty() {
                    numbers.iter().for_each(|number| add(number));
                } else {
                    add(text);
                }
                is_after_live |= is_version && words(text).any(is_live);
            }
        }
    }
    name
}

fn is_guest(addition: &str) -> bool {
    title::is_guest(addition) || words(addition).next() == Some("with") || names_guest(addition)
}

fn names_guest(text: &str) -> bool {
    matches!(words(text).next(), Some("feat" | "ft" | "featuring"))
}

/// Whether an addition names an edition or a version of a work.
pub(super) fn is_version(addition: &str) -> bool {
    // `(Live Intro)`.
    !is_section(addition)
        && (is_edition(addition)
            || is_language(addition)
            || is_broadcast(addition)
            || is_arrangement(addition)
            || names_version(addition))
}

/// Whether an addition names a section of an album: `(Interlude)`.
pub(super) fn is_section(addition: &str) -> bool {
    words(addition).any(|word| SECTIONS.contains(word))
}

fn names_version(addition: &str) -> bool {
    let words: Vec<&str> = words(addition).collect();
    let next = |at: usize| words.get(at + 1).copied();
    words.iter().enumerate().any(|(at, word)| match (*word, next(at)) {
        // `(Live Your Life)` is a subtitle.
        ("live", next) => at > 0 || next.is_none_or(|next| !AFTER_THE_VERB_LIVE.contains(next)),
        ("take" | "takes" | "alt", Some(number)) => is_number(number) || number == "take",
        ("first", Some("take")) | ("lo", Some("fi")) | ("tv", Some("size" | "edit")) => true,
        ("a", Some("cappella" | "capella")) | ("sing", Some("along")) | ("off", Some("vocal")) => true,
        ("slow" | "slowed", Some("reverb")) | ("speed" | "sped", Some("up")) => true,
        ("re", Some("imagined" | "work" | "worked" | "edit" | "recording" | "rub" | "arrange")) => true,
        ("original" | "studio" | "radio" | "extended" | "vocal", None) => true,
        ("male" | "female" | "duet" | "dueto" | "vocals", _) => words.len() <= 2,
        (word, _) => is_version_word(word),
    })
}

fn is_version_word(word: &str) -> bool {
    const ENDS: [&str; 7] = ["mix", "mixx", "remixed", "版", "バージョン", "ヴァージョン", "カラオケ"];
    // These have another meaning in an addition, or name a section.
    const OTHER: [&str; 9] =
        ["interlude", "dialogue", "score", "tribute", "band", "choir", "lullaby", "orchestra", "live"];
    if OTHER.contains(&word) {
        return false;
    }
    VERSIONS.contains(word)
        || matches!(meaning(word), Some(Meaning::Live | Meaning::Recording | Meaning::RecordingOfTrack))
        || ENDS.iter().any(|end| word.ends_with(end))
        || word.starts_with("remaster")
        || word.strip_prefix("version").is_some_and(is_year)
        // `中卒ver`, but not `never`.
        || word == "ver"
        || word.ends_with("ver") && !word.is_ascii()
}

/// A language and nothing else but `in` and the like.
fn is_language(addition: &str) -> bool {
    let is_language = |word: &str| meaning(word) == Some(Meaning::Language) || LANGUAGES.contains(word);
    words(addition).any(is_language)
        && words(addition).all(|word| matches!(word, "in" | "en" | "em" | "auf") || is_language(word))
}

/// What a song is played on, and nothing else: `- Guitar`, `- Voz e Violão`.
fn is_arrangement(addition: &str) -> bool {
    const INSTRUMENTS: [&str; 8] =
        ["guitar", "voz", "violao", "guitarra", "piano", "solo", "ukulele", "vocals"];
    words(addition).any(|word| word != "solo" && INSTRUMENTS.contains(&word))
        && words(addition).all(|word| matches!(word, "e" | "y" | "and") || INSTRUMENTS.contains(&word))
}

/// Where the music is from.
fn is_source(addition: &str) -> bool {
    const THEMES: [&str; 8] = ["主題曲", "主题曲", "插曲", "印象曲", "片尾曲", "片頭曲", "片头曲", "歌曲"];
    let start: Vec<&str> = words(addition).take(3).collect();
    let is_theme =
        || words(addition).last().is_some_and(|word| THEMES.iter().any(|theme| word.ends_with(theme)));
    let is_from = matches!(
        start.as_slice(),
        ["from" | "из" | "aus", _, ..]
            | ["music" | "theme", "from", ..]
            | ["as", "heard", ..]
            | ["z" | "du" | "dal", "film" | "filmu" | "serialu", ..]
            | ["de", "la", "pelicula" | "serie" | "telenovela"]
    );
    is_from || is_theme() || title::is_source(addition)
}

/// The broadcast that an excerpt is from, or the catalogue number of a release: `ASOT 1090`, `ABGT499D3`, `WYM444`.
fn is_broadcast(addition: &str) -> bool {
    let mut words = words(addition);
    let (Some(first), second, None) = (words.next(), words.next(), words.next()) else { return false };
    let letters = first.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == 'd');
    let digits = first.get(letters.len()..).unwrap_or_default();
    let is_number = |word: &str| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    match second {
        Some(number) => matches!(first, "asot" | "abgt" | "fsoe" | "tritonia") && is_number(number),
        None => {
            let has_digits = digits.bytes().filter(u8::is_ascii_digit).count() >= 3;
            has_digits && (2..=5).contains(&letters.len()) && !WORK_NUMBERS.contains(letters)
        }
    }
}

/// The numbers of parts in an addition, such as `part 2` in `Pt. 2 - Live`.
fn numbers(addition: &str) -> Vec<String> {
    let words: Vec<&str> = words(addition).collect();
    let pairs = words.windows(2).filter_map(|pair| match pair {
        [part, number] if PARTS.contains(part) && is_number(number) => Some(format!("{part} {number}")),
        _ => None,
    });
    pairs.collect()
}

/// A title has at most so many endings that name a version.
const MAX_ENDINGS: usize = 4;

/// A name without a version at its end that nothing separates: `fools sped up`.
fn before_version(mut name: &str) -> &str {
    let before = |name: &str| {
        ENDINGS.split('|').find_map(|ending| Some(name.strip_suffix(ending)?.strip_suffix(' ')?.len()))
    };
    for _ in 0..MAX_ENDINGS {
        let Some(rest) = before(name).and_then(|end| name.get(..end)) else { break };
        let rest = rest.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        // `The Remix`, `This Is Acoustic`: a name needs more than an article.
        if words(rest).all(|word| matches!(word, "the" | "a" | "my" | "this" | "is")) {
            break;
        }
        name = rest;
    }
    name
}

/// Whether many works have a title: it only says what kind of piece it is, or its number.
fn is_generic(name: &str) -> bool {
    let all: Vec<&str> = words(name).collect();
    let is_piece = |word: &str| PIECES.contains(word) || SECTIONS.contains(word);
    // A longer number is that of a catalogue of works: `D. 960`.
    let is_numbering = |word: &str| is_number(word) && word.len() < 3 || PARTS.contains(word) && word != "op";
    let is_key = |word: &str| matches!(word, "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h");
    let says_more = |word: &str| OF_PIECES.contains(word) || is_numbering(word) || is_key(word);
    match all.as_slice() {
        // A song has this title.
        ["symphony"] => false,
        [number] if is_number(number) => number.len() == 1 && *number != "x" || number.starts_with('0'),
        ["love", "theme"] | ["title" | "theme", "song"] => true,
        all => {
            all.iter().any(|word| is_piece(word)) && all.iter().all(|word| is_piece(word) || says_more(word))
                || is_counted(all)
        }
    }
}

/// `Chapter 12`, `Track 101`, `Movement, No. 2`: parts and numbers, however long.
fn is_counted(words: &[&str]) -> bool {
    let is_digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit()) || is_roman(word);
    match words {
        [part, rest @ ..] => {
            !rest.is_empty()
                && rest.iter().all(|word| is_digits(word) || PARTS.contains(word))
                && (PARTS.contains(part) || matches!(*part, "track" | "take" | "untitled"))
        }
        [] => false,
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit()) || is_roman(word) || NUMBERS.contains(word)
}

fn is_roman(word: &str) -> bool {
    word.len() <= 5 && word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
}

/// Names that stand where an artist should.
fn is_no_artist(folded: &str) -> bool {
    matches!(
        folded,
        "various artists"
            | "various"
            | "unknown artist"
            | "unknown"
            | "traditional"
            | "anonymous"
            | "varios artistas"
            | "verschiedene interpreten"
            | "original cast"
    )
}

/// The versions that a title may end with, though nothing separates them from the name.
const ENDINGS: &str = "remix|ao vivo|en vivo|sped up|spedup|slowed|slowed + reverb|slowed & reverb|slowed and reverb|\
     nightcore|acoustic|acoustic version|radio edit|extended mix|original mix|instrumental|instrumental version|\
     live version|radio version|club mix";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_version_is_left_out() {
        for (name, titles) in [
            (
                "Hurt",
                &[
                    "Hurt - Remastered 2011",
                    "Hurt (feat. X)",
                    "Hurt [with X & Orchestra]",
                    "Hurt - Live",
                    "Hurt (Live at Home / 2004)",
                    "Hurt - Ao Vivo - 20 Anos",
                    "Hurt - X Remix",
                    "Hurt (X Remix) [Radio Edit]",
                    "Hurt (Remix) feat. X",
                    "Hurt - Extended Mix",
                    "Hurt (ASOT 1090)",
                    "Hurt (WYM444)",
                    "Hurt - Acoustic",
                    "Hurt - Demo",
                    "Hurt - Take 2",
                    "Hurt (X's Version)",
                    "Hurt - Voz e Violão",
                    "Hurt (Sped Up)",
                    "Hurt - Slowed + Reverb",
                    "hurt sped up",
                    "Hurt Remix",
                    "Hurt - Japanese Version",
                    "Hurt (Tamil)",
                    "Hurt [En Español]",
                    "Hurt (中卒ver.)",
                    "Hurt (國語版)",
                    "Hurt (Reprise)",
                    "Hurt - From \"A Film, Part 1\"",
                    "Hurt (From The Vault)",
                    "Hurt - 電影《X》主題曲",
                ][..],
            ),
            ("Hurt, Pt. 2", &["Hurt (Part 2)", "Hurt - Part 2 / Live", "Hurt - Pt. 2 (X Remix)"]),
        ] {
            for title in titles {
                assert_eq!(title_hash(title), title_hash(name), "{title}");
                assert!(title_hash(title).is_some(), "{title}");
            }
        }
    }

    #[test]
    fn what_may_name_another_work_stays() {
        let titles = [
            "Hurt",
            "Hurt (Part 1)",
            "Hurt - Pt. 2",
            "Hurt II",
            "Hurt, Vol. 2",
            "Hurt (Of Mine)",
            "Hurt (Interlude)",
            "Hurt - Live Intro",
            "Hurt (Live Your Life)",
            "Hurt - I. Allegro",
            "Hurt - II. Allegro",
            "Hurt (BWV 248)",
            "Hurt / Home - Medley",
            "The Remix",
            "Ft. Worth",
        ];
        for (at, title) in titles.iter().enumerate() {
            assert!(title_hash(title).is_some(), "{title}");
            for other in titles.iter().take(at) {
                assert_ne!(title_hash(title), title_hash(other), "{title} {other}");
            }
        }
    }

    #[test]
    fn a_title_that_many_works_have_names_none() {
        for title in [
            "Intro",
            "Intro - Live",
            "Untitled",
            "Untitled 3",
            "II. Adagio",
            "Prelude in C Major",
            "Nocturne No. 2",
            "Movement, No. 2",
            "Chapter 12",
            "Teil 101",
            "Main Title",
            "Love Theme (From \"A Film\")",
            "3",
            "(Live)",
            "÷",
            "",
        ] {
            assert_eq!(title_hash(title), None, "{title}");
        }
        for title in ["1999", "22", "X", "Song 2", "Symphony", "No One", "Prelude in C Major, BWV 846"] {
            assert!(title_hash(title).is_some(), "{title}");
        }
        assert_eq!(work("Hurt", "Various Artists"), None);
        assert_eq!(work("Hurt", "AC/DC"), work("Hurt - Live", "Acdc"));
    }
}
