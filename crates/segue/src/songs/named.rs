//! Compares a title as someone wrote it with the title of a track: whether they name the same recording.
//!
//! It is stricter than `work` and more lenient than `title`: additions that say nothing of the recording, such as a
//! subtitle or the film that a song is from, may be missing on one side. Words that name another recording (`Live`,
//! `Remix`, `Part 2`) must be on both or on neither.

use super::title::{self, Letters, Part, Title, before_guest, is_guest, is_source, kept, parts};
use super::words::{is_year, names_recording, words};
use super::work;
use crate::fold::fold;

/// How two titles name the same recording; less is closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// They are the same but for case, accents and punctuation.
    Whole,
    /// They are the same without editions, guests and films: `Hey Jude - Remastered 2015`.
    Edition,
    /// One lacks a subtitle of the other: `Sunflower - Spider-Man: Into the Spider-Verse`.
    Subtitle,
}

/// A title, read for comparison.
#[derive(Debug, Clone)]
pub(crate) struct NamedTitle {
    whole: u64,
    recording: u64,
    /// The name without additions, as letters.
    core: String,
    /// The additions that name another recording, as letters, sorted.
    versions: Vec<String>,
    /// The other additions, but those that name an edition, a guest or a film.
    subtitles: Vec<String>,
}

impl NamedTitle {
    pub(crate) fn read(text: &str) -> Self {
        let folded = fold(text);
        let (mut core, mut versions, mut subtitles) = (Letters::default(), Vec::new(), Vec::new());
        for part in parts(&folded) {
            match part {
                Part::Name(text) => core.add(before_guest(text)),
                Part::Addition(text) => {
                    for kept in kept(before_guest(text)) {
                        let mut letters = Letters::default();
                        letters.add(kept);
                        let list = if is_version(kept) { &mut versions } else { &mut subtitles };
                        list.push(letters.text);
                    }
                }
            }
        }
        versions.sort_unstable();
        Self {
            whole: title::hash_of(text),
            recording: Title::read(text).hash,
            core: core.text,
            versions,
            subtitles,
        }
    }

    /// How this title and that of a track are alike; `None` if they may be different recordings.
    pub(crate) fn likeness(&self, track: &Self) -> Option<Likeness> {
        if self.whole == track.whole {
            return Some(Likeness::Whole);
        }
        if self.recording == track.recording {
            return Some(Likeness::Edition);
        }
        let is_alike = !self.core.is_empty() && self.core == track.core && self.is_same_version(track);
        is_alike.then_some(Likeness::Subtitle)
    }

    /// Whether the titles are the same but for typos: one in a title of at least 6 letters, two from 12 on.
    pub(crate) fn is_like_with_typos(&self, track: &Self) -> bool {
        self.is_same_version(track) && is_mistyped(&self.core, &track.core)
    }

    fn is_same_version(&self, other: &Self) -> bool {
        let lacks = |a: &Self, b: &Self| a.subtitles.iter().all(|subtitle| b.subtitles.contains(subtitle));
        self.versions == other.versions && (lacks(self, other) || lacks(other, self))
    }
}

/// Whether an addition distinguishes recordings or pieces. Guests and films do not, but `kept` leaves some of them.
fn is_version(addition: &str) -> bool {
    let is_number = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_digit()) && !is_year(word)
            || word.len() > 1 && word.bytes().all(|byte| matches!(byte, b'i' | b'v' | b'x'))
    };
    work::is_version(addition)
        || work::is_section(addition)
        || names_recording(addition)
        || words(addition).any(is_number) && !is_guest(addition) && !is_source(addition)
}

/// Whether a folded text without spaces may be another one with typos. Digits are never typos: `part1`, `part2`.
pub(crate) fn is_mistyped(text: &str, other: &str) -> bool {
    let (text, other): (Vec<char>, Vec<char>) = (text.chars().collect(), other.chars().collect());
    let most = match text.len().min(other.len()) {
        0..6 => return false,
        6..12 => 1,
        _ => 2,
    };
    let digits =
        |text: &[char]| text.iter().copied().filter(|letter| letter.is_numeric()).collect::<String>();
    text.len().abs_diff(other.len()) <= most
        // The first letter is hardly ever mistyped.
        && text.first() == other.first()
        && text != other
        && digits(&text) == digits(&other)
        && edits(&text, &other, most) <= most
}

