//! What people's lists say, decorated in many ways, and which tracks of the real catalogue are found.

use std::collections::HashSet;

use segue::playlist::{self, Format};
use segue::recommend::{FoundBy, FoundEntry};
use segue::{Index, Ingest, Input, Profile, Recommender, Row};

/// A way to write a track of an artist on an album: in a list, or as a file.
type Decoration = fn(artist: &str, title: &str, album: &str) -> String;

const DECORATIONS: [Decoration; 26] = [
    |artist, title, _| format!("1. {artist} - {title}"),
    |artist, title, _| format!("12) {artist} - {title}"),
    |artist, title, _| format!("04 {artist} - {title}"),
    |artist, title, _| format!("• {artist} - {title}"),
    |artist, title, _| format!("{artist} – {title}"),
    |artist, title, _| format!("{artist} — {title}"),
    |artist, title, _| format!("{artist}: {title}"),
    |artist, title, _| format!("{artist}\t{title}"),
    |artist, title, _| format!("{title} - {artist}").replace('\'', "’"),
    |artist, title, _| format!("{title} by {artist}"),
    |artist, title, _| format!("“{title}” by {artist}"),
    |artist, title, _| format!("{artist} ft. Somebody Else - {title}"),
    |artist, title, _| format!("{artist} & Somebody Else - {title}"),
    |artist, title, _| format!("{artist}, Somebody Else - {title}"),
    |artist, title, _| format!("{artist} - {title} (feat. Somebody Else)"),
    |artist, title, _| format!("{artist} - {title} (Official Music Video)"),
    |artist, title, _| format!("{artist} - {title} (Official Video) [HD]"),
    |artist, title, _| format!("{artist} - {title} | Official Audio"),
    |artist, title, _| format!("{artist} - {title} (3:18)"),
    |artist, title, _| format!("{artist} - {title} (Remastered)"),
    |artist, title, _| format!("{artist} - {title} - Remastered 2011"),
    |artist, title, _| format!("{} {}", artist.to_lowercase(), title.to_lowercase()),
    |artist, title, album| format!("/music/{}/{}/11 {}.flac", file(artist), file(album), file(title)),
    |artist, title, album| format!(r"C:\Music\{}\{}\1-09 - {}.mp3", file(artist), file(album), file(title)),
    |artist, title, _| format!("12_{}_-_{}.mp3", file(artist), file(title)).replace(' ', "_"),
    |artist, title, _| format!("{}/A12 {}.ogg", file(artist), file(title)),
];

/// A name without what a file system does not allow.
fn file(name: &str) -> String {
    name.replace(['/', '\\', ':', '?', '*', '"'], "_")
}

