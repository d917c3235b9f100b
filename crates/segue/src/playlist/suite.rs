//! Tests over all formats: golden files, round trips, and arbitrary bytes.

use proptest::prelude::*;

use super::*;
use crate::catalogue::Track;

fn track<'a>(
    track_id: &'a str,
    track_name: &'a str,
    artists: &[&'a str],
    duration_ms: i32,
) -> Track<&'a str> {
    Track {
        artists: artists.to_vec(),
        album_name: Some(track_name).filter(|name| name.len() > 3),
        popularity: Some(0),
        duration_ms: Some(duration_ms),
        ..Track::new(track_id, track_name)
    }
}

fn written(format: WrittenFormat, name: &str, tracks: &[Track<&str>]) -> String {
    let mut out = Vec::new();
    write(format, name, tracks, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const ID: &str = "6DCZcSspjsKoFjzjrWoCdn";

fn examples() -> [Track<&'static str>; 3] {
    [
        track(ID, "Rock & <Roll>, \"live\"", &["A;B", "C\nD"], 201_500),
        track("own-1", "É\r\n\u{1}\u{fffe}x", &["#E"], 0),
        track("a/b .mp3", "F", &[], 499),
    ]
}

#[test]
fn m3u8_is_written() {
    assert_eq!(
        written(WrittenFormat::M3u8, " My\nlist ", &examples()),
        "#EXTM3U\n#PLAYLIST:My list\n\
         #EXTINF:202,A;B, C D - Rock & <Roll>, \"live\"\nspotify:track:6DCZcSspjsKoFjzjrWoCdn\n\
         #EXTINF:-1,#E - É   \u{fffe}x\nown-1\n\
         #EXTINF:0,F\nspotify:track:a/b .mp3\n"
    );
    assert_eq!(written(WrittenFormat::M3u8, " ", &[]), "#EXTM3U\n");
}

#[test]
fn xspf_is_written() {
    assert_eq!(
        written(WrittenFormat::Xspf, "Mine & yours", &examples()),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
  <title>Mine &amp; yours</title>
  <trackList>
    <track>
      <location>spotify:track:6DCZcSspjsKoFjzjrWoCdn</location>
      <title>Rock &amp; &lt;Roll&gt;, "live"</title>
      <creator>A;B, C D</creator>
      <album>Rock &amp; &lt;Roll&gt;, "live"</album>
      <duration>201500</duration>
    </track>
    <track>
      <location>own-1</location>
      <title>É&#13;
x</title>
      <creator>#E</creator>
      <album>É&#13;
x</album>
    </track>
    <track>
      <location>spotify:track:a/b .mp3</location>
      <title>F</title>
      <duration>499</duration>
    </track>
  </trackList>
</playlist>
"#
    );
}

#[test]
fn jspf_is_written() {
    assert_eq!(
        written(WrittenFormat::Jspf, "Mine", &examples()),
        r##"{
  "playlist": {
    "title": "Mine",
    "track": [
      {
        "location": [
          "spotify:track:6DCZcSspjsKoFjzjrWoCdn"
        ],
        "title": "Rock & <Roll>, \"live\"",
        "creator": "A;B, C D",
        "album": "Rock & <Roll>, \"live\"",
        "duration": 201500
      },
      {
        "location": [
          "own-1"
        ],
        "title": "É\r\n\u0001<FFFE>x",
        "creator": "#E",
        "album": "É\r\n\u0001<FFFE>x"
      },
      {
        "location": [
          "spotify:track:a/b .mp3"
        ],
        "title": "F",
        "duration": 499
      }
    ]
  }
}
"##
        .replace("<FFFE>", "\u{fffe}")
    );
}

#[test]
fn csv_and_uris_are_written() {
    assert_eq!(
        written(WrittenFormat::Csv, "Mine", &examples()),
        "track_id,track_name,artists,album_name,duration_ms\n\
         6DCZcSspjsKoFjzjrWoCdn,\"Rock & <Roll>, \"\"live\"\"\",A;B;C D,\"Rock & <Roll>, \"\"live\"\"\",201500\n\
         own-1,É   \u{fffe}x,#E,É   \u{fffe}x,0\n\
         a/b .mp3,F,,,499\n"
    );
    assert_eq!(
        written(WrittenFormat::Uris, "Mine", &examples()),
        "spotify:track:6DCZcSspjsKoFjzjrWoCdn\nown-1\nspotify:track:a/b .mp3\n"
    );
}

#[test]
fn a_file_may_cost_so_much() {
    let read = |text: &str, format| {
        let read = read_within("big", text.as_bytes(), Some(format), ReadLimits { bytes: 200, tracks: 2 });
        read.map(|file| file.playlists[0].entries.len()).map_err(|error| error.to_string())
    };
    let many = |place: &str| {
        Err(format!("big: {place} is one track too many; at most 2 were wanted in a file; split it"))
    };
    let track = "<track/>";
    assert_eq!(read("a\nb\n", Format::Uris), Ok(2));
    assert_eq!(read("a\n#\nb\n\nc\n", Format::Uris), many("line 5"));
    assert_eq!(read("a.mp3\nb\nc\n", Format::M3u8), many("line 3"));
    assert_eq!(read("playlist_id,uri\n1,a\n2,a\n3,a\n", Format::Csv), many("line 4"));
    let xml = format!("<playlist><trackList>{track}{track}\n{track}</trackList></playlist>");
    assert_eq!(read(&xml, Format::Xspf), many("line 2"));
    let json = "{\"playlist\":{\"track\":[{},{},{}]}}";
    assert_eq!(read(json, Format::Jspf), Err("big: at most 2 were wanted in a file; split it".into()));
    let json = format!("{{\"playlist\":{{\"track\":[{}{{}}]}}}}", "{},".repeat(MAX_TRACKS));
    let problem = super::read("big", json.as_bytes(), Some(Format::Jspf)).unwrap_err().to_string();
    assert!(problem.contains("at most 5,000,000 were wanted"), "{problem}");
    assert_eq!(
        read(&"a".repeat(201), Format::Uris),
        Err("big: has 201 bytes, a playlist of at most 200 was wanted; split it".into())
    );
}

/// The id of a mention, or the text that may be one.
fn id(entry: &Entry) -> &str {
    let Mention { id, words, .. } = &entry.mention;
    id.as_ref().or(words.as_ref()).unwrap_or_else(|| panic!("{entry:?}"))
}

/// Texts with characters that are special in some format.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        " - ",
        ",",
        ";",
        "\"",
        "\r",
        "\n",
        "\r\n",
        "\t",
        "#EXTINF:1,",
        "#",
        "&",
        "<",
        "]]>",
        "&amp;",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "\u{b}",
        "{",
        "}",
        "\\",
        "%20",
        "://",
        ".mp3",
        "01 - ",
        "spotify:track:",
        "=",
        "a",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(
            prop_oneof![pieces.prop_map(str::to_owned), any::<char>().prop_map(String::from)],
            0..8
        )
        .prop_map(|pieces| pieces.concat()),
    ]
}

