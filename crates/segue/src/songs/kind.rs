//! Kinds of tracks that belong only among their own: songs of a season, speech, interludes, noise, karaoke.
//!
//! A kind is told by the words of title, album and artists, and where words do not suffice, by duration and
//! measurements. Every list is meant to be precise: in doubt a track is of no kind, so that it may be listed anywhere.
//!
//! | kind | told by | not told by |
//! |---|---|---|
//! | seasonal | a title such as `Last Christmas`, `Let It Snow`, `Stille Nacht`, `Feliz Navidad`, `This Is Halloween` | `Winter`, `Snow`, `Holly`, `Carol`, `Santa Monica`, `Halloween` alone; an album such as `Christmas Songs 2022`: of the tracks that nothing else tells, a third are for all seasons |
//! | spoken | speechiness from 0.9; from 0.8 before an audience (liveness from 0.7); from 0.66 with a title such as `Kapitel 3` | rap |
//! | interlude | `Intro`, `Outro`, `Interlude`, `Skit` as title or addition, and at most 75 seconds | an `Intro` of two minutes |
//! | noise | `White Noise`, `Rain Sounds` in title, album or artist, and a sound that nobody dances to | songs of that name |
//! | karaoke | `Karaoke`, `Originally Performed by` in an addition, an album or an artist's name | a song named `Karaoke` |

mod phrases;

use rayon::prelude::*;

use self::phrases::SEASONAL_TITLES;
use super::sound::measurement;
use super::title::{Part, before_guest, is_guest, parts};
use super::words::words;
use crate::blocks::BLOCK;
use crate::catalogue::{Attribute, Catalogue, Row, TextField};
use crate::error::Result;
use crate::fold::fold;

/// The longest interlude, in milliseconds.
const LONGEST_INTERLUDE: f64 = 75_000.0;
/// From this speechiness on a track is speech, whatever else is known of it.
const SPOKEN_FROM: f64 = 0.9;
/// The bits of all kinds.
const KNOWN: u8 = 0b1_1111;

/// The kinds that a track is of; most tracks are of none.
///
/// ```
/// use segue::Kinds;
///
/// let kinds = Kinds::SEASONAL | Kinds::SPOKEN;
/// assert!(kinds.has(Kinds::SPOKEN) && !kinds.has(Kinds::NOISE) && !kinds.is_empty());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Kinds(u8);

