//! A track in XSPF and JSPF.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use super::Mention;
use super::location::Location;
use crate::isrc::Isrc;
use crate::mention::{id_in, text};

/// The fields of a track that are read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Listed {
    pub(super) location: Address,
    pub(super) identifier: Address,
    pub(super) title: Option<String>,
    pub(super) creator: Option<String>,
    pub(super) album: Option<String>,
}

impl Listed {
    pub(super) fn mention(&self) -> Mention {
        let title = self.title.as_deref().unwrap_or_default();
        let named = Mention {
            album: self.album.as_deref().and_then(text),
            ..Mention::named(title, self.creator.as_deref())
        };
        let located = Location::Uri(self.location.as_str()).beside(named);
        // An identifier may be from any catalogue, such as MusicBrainz; only Spotify's and ISRCs are used.
        let identifier = self.identifier.as_str();
        Mention {
            id: id_in(identifier).map(str::to_owned).or(located.id),
            isrc: Isrc::parse(identifier),
            ..located
        }
    }
}

/// The best of several addresses: the first with an id, or else the first. The others are not stored.
#[derive(Debug, Default)]
pub(super) struct Address(Option<String>);

impl Address {
    pub(super) fn consider(&mut self, address: String) {
        let better = match &self.0 {
            Some(best) => id_in(best).is_none() && id_in(&address).is_some(),
            None => !address.trim().is_empty(),
        };
        if better {
            self.0 = Some(address);
        }
    }

    fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Addresses)
    }
}

struct Addresses;

impl<'de> Visitor<'de> for Addresses {
    type Value = Address;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address or a list of addresses")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Address, E> {
        Ok(Address::default())
    }

    fn visit_str<E: de::Error>(self, address: &str) -> Result<Address, E> {
        let mut best = Address::default();
        best.consider(address.to_owned());
        Ok(best)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut addresses: A) -> Result<Address, A::Error> {
        let mut best = Address::default();
        while let Some(address) = addresses.next_element()? {
            best.consider(address);
        }
        Ok(best)
    }
}