fn any_artists() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(any_text(), 0..3)
}

/// Spotify ids, and others without control characters and without spaces around them.
fn any_id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9A-Za-z]{22}",
        "[0-9A-Za-z_-]{1,30}",
        "[!-~é][ -~é]{0,20}[!-~é]".prop_filter("a URI of its own", |id| crate::mention::id_in(id).is_none()),
    ]
}

/// The production `Char` of the XML recommendation.
fn xml_can_hold(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_what_it_was(
        name in any_text(),
        tracks in prop::collection::vec((any_id(), any_text(), any_artists(), any::<i32>()), 0..6),
    ) {
        let artists: Vec<Vec<&str>> =
            tracks.iter().map(|(_, _, artists, _)| artists.iter().map(String::as_str).collect()).collect();
        let tracks: Vec<Track<&str>> = tracks
            .iter()
            .zip(&artists)
            .map(|((id, title, _, length), artists)| track(id, title, artists, *length))
            .collect();
        for written_as in WrittenFormat::ALL {
            let file = written(written_as, &name, &tracks);
            let format = written_as.format();
            // A list of arbitrary ids can look like another format, so this format is not guessed.
            let formats = if format == Format::Uris { vec![Some(format)] } else { vec![Some(format), None] };
            for known in formats {
                let playlists = read("file", file.as_bytes(), known).map_err(|error| {
                    TestCaseError::fail(format!("{error} in {file:?}"))
                })?;
                prop_assert_eq!(playlists.len(), 1);
                prop_assert!(playlists[0].nameless.is_empty());
                let found: Vec<&str> = playlists[0].entries.iter().map(id).collect();
                let ids: Vec<&str> = tracks.iter().map(|track| track.track_id).collect();
                prop_assert_eq!(found, ids, "{:?} {:?}", format, file);
            }
        }
    }

    #[test]
    fn titles_survive(title in any_text(), artist in any_text(), name in any_text()) {
        let playlist = |format: WrittenFormat| {
            // Without an id, a track is referred to by its title.
            let file = written(format, &name, &[track("cut-out", &title, &[&artist], 1)]).replace("cut-out", "");
            let playlist = read("file", file.as_bytes(), Some(format.format())).map(|mut playlists| playlists.remove(0));
            let playlist = playlist.map_err(|error| TestCaseError::fail(format!("{error} in {file:?}")))?;
            let mention = playlist.entries.first().map(|entry| entry.mention.clone());
            Ok::<_, TestCaseError>((mention, playlist.name.unwrap_or_default()))
        };
        let line = |text: &str| text::one_line(text).into_owned();
        let xml = |text: &str| text.replace(|character| !xml_can_hold(character), "").trim().to_owned();

        let named = |text: &dyn Fn(&str) -> String| {
            // The examples have the album of the same name, if it is not very short.
            let album = Some(text(&title)).filter(|_| title.len() > 3);
            let album = album.as_deref().and_then(crate::mention::text);
            let named = Mention { album, ..Mention::named(&text(&title), Some(&text(&line(&artist)))) };
            (!named.is_empty()).then_some(named)
        };
        prop_assert_eq!(playlist(WrittenFormat::Xspf)?, (named(&xml), xml(&name)));
        prop_assert_eq!(playlist(WrittenFormat::Jspf)?, (named(&str::to_owned), name.trim().to_owned()));
        prop_assert_eq!(playlist(WrittenFormat::Csv)?, (named(&line), String::new()));
        prop_assert_eq!(playlist(WrittenFormat::M3u8)?.1, line(&name));
    }

    #[test]
    fn no_bytes_do_harm(bytes in any::<Vec<u8>>(), pieces in prop::collection::vec(any_text(), 0..5)) {
        let texts = [
            bytes,
            format!("#EXTM3U\n{}", pieces.join("\n")).into_bytes(),
            format!("<playlist><trackList><track><title>{}", pieces.join("</title><location>")).into_bytes(),
            format!("{{\"playlist\":{{\"track\":[{{\"title\":\"{}\"}}", pieces.join("\",\"location\":\"")).into_bytes(),
            format!("id,title,artist\n{}", pieces.join(",")).into_bytes(),
        ];
        for text in &texts {
            for format in Format::ALL.into_iter().map(Some).chain([None]) {
                match read("file", text, format) {
                    Ok(playlists) => prop_assert!(!playlists.is_empty()),
                    Err(error) => prop_assert!(error.to_string().starts_with("file: ")),
                }
            }
        }
    }
}