/// A title without additions, as letters, and without regard to the way that Segue takes them away.
fn core(title: &str) -> String {
    let end = [" - ", " (", " ["].iter().filter_map(|addition| title.find(addition)).min();
    let letters = title[..end.unwrap_or(title.len())].chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn recommender() -> Option<Recommender> {
    let csv = crate::support::shared("data/spotify.csv")?;
    let (catalogue, _) = Ingest::new().read([Input::path(csv)]).unwrap();
    let index = Index::builder().profile(Profile::classic()).build(catalogue).unwrap();
    Some(Recommender::new(index))
}

/// The finds of lines, each in a file of its own kind, in their order.
fn find(recommender: &Recommender, lines: &[String]) -> Vec<Option<FoundEntry>> {
    let list = lines.join("\n");
    let playlists = playlist::read("list", list.as_bytes(), Some(Format::Uris)).unwrap();
    let mentions: Vec<_> = playlists[0].entries.iter().map(|entry| &entry.mention).collect();
    assert_eq!(mentions.len(), lines.len());
    recommender.resolve_entries(&mentions, &()).unwrap().into_iter().map(Result::ok).collect()
}

#[test]
fn decorated_entries_are_found_and_nothing_else() {
    let Some(recommender) = recommender() else { return };
    let mut known: Vec<(Row, String, Vec<String>, String)> = Vec::new();
    let mut of_artists: HashSet<(String, String)> = HashSet::new();
    for row in recommender.index().catalogue().rows() {
        let track = recommender.track(row).unwrap();
        let artists: Vec<String> = track.artists.iter().map(|artist| (*artist).to_owned()).collect();
        for artist in &artists {
            of_artists.insert((artist.to_lowercase(), core(track.track_name)));
        }
        if track.popularity >= Some(72) && !track.track_name.starts_with('#') {
            let album = track.album_name.unwrap_or_default().to_owned();
            known.push((row, track.track_name.to_owned(), artists, album));
        }
    }
    // A fixed selection, of all parts of the catalogue.
    known.sort_by_key(|(row, ..)| u64::from(row.0).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (there, others) = known.split_at(520);

    let lines: Vec<String> = there
        .iter()
        .zip(DECORATIONS.iter().cycle())
        .map(|((_, title, artists, album), decorate)| decorate(&artists[0], title, album))
        .collect();
    let (mut right, mut wrong) = (0, Vec::new());
    for ((line, (_, title, artists, _)), found) in lines.iter().zip(there).zip(find(&recommender, &lines)) {
        let track = found.map(|found| recommender.track(found.row).unwrap());
        let is_right = track.as_ref().is_some_and(|track| {
            core(track.track_name) == core(title)
                && track.artists.iter().any(|artist| artists.iter().any(|known| known == artist))
        });
        right += usize::from(is_right);
        if !is_right {
            wrong.push(format!("{line}: {:?}", track.map(|track| track.track_name)));
        }
    }
    println!("{right} of {} found; the others: {wrong:#?}", lines.len());
    assert!(right * 100 >= lines.len() * 95, "{wrong:#?}");

    // The same title by another artist, another title by the same artist, other recordings.
    let mut lines = Vec::new();
    for (at, ((_, title, artists, album), decorate)) in
        others.iter().zip(DECORATIONS.iter().cycle()).take(400).enumerate()
    {
        let (_, other_title, other_artists, _) = &others[(at * 7 + 1) % others.len()];
        const VERSIONS: [&str; 5] = [
            " (Live at Wembley 1991)",
            " - Nobody Remix",
            " (Karaoke Version)",
            " (Instrumental)",
            " (Part 7)",
        ];
        let (artist, title) = match at % 4 {
            0 => (other_artists[0].clone(), title.clone()),
            1 => (artists[0].clone(), other_title.clone()),
            2 => ("The Invented Cover Quartet".to_owned(), title.clone()),
            _ => {
                let end = [" - ", " (", " ["].iter().filter_map(|addition| title.find(addition)).min();
                let title = &title[..end.unwrap_or(title.len())];
                (artists[0].clone(), format!("{title}{}", VERSIONS[at % VERSIONS.len()]))
            }
        };
        // What is there after all is no case.
        if at % 4 == 3 || !of_artists.contains(&(artist.to_lowercase(), core(&title))) {
            lines.push(decorate(&artist, &title, album));
        }
    }
    let finds = find(&recommender, &lines);
    let false_finds: Vec<String> = lines
        .iter()
        .zip(finds)
        .filter_map(|(line, found)| {
            let track = recommender.track(found?.row).unwrap();
            Some(format!("{line}: {:?} by {:?}", track.track_name, track.artists))
        })
        .collect();
    println!("{} of {} false finds: {false_finds:#?}", false_finds.len(), lines.len());
    assert!(lines.len() >= 200);
    assert!(false_finds.len() * 100 <= lines.len() * 2, "{false_finds:#?}");
}

#[test]
fn a_list_that_a_person_typed_is_found() {
    let Some(recommender) = recommender() else { return };
    for (line, title, by) in [
        ("3) Adele — Love In The Dark", "Love In The Dark", FoundBy::Undecorated),
        ("Blinding Lights by The Weeknd", "Blinding Lights", FoundBy::Name),
        ("The Beatles: Hey Jude", "Hey Jude", FoundBy::Name),
        ("Coolio - Gangsta’s Paradise (feat. L.V.)", "Gangsta's Paradise", FoundBy::Undecorated),
        (
            "Queen - Bohemian Rhapsody (2011 Remaster)",
            "Bohemian Rhapsody - Remastered 2011",
            FoundBy::Undecorated,
        ),
        ("Guns N’ Roses - Sweet Child O’ Mine", "Sweet Child O' Mine", FoundBy::Name),
        ("Quen - Bohemian Rapsody - Remastered 2011", "", FoundBy::Typos),
        ("Imagine Dragons - Beleiver", "Believer", FoundBy::Typos),
        ("Nobody At All - Hey Jude", "", FoundBy::Name),
        ("https://open.spotify.com/track/0VjIjW4GlUZAMYd2vXMi3b?si=1", "Blinding Lights", FoundBy::Id),
    ] {
        let found = find(&recommender, &[line.to_owned()]).remove(0);
        let found =
            found.map(|found| (recommender.track(found.row).unwrap().track_name.to_owned(), found.by));
        match title {
            "" => assert_eq!(found, None, "{line}"),
            title => assert_eq!(found, Some((title.to_owned(), by)), "{line}"),
        }
    }
}
