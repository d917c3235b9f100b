//! WPL and ZPL: the playlists of Windows Media Player and Zune, in SMIL.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::location::Location;
use super::text::excerpt;
use super::{Mention, Place, Playlist, Source};
use crate::error::Result;
use crate::mention;

/// The outermost elements.
pub(super) const ELEMENTS: &[&str] = &["smil"];

pub(super) fn read(mut source: Source<'_>) -> Result<Playlist> {
    let mut xml = Reader::from_str(source.text);
    xml.config_mut().expand_empty_elements = true;
    let mut playlist = Playlist::default();
    let (mut number, mut is_smil, mut is_title) = (0, false, false);
    loop {
        let event = xml.read_event().map_err(|error| {
            let problem = error.to_string();
            source.error(format!(
                "is not whole XML: {}; WPL was wanted: <smil> with <media>",
                excerpt(&problem)
            ))
        })?;
        match event {
            Event::Start(tag) => {
                let name = tag.local_name();
                is_smil |= name.as_ref() == "smil";
                is_title = name.as_ref() == "title";
                if name.as_ref() == "media" && is_smil {
                    number += 1;
                    let place = Place::Track(number);
                    source.spend(place)?;
                    playlist.add(place, media(&tag));
                }
            }
            Event::Text(text) if is_title && playlist.name.is_none() => {
                playlist.name = mention::text(&text.xml10_content());
            }
            Event::End(_) => is_title = false,
            Event::Eof if is_smil => return Ok(playlist),
            Event::Eof => return Err(source.error("is no WPL: the outermost element <smil> was wanted")),
            _ => {}
        }
    }
}

/// A track: Windows Media Player writes only the file, Zune also what it is.
fn media(tag: &BytesStart<'_>) -> Mention {
    let value = |name: &str| {
        let attribute =
            tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
        let value = quick_xml::escape::unescape(&attribute.value).ok()?;
        mention::text(&value)
    };
    let named = Mention {
        title: value("trackTitle"),
        artist: value("trackArtist").or_else(|| value("albumArtist")),
        album: value("albumTitle"),
        ..Mention::default()
    };
    Location::Path(value("src").as_deref().unwrap_or_default()).beside(named)
}

#[cfg(test)]
mod tests {
    use crate::playlist::{Format, Mention, read};

    #[test]
    fn files_are_read_and_what_zune_says_of_them() {
        let text = "<?wpl version=\"1.0\"?>\n<smil><head><title>Mine &amp; yours</title></head><body><seq>\
            <media src=\"..\\A\\B &amp; C\\05 T.mp3\" tid=\"{1}\"/>\
            <media src=\"x.wma\" albumTitle=\"D\" trackTitle=\"E\" trackArtist=\"F\"></media></seq></body></smil>";
        let playlists = read("x", text.as_bytes(), None).unwrap();
        let found: Vec<&Mention> = playlists[0].entries.iter().map(|entry| &entry.mention).collect();
        assert_eq!(
            found,
            [
                &Mention { folders: vec!["A".into(), "B & C".into()], ..Mention::words("05 T") },
                &Mention {
                    album: Some("D".into()),
                    words: Some("x".into()),
                    ..Mention::named("E", Some("F"))
                },
            ]
        );
        for text in ["", "<smil", "<smil><media src=\"a", "<a/>"] {
            assert!(read("x.wpl", text.as_bytes(), Some(Format::Wpl)).is_err(), "{text}");
        }
    }
}
