//! Kinds of tracks that belong only among their own: songs of a season.
//!
//! A kind is told by the words of the title. Every list is meant to be precise: in doubt a track is of no kind, so that
//! it may be listed anywhere.
//!
//! | kind | told by | not told by |
//! |---|---|---|
//! | seasonal | a title such as `Last Christmas`, `Let It Snow`, `Stille Nacht`, `Feliz Navidad`, `This Is Halloween` | `Winter`, `Snow`, `Holly`, `Carol`, `Santa Monica`, `Halloween` alone; an album such as `Christmas Songs 2022`: of the tracks that nothing else tells, a third are for all seasons |

mod phrases;

use rayon::prelude::*;

use self::phrases::SEASONAL_TITLES;
use super::title::{Part, before_guest, is_guest, parts};
use crate::blocks::BLOCK;
use crate::catalogue::{Catalogue, Row, TextField};
use crate::error::Result;
use crate::fold::fold;

/// The kinds that a track is of; most tracks are of none.
///
/// ```
/// use segue::Kinds;
///
/// let kinds = Kinds::SEASONAL | Kinds::default();
/// assert!(kinds.has(Kinds::SEASONAL) && !kinds.is_empty());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Kinds(u8);

impl Kinds {
    /// A song of a season: Christmas, New Year's Eve, Hanukkah, Halloween.
    pub const SEASONAL: Self = Self(1);
    /// All kinds, with their names.
    pub const ALL: [(&'static str, Self); 1] = [("seasonal", Self::SEASONAL)];

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
        Self(bits & 1)
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
    Ok(if is_seasonal(&without_guests(&title)) { Kinds::SEASONAL } else { Kinds::default() })
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
    // A film of the war, and a song of Children of Bodom.
    SEASONAL_TITLES.are_in(title) && !title.contains("mr. lawrence") && !title.contains("bodom")
}