impl Kinds {
    /// A song of a season: Christmas, New Year's Eve, Hanukkah, Halloween.
    pub const SEASONAL: Self = Self(1);
    /// Speech: comedy, audio plays, readings.
    pub const SPOKEN: Self = Self(1 << 1);
    /// A short piece between songs.
    pub const INTERLUDE: Self = Self(1 << 2);
    /// Noise to sleep by, such as rain.
    pub const NOISE: Self = Self(1 << 3);
    /// A recording to sing to.
    pub const KARAOKE: Self = Self(1 << 4);
    /// All kinds, with their names.
    pub const ALL: [(&'static str, Self); 5] = [
        ("seasonal", Self::SEASONAL),
        ("spoken", Self::SPOKEN),
        ("interlude", Self::INTERLUDE),
        ("noise", Self::NOISE),
        ("karaoke", Self::KARAOKE),
    ];

    /// Whether these are no kinds.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `kinds` are among these.
    pub fn has(self, kinds: Self) -> bool {
        self.0 & kinds.0 == kinds.0
    }

    /// Kinds as they are written in an index; bits without a meaning are ignored.
    pub(crate) fn from_bits(bits: u8) -> Self {
        Self(bits & KNOWN)
    }

    /// Whether every bit has a meaning.
    pub(super) fn are_bits(bits: u8) -> bool {
        bits & KNOWN == bits
    }

    /// The kind that this speechiness alone tells.
    pub(crate) fn by_speechiness(speechiness: f64) -> Self {
        if speechiness >= SPOKEN_FROM { Self::SPOKEN } else { Self::default() }
    }

    pub(crate) fn bits(self) -> u8 {
        self.0
    }
}

impl std::ops::BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The kinds of all tracks, as bits.
///
/// # Errors
/// [`crate::Error::Index`] if the catalogue's file is damaged.
pub(super) fn all(catalogue: &Catalogue) -> Result<Vec<u8>> {
    let rows = (0..catalogue.len() as u32).into_par_iter().with_min_len(BLOCK);
    rows.map(|row| Ok(find(catalogue, Row(row))?.bits())).collect()
}

/// The kinds of a track.
fn find(catalogue: &Catalogue, row: Row) -> Result<Kinds> {
    let title = fold(catalogue.required_text(TextField::TrackName, row)?);
    let artists = fold(catalogue.required_text(TextField::Artists, row)?);
    let album = fold(catalogue.text(TextField::AlbumName, row)?.unwrap_or_default());
    let number = |attribute| measurement(catalogue, attribute, row);
    let speechiness = number(Attribute::Speechiness)?;
    let (liveness, duration) = (number(Attribute::Liveness)?, number(Attribute::DurationMs)?);
    // What is not measured does not speak against noise.
    let is_danced_to = number(Attribute::Danceability)? >= 0.4 || number(Attribute::Valence)? >= 0.15;
    let is_spoken = !Kinds::by_speechiness(speechiness).is_empty()
        || speechiness >= 0.8 && liveness >= 0.7
        || speechiness >= 0.66 && is_chapter(&title);
    let found = [
        (is_seasonal(&without_guests(&title)), Kinds::SEASONAL),
        (is_spoken, Kinds::SPOKEN),
        (is_interlude(&title) && duration <= LONGEST_INTERLUDE, Kinds::INTERLUDE),
        (!is_danced_to && [&title, &album, &artists].into_iter().any(|text| is_noise(text)), Kinds::NOISE),
        (is_karaoke(&title, &album, &artists), Kinds::KARAOKE),
    ];
    Ok(found.into_iter().filter(|(is, _)| *is).fold(Kinds::default(), |all, (_, kind)| all | kind))
}

/// A folded title without its guests, whose names say nothing of the song: `(feat. Noel)`.
fn without_guests(title: &str) -> String {
    let kept = parts(title).into_iter().filter_map(|part| match part {
        Part::Name(text) => Some(before_guest(text)),
        Part::Addition(text) => (!is_guest(text)).then(|| before_guest(text)),
    });
    kept.collect::<Vec<_>>().join(" ")
}

fn is_seasonal(title: &str) -> bool {
    // The songs with this title are for Christmas, but not those that have the word in it, as that of `Frozen` has.
    if words(title).eq(["snowman"]) {
        return true;
    }
    // A film of the war, and a song of Children of Bodom.
    SEASONAL_TITLES.are_in(title) && !title.contains("mr. lawrence") && !title.contains("bodom")
}

/// `Kapitel 3`, `Trolls - Teil 2`.
fn is_chapter(title: &str) -> bool {
    const CHAPTERS: [&str; 8] =
        ["kapitel", "teil", "chapter", "capitulo", "chapitre", "folge", "hoofdstuk", "capitolo"];
    let words: Vec<&str> = words(title).collect();
    words.windows(2).any(|pair| match pair {
        [part, number] => CHAPTERS.contains(part) && is_number(number),
        _ => false,
    })
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_interlude(title: &str) -> bool {
    parts(title).into_iter().any(|part| {
        let (Part::Name(text) | Part::Addition(text)) = part;
        // `Intro`, `Interlude 5`, but not `Intro to Love`.
        words(text).any(is_section) && words(text).all(|word| is_section(word) || is_number(word))
    })
}

fn is_section(word: &str) -> bool {
    const SECTIONS: [&str; 9] = [
        "intro",
        "outro",
        "interlude",
        "interludio",
        "skit",
        "intermission",
        "vinheta",
        "sketch",
        "interlud",
    ];
    SECTIONS.contains(&word)
}

fn is_noise(text: &str) -> bool {
    const NOISES: [&str; 8] = ["white", "brown", "pink", "green", "grey", "blue", "fan", "rain"];
    let words: Vec<&str> = words(text).collect();
    // `Pure Sleep: Music and Nature Sounds`.
    !words.contains(&"music")
        && words.windows(2).any(|pair| match pair {
            [noise, "noise" | "noises"] => NOISES.contains(noise),
            [
                "rain" | "nature" | "ocean" | "sleep" | "thunderstorm" | "water" | "fan",
                "sound" | "sounds",
            ] => true,
            ["ocean", "waves"] | ["vacuum", "cleaner"] => true,
            _ => false,
        })
}

fn is_karaoke(title: &str, album: &str, artists: &str) -> bool {
    let additions = || {
        parts(title).into_iter().filter_map(|part| match part {
            Part::Addition(text) => Some(text),
            Part::Name(_) => None,
        })
    };
    let names_karaoke = |text: &str| words(text).any(|word| word == "karaoke" || word.ends_with("カラオケ"));
    let names_singer = |text: &str| {
        ["originally performed by", "in the style of", "made famous by", "as performed by"]
            .iter()
            .any(|phrase| text.contains(phrase))
    };
    additions().any(|text| names_karaoke(text) || names_singer(text))
        || names_singer(title)
        || names_karaoke(album)
        || names_karaoke(artists)
        || words(artists).any(|word| matches!(word, "tribute" | "tributes"))
}
