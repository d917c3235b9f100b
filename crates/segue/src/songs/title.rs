//! Normalises titles to compare recordings: additions that only name an edition are removed.
//!
//! A title is a name followed by *additions*, in brackets or after a dash: `Hey Jude - Remastered 2015`,
//! `Levitating (feat. DaBaby)`. An addition that names an edition, a guest, or the film that the music is from is
//! left out. Every other one stays: `Live`, `Remix`, `Part 2`, `Japanese Version`, `(Reprise)`. Guests are compared by
//! the list of artists.
//!
//! | left out | for example |
//! |---|---|
//! | remasters | `- Remastered 2011`, `[2009 Digital Remaster]`, `- Remasterizado` |
//! | editions | `- Bonus Track`, `(Deluxe Version)`, `(Explicit)`, `(Clean Version)`, `(Title Track)` |
//! | mono and stereo | `- Mono / 1998 Remaster`, `- Stereo Version` |
//! | versions, also shortened | `- Single Version`, `- Album Version`, `- Radio Edit`, `- Edit`, `- Original Mix` |
//! | guests | `(feat. Sia)`, `[with Drake]`, `ft. Sia` |
//! | films and the like | `- From "8 Mile" Soundtrack`, `(Original Motion Picture Soundtrack)` |
//!
//! A radio edit and the full recording are one song only if their durations are near too.

use twox_hash::XxHash3_64;

use super::words::{Meaning, is_live, is_year, meaning, names_recording, words};
use crate::fold::fold;

/// A title without its edition.
#[derive(Debug, Clone)]
pub(super) struct Title {
    /// The same for equal titles.
    pub(super) hash: u64,
    /// Whether its additions say that it is a live recording.
    pub(super) is_live: bool,
    folded: String,
}

impl Title {
    pub(super) fn read(title: &str) -> Self {
        let folded = fold(title);
        let (mut letters, mut is_live) = (Letters::default(), false);
        for part in parts(&folded) {
            match part {
                Part::Name(text) => letters.add(before_guest(text)),
                Part::Addition(text) => {
                    for kept in kept(before_guest(text)) {
                        is_live |= words(kept).any(self::is_live);
                        letters.add(kept);
                    }
                }
            }
        }
        Self { hash: letters.hash_or(&folded), is_live, folded }
    }
}

/// What the title of an album says about its recordings: that they are live, acoustic or in another language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Album {
    /// The same for albums that say the same; most say nothing.
    pub(super) hash: u64,
    pub(super) is_live: bool,
}

impl Album {
    /// Reads what an album says beyond what the title says: a track of `MTV Unplugged` often has the same title as
    /// the studio recording.
    pub(super) fn read(album: &str, title: &Title) -> Self {
        let album = fold(album);
        let said = |word: &&str| {
            matches!(meaning(word), Some(Meaning::Live | Meaning::Recording | Meaning::Language))
        };
        let mut said: Vec<&str> = words(&album).filter(said).collect();
        let is_live = said.iter().any(|word| is_live(word));
        if !said.is_empty() {
            said.retain(|word| words(&title.folded).all(|other| other != *word));
            said.sort_unstable();
            said.dedup();
        }
        Self { hash: hash(&said.join(" ")), is_live }
    }
}

/// The hash of a folded name: `AC/DC` and `Acdc` have the same.
pub(super) fn hash_of(name: &str) -> u64 {
    let folded = fold(name);
    let mut letters = Letters::default();
    letters.add(&folded);
    letters.hash_or(&folded)
}

pub(super) fn hash(text: &str) -> u64 {
    XxHash3_64::oneshot(text.as_bytes())
}

/// Letters and digits without what separates them, except that a space separates numbers.
#[derive(Debug, Default)]
pub(super) struct Letters {
    pub(super) text: String,
    last: Option<char>,
}

impl Letters {
    /// The hash of the letters; of `signs` if there are none, as in the titles `÷` and `!!!`.
    fn hash_or(&self, signs: &str) -> u64 {
        hash(if self.text.is_empty() { signs.trim() } else { &self.text })
    }

