//! Data of JSON and property lists without what nothing is said by: only known keys are kept, so that the memory is
//! that of what is read of it.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fields::{ALBUM, ARTIST, EPISODE, ID, ISRC, PLAYED, TITLE, plain};

/// Keys that hold lists of tracks or parts of a track, in the plain form of [`plain`].
const HOLDERS: &[&str] = &[
    "playlist",
    "playlists",
    "playlistitems",
    "items",
    "tracks",
    "track",
    "songs",
    "scrobbles",
    "recenttracks",
    "listens",
    "payload",
    "data",
    "trackmetadata",
    "additionalinfo",
    "externalids",
    "localtrack",
    "text",
    "master",
    "distinguishedkind",
    "videoid",
    "movie",
    "podcast",
    "location",
];

/// A value. Numbers are texts here, and what is not known is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Value {
    #[default]
    Nothing,
    Text(String),
    List(Vec<Value>),
    /// The known keys in plain form, in the order of the file.
    Object(Vec<(&'static str, Value)>),
}

/// A known key in plain form.
pub(super) fn known(key: &str) -> Option<&'static str> {
    // Longer ones are none, and not worth folding.
    let key = plain(key.get(..64).unwrap_or(key));
    let lists = [ID, ISRC, TITLE, ARTIST, ALBUM, PLAYED, EPISODE, HOLDERS];
    lists.into_iter().flatten().copied().find(|known| *known == key)
}

impl Value {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(values) => values.iter().find(|(known, _)| *known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of the first of some keys that has one; names within objects and lists are joined by commas.
    pub(super) fn text_of(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.get(key).and_then(Self::name))
    }

    /// Whether one of some keys is there and says something.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.get(key).is_some_and(|value| *value != Self::Nothing))
    }

    /// What a value is called: its text, or `name` or `#text` of an object.
    fn name(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => crate::mention::text(text),
            Self::List(values) => {
                let names: Vec<String> = values.iter().filter_map(Self::name).collect();
                (!names.is_empty()).then(|| names.join(", "))
            }
            Self::Object(_) => self.text_of(&["name", "text", "artistname"]),
        }
    }

    /// The values of a list.
    pub(super) fn values(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(if value { Value::Text("true".into()) } else { Value::Nothing })
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            match known(&key) {
                Some(key) => values.push((key, map.next_value()?)),
                None => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_keys_are_kept() {
        let text = r##"{"x": [{}], "Track Name": "T", "artists": [{"name": "A", "y": 1}, {"#text": "B"}], "explicit": false}"##;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(value.text_of(TITLE).as_deref(), Some("T"));
        assert_eq!(value.text_of(ARTIST).as_deref(), Some("A, B"));
        assert_eq!(value.text_of(ALBUM), None);
        assert!(value.has(TITLE) && !value.has(EPISODE) && value.get("x").is_none());
    }
}
