//! Ids for artists and albums, which the catalogue has only by name, and the lookup from id to artist.
//!
//! An id is a 128-bit hash of the kind and the name as 22 characters of base 62, the form of Spotify's ids. The same
//! name has the same id in every catalogue.

use std::collections::HashMap;

use segue::Recommender;
use twox_hash::XxHash3_128;

/// A name that gets an id.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named<'a> {
    Artist(&'a str),
    /// The title of an album and its first artist: many albums have the same title.
    Album(&'a str, &'a str),
}

impl Named<'_> {
    fn hash(self) -> u128 {
        let text = match self {
            Self::Artist(name) => format!("artist\0{name}"),
            Self::Album(title, artist) => format!("album\0{title}\0{artist}"),
        };
        XxHash3_128::oneshot(text.as_bytes())
    }

    pub(crate) fn id(self) -> String {
        base62(self.hash())
    }
}

/// The artists of a catalogue by the hash in their ids, and its genres.
#[derive(Debug)]
pub(crate) struct Names {
    artists: HashMap<u128, Box<str>>,
    /// Sorted by name.
    pub(crate) genres: Vec<String>,
}

impl Names {
    /// Reads every track once.
    pub(crate) fn of(recommender: &Recommender) -> Result<Self, segue::Error> {
        let catalogue = recommender.index().catalogue();
        let mut artists = HashMap::new();
        for row in catalogue.rows() {
            for name in catalogue.artists(row)? {
                artists.entry(Named::Artist(name).hash()).or_insert_with(|| name.into());
            }
        }
        let genres = recommender.genres()?.into_iter().map(|genre| genre.name.to_owned()).collect();
        Ok(Self { artists, genres })
    }

    /// The artist with an id.
    pub(crate) fn artist(&self, id: &str) -> Option<&str> {
        self.artists.get(&from_base62(id)?).map(|name| &**name)
    }
}

const DIGITS: [u8; 62] = *b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// 62^22 > 2^128.
const LENGTH: usize = 22;

fn base62(mut number: u128) -> String {
    let mut id = [b'0'; LENGTH];
    for place in id.iter_mut().rev() {
        *place = DIGITS.get((number % 62) as usize).copied().unwrap_or_default();
        number /= 62;
    }
    String::from_utf8_lossy(&id).into_owned()
}

fn from_base62(id: &str) -> Option<u128> {
    if id.len() != LENGTH {
        return None;
    }
    id.bytes().try_fold(0u128, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        number.checked_mul(62)?.checked_add(digit as u128)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_base_62_and_lead_back() {
        for number in [0, 1, 61, 62, u128::MAX, u128::MAX / 7] {
            let id = base62(number);
            assert_eq!(id.len(), LENGTH);
            assert_eq!(from_base62(&id), Some(number), "{id}");
        }
        for id in ["", "abc", "ZZZZZZZZZZZZZZZZZZZZZZ", "äaaaaaaaaaaaaaaaaaaaa", "000000000000000000000-"] {
            assert_eq!(from_base62(id), None, "{id}");
        }
    }

    #[test]
    fn ids_stay_the_same() {
        assert_eq!(Named::Artist("Drake").id(), Named::Artist("Drake").id());
        assert_ne!(Named::Artist("Drake").id(), Named::Album("Drake", "").id());
    }
}