/// The edit distance of two texts, or any number above `most` if it is greater. An edit inserts, deletes or replaces a
/// letter, or transposes two neighbours. Only the diagonals within `most` are computed.
fn edits(a: &[char], b: &[char], most: usize) -> usize {
    let above = most + 1;
    let mut rows = [vec![above; b.len() + 1], (0..=b.len()).collect::<Vec<_>>(), vec![above; b.len() + 1]];
    for (at, letter) in a.iter().enumerate() {
        let [before, last, this] = &mut rows;
        this.fill(above);
        if let Some(first) = this.first_mut() {
            *first = at + 1;
        }
        let (from, to) = (at.saturating_sub(most), (at + most + 1).min(b.len()));
        for to in from..to {
            let get = |row: &[usize], place: Option<usize>| {
                place.and_then(|place| row.get(place)).copied().unwrap_or(above)
            };
            let other = b.get(to);
            let mut least = get(last, Some(to)) + usize::from(other != Some(letter));
            least = least.min(get(last, Some(to + 1)) + 1).min(get(this, Some(to)) + 1);
            let crossed = at > 0 && to > 0 && b.get(to - 1) == Some(letter) && a.get(at - 1) == other;
            if crossed {
                least = least.min(get(before, to.checked_sub(1)) + 1);
            }
            if let Some(place) = this.get_mut(to + 1) {
                *place = least;
            }
        }
        rows.rotate_left(1);
    }
    let [_, last, _] = &rows;
    last.last().copied().unwrap_or(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str) -> Option<Likeness> {
        let likeness = NamedTitle::read(a).likeness(&NamedTitle::read(b));
        assert_eq!(likeness, NamedTitle::read(b).likeness(&NamedTitle::read(a)), "{a} {b}");
        likeness
    }

    #[test]
    fn what_names_the_same_recording_is_alike() {
        for (a, b, expected) in [
            ("Hey Jude", "HEY, JUDE!", Likeness::Whole),
            ("Hey Jude", "Hey Jude - Remastered 2015", Likeness::Edition),
            ("Hey Jude (Radio Edit)", "Hey Jude (feat. Somebody)", Likeness::Edition),
            ("Hey Jude - Live", "Hey Jude (Live)", Likeness::Whole),
            ("Sunflower", "Sunflower - Spider-Man: Into the Spider-Verse", Likeness::Subtitle),
            ("Satisfaction", "(I Can't Get No) Satisfaction - Mono", Likeness::Subtitle),
            ("Song (Somebody Remix)", "Song - Somebody Remix - Remastered", Likeness::Edition),
        ] {
            assert_eq!(likeness(a, b), Some(expected), "{a} {b}");
        }
    }

    #[test]
    fn other_recordings_and_pieces_are_not_alike() {
        for other in [
            "Hurt - Live",
            "Hurt (Live at Home)",
            "Hurt - Somebody Remix",
            "Hurt (Karaoke Version)",
            "Hurt (Acoustic)",
            "Hurt (Sped Up)",
            "Hurt (Somebody's Version)",
            "Hurt, Pt. 2",
            "Hurt (Part 2)",
            "Hurt (Interlude)",
            "Hurt II",
            "Hurting",
            "Hurt - 2",
        ] {
            assert_eq!(likeness("Hurt", other), None, "{other}");
            assert_eq!(likeness("Hurt - Demo", other), None, "{other}");
        }
        assert_eq!(likeness("Hurt (Somebody Remix)", "Hurt (Another Remix)"), None);
        assert_eq!(likeness("Stay (I Missed You)", "Stay (Faraway, So Close!)"), None);
    }

    #[test]
    fn a_letter_or_two_may_be_wrong_in_a_long_title() {
        let is_mistyped = |a, b| NamedTitle::read(a).is_like_with_typos(&NamedTitle::read(b));
        assert!(is_mistyped("Blinding Ligths", "Blinding Lights"));
        assert!(is_mistyped("Bohemain Rapsody", "Bohemian Rhapsody - Remastered 2011"));
        assert!(is_mistyped("Dancng", "Dancing"));
        for (a, b) in [
            ("Hello", "Hallo"),
            ("Blinding Lights", "Blinding Lights - Live"),
            ("Summer 1", "Summer 2"),
            ("Dancing", "Lancing"),
            ("Dancing", "Dance"),
        ] {
            assert!(!is_mistyped(a, b), "{a} {b}");
        }
    }
}