    pub(super) fn add(&mut self, text: &str) {
        for word in text.split_whitespace() {
            match word {
                "&" | "+" => self.add_word("and"),
                "pt" | "pt." => self.add_word("part"),
                _ => self.add_word(word),
            }
        }
    }

    fn add_word(&mut self, word: &str) {
        let mut is_divided = true;
        for letter in word.chars() {
            if letter.is_alphanumeric() {
                // 1 11 is not 11 1.
                if is_divided && letter.is_numeric() && self.last.is_some_and(char::is_numeric) {
                    self.text.push(' ');
                }
                self.text.push(letter);
                (self.last, is_divided) = (Some(letter), false);
                continue;
            }
            match letter {
                // C# is not C.
                '#' | '♯' if !is_divided && self.last.is_some_and(char::is_alphabetic) => {
                    self.text.push_str("sharp");
                }
                '♭' => self.text.push_str("flat"),
                _ => is_divided = true,
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Name(&'a str),
    Addition(&'a str),
}

/// Splits a folded title: additions are in brackets or after a dash. Quotations are not split.
pub(super) fn parts(title: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut add = |start: usize, end: usize, is_addition: bool| {
        let text = title.get(start..end).unwrap_or_default().trim();
        match is_addition {
            _ if text.is_empty() => {}
            true => parts.push(Part::Addition(text)),
            false => parts.push(Part::Name(text)),
        }
    };
    let (mut start, mut depth, mut after_dash, mut quoted_to, mut last) = (0, 0usize, false, 0, ' ');
    for (at, letter) in title.char_indices() {
        let rest = title.get(at..).unwrap_or_default();
        let opens = !last.is_alphanumeric();
        last = letter;
        match letter {
            _ if at < quoted_to => {}
            '"' if opens => quoted_to = closing_quote(rest).map_or(0, |end| at + end),
            '(' | '[' => {
                if depth == 0 {
                    add(start, at, after_dash);
                    start = at + 1;
                }
                depth += 1;
            }
            ')' | ']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    add(start, at, true);
                    start = at + 1;
                }
            }
            ' ' if depth == 0 && DASHES.iter().any(|dash| rest.starts_with(dash)) => {
                add(start, at, after_dash);
                start = at + rest.char_indices().nth(2).map_or(0, |(dash, _)| dash);
                after_dash = true;
            }
            _ => {}
        }
    }
    add(start, title.len(), after_dash || depth > 0);
    parts
}

fn closing_quote(text: &str) -> Option<usize> {
    text.char_indices().skip(1).find(|(_, letter)| *letter == '"').map(|(at, _)| at + 1)
}

const DASHES: [&str; 3] = [" - ", " – ", " — "];

/// A text without `feat. X` at its end.
pub(super) fn before_guest(text: &str) -> &str {
    const GUESTS: [&str; 5] = [" feat. ", " feat ", " ft. ", " ft ", " featuring "];
    let names_guest = |at: &usize| {
        let rest = text.get(*at..).unwrap_or_default();
        GUESTS.iter().any(|guest| rest.starts_with(guest))
    };
    let at = text.match_indices(" f").map(|(at, _)| at).find(names_guest);
    let before = at.and_then(|at| text.get(..at));
    // `6 ft. deep`: a length, not a guest.
    before.filter(|before| !before.ends_with(char::is_numeric)).unwrap_or(text)
}

/// The parts of an addition that may distinguish recordings.
pub(super) fn kept(addition: &str) -> Vec<&str> {
    if is_guest(addition) || is_source(addition) || is_edition(addition) {
        return Vec::new();
    }
    let parts = || addition.split(['/', '|', ';', ',']).map(str::trim);
    let is_left_out = |part: &&str| is_edition(part) || is_source(part);
    if !parts().any(|part| is_left_out(&part)) {
        return vec![addition];
    }
    // The year of `Live / 2004` is that of the recording and stays, unlike that of `Remastered / 2004`.
    let is_live = words(addition).any(is_live);
    let is_kept = |part: &&str| !is_left_out(part) && (is_live || !words(part).all(is_year));
    parts().filter(is_kept).collect()
}

pub(super) fn is_guest(addition: &str) -> bool {
    const GUESTS: [&str; 5] = ["feat", "ft", "featuring", "with", "prod"];
    let first = words(addition).find(|word| *word != "duet");
    first.is_some_and(|word| GUESTS.contains(&word)) && !names_recording(addition)
}

/// Where the music is from: a film, a series, a game.
pub(super) fn is_source(addition: &str) -> bool {
    const SOURCES: [&str; 8] =
        ["soundtrack", "film", "movie", "picture", "series", "musical", "game", "score"];
    let mut first = words(addition).skip_while(|word| matches!(*word, "music" | "theme" | "love" | "main"));
    first.next() == Some("from")
        && (addition.contains(['"', '“', '”', '\'', '‘', '’'])
            || words(addition).any(|word| SOURCES.contains(&word)))
        && !names_recording(addition)
}

pub(super) fn is_edition(addition: &str) -> bool {
    let words: Vec<&str> = words(addition).collect();
    let (mut is_named, mut rest) = (false, words.as_slice());
    // `Edit` alone is a shortened version; `X Edit` is a remix by X.
    if rest == ["edit"] {
        return true;
    }
    loop {
        rest = match rest {
            [] => return is_named,
            ["radio" | "single" | "album", "edit", rest @ ..]
            | ["radio" | "single" | "album" | "original" | "lp", "version" | "ver", rest @ ..]
            | ["original", "mix" | "recording", rest @ ..]
            | ["original", "motion", "picture", "soundtrack", rest @ ..]
            | ["title", "track", rest @ ..] => {
                is_named = true;
                rest
            }
            [word, rest @ ..] if meaning(word) == Some(Meaning::Edition) => {
                is_named = true;
                rest
            }
            [word, rest @ ..] if meaning(word) == Some(Meaning::BesideEdition) || is_year(word) => rest,
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_an_edition_a_guest_or_a_film_is_left_out() {
        for (name, titles) in [
            (
                "Hey Jude",
                &[
                    "hey jude",
                    "HEY JUDE!",
                    "Hey Jude - Remastered 2015",
                    "Hey Jude - 2015 Remaster",
                    "Hey Jude (Remastered)",
                    "Hey Jude [2009 Digital Remaster]",
                    "Hey Jude (2009 - Remaster)",
                    "Hey Jude – Remasterizado 2009",
                    "Hey Jude - Versión Remasterizada",
                    "Hey Jude - Mono / 2009 Remastered",
                    "Hey Jude - Remastered / 2009",
                    "Hey Jude - Stereo Version",
                    "Hey Jude - Single Version / Mono",
                    "Hey Jude (Album Version) [Explicit]",
                    "Hey Jude - Radio Edit",
                    "Hey Jude - Edit",
                    "Hey Jude - Original Mix",
                    "Hey Jude - Bonus Track",
                    "Hey Jude (Deluxe Edition)",
                    "Hey Jude (Clean Version)",
                    "Hey Jude (Title Track)",
                    "Hey Jude (feat. Somebody & Somebody Else)",
                    "Hey Jude [with Somebody]",
                    "Hey Jude (duet with Somebody)",
                    "Hey Jude (prod. Somebody)",
                    "Hey Jude feat. Somebody",
                    "Hey Jude ft. Somebody (Remastered)",
                    "Hey Jude - From \"A Film (Part 2)\"",
                    "Hey Jude (From the Motion Picture A Film)",
                    "Hey Jude - Single Version / Theme From \"A Film\"",
                    "Hey Jude - Love Theme from \"A Film\"",
                    "Hey Jude (Original Motion Picture Soundtrack)",
                ][..],
            ),
            (
                "Hurt Part 2",
                &["Hurt Pt. 2", "Hurt, Pt. 2 - Remastered", "Hurt (feat. X) Part 2", "Hurt (Part 2)"],
            ),
            (
                "Hurt - Live at Home / 2004",
                &["Hurt (Live at Home / 2004)", "Hurt - Live at Home / 2004 / Remastered"],
            ),
            (
                "Hurt - X Remix",
                &["Hurt (X Remix) - Radio Edit", "Hurt (feat. Y) [X Remix]", "Hurt - X Remix; Radio Edit"],
            ),
            ("Rock and Roll", &["Rock & Roll"]),
            ("Étude in F♯", &["etude in f#"]),
            ("Straße", &["STRASSE"]),
            ("愛 - Remastered", &["愛"]),
            ("(Sittin' On) The Dock", &["sittin on the dock"]),
            ("Remastered", &["Remastered - Remastered"]),
        ] {
            for title in titles {
                assert_eq!(Title::read(title).hash, Title::read(name).hash, "{title}");
            }
        }
    }

    #[test]
    fn what_may_name_another_recording_stays() {
        let titles = [
            "Hurt",
            "Hurt - Live",
            "Hurt - Live at Home",
            "Hurt - Live / 2004",
            "Hurt - Live / 2005",
            "Hurt - Ao Vivo",
            "Hurt - MTV Unplugged",
            "Hurt - Remix",
            "Hurt - X Remix",
            "Hurt - Y Remix",
            "Hurt (VIP)",
            "Hurt - X Edit",
            "Hurt - Extended Mix",
            "Hurt - 2018 Mix",
            "Hurt - Mixed",
            "Hurt - Single Mix",
            "Hurt - Acoustic",
            "Hurt - Instrumental",
            "Hurt - Karaoke Version",
            "Hurt - Demo",
            "Hurt (Sped Up)",
            "Hurt (Slowed + Reverb)",
            "Hurt - Piano Version",
            "Hurt (X's Version)",
            "Hurt - Re-Recorded Version",
            "Hurt - Japanese Version",
            "Hurt (Tamil)",
            "Hurt (From \"A Film (Telugu)\")",
            "Hurt (with Orchestra)",
            "Hurt - From \"A Film\" / Score",
            "Hurt (Reprise)",
            "Hurt - Interlude",
            "Hurt (Part 1)",
            "Hurt (Part 2)",
            "Hurt 1 11",
            "Hurt 11 1",
            "Hurt 2004",
            "Hurt (Of Mine)",
            "6 Ft. 6 Ft. Deep",
            "6 Ft. 7 Ft. Deep",
            "Prelude in C",
            "Prelude in C#",
            "Prelude in C♭",
            "÷",
            "!!!",
            "",
        ];
        for (at, title) in titles.iter().enumerate() {
            for other in titles.iter().take(at) {
                assert_ne!(Title::read(title).hash, Title::read(other).hash, "{title} {other}");
            }
        }
        assert!(Title::read("Hurt - Live at Home").is_live && !Title::read("Live").is_live);
    }

    #[test]
    fn very_long_titles_are_told_apart_by_their_ends() {
        let title = |end: char| Title::read(&format!("{}{end}", "交響曲".repeat(500))).hash;
        assert_ne!(title('一'), title('二'));
    }

    #[test]
    fn an_album_says_what_the_title_does_not() {
        let said = |album, title| Album::read(album, &Title::read(title));
        let nothing = said("Greatest Hits", "Hurt").hash;
        for (album, title, is_same) in [
            ("In Utero", "Hurt", true),
            ("MTV Unplugged In New York", "Hurt", false),
            ("Live at Home", "Hurt", false),
            ("Live at Home", "Hurt - Live", true),
            ("Piano Collection", "Hurt", false),
            ("A Film (Tamil)", "Hurt", false),
            ("", "Hurt", true),
        ] {
            assert_eq!(said(album, title).hash == nothing, is_same, "{album} {title}");
        }
        assert!(said("Live at Home", "Hurt - Live").is_live && said("Live at Home", "Hurt").is_live);
    }

    #[test]
    fn titles_are_taken_apart_where_brackets_and_dashes_are() {
        use Part::{Addition, Name};
        assert_eq!(
            parts("a (b) c - d [e (f)] g"),
            [Name("a"), Addition("b"), Name("c"), Addition("d"), Addition("e (f)"), Addition("g")]
        );
        assert_eq!(parts("a - from \"b (c) - d\" e"), [Name("a"), Addition("from \"b (c) - d\" e")]);
        assert_eq!(parts("a - 12\" mix (b)"), [Name("a"), Addition("12\" mix"), Addition("b")]);
        assert_eq!(parts("a \" b (c"), [Name("a \" b"), Addition("c")]);
        assert_eq!(parts("a) b]"), [Name("a) b]")]);
        assert_eq!(parts(""), []);
    }
}
