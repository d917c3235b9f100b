//! What people type, and what they expect to find: ranked search on the real catalogue.

use std::sync::LazyLock;

use segue::recommend::SearchQuery;
use segue::{Index, Ingest, Input, Profile, Recommender};

/// What was typed, and a track that is meant: its title and an artist, or only one of them.
const EXPECTED: [(&str, &str, &str); 96] = [
    // Titles.
    ("Blinding Lights", "Blinding Lights", "The Weeknd"),
    ("shape of you", "Shape of You", "Ed Sheeran"),
    ("creep", "Creep", "Radiohead"),
    ("enter sandman", "Enter Sandman", "Metallica"),
    ("lose yourself", "Lose Yourself - From \"8 Mile\" Soundtrack", "Eminem"),
    ("dancing queen", "Dancing Queen", "ABBA"),
    ("hotel california", "Hotel California - 2013 Remaster", "Eagles"),
    ("stairway to heaven", "Stairway to Heaven - Remaster", "Led Zeppelin"),
    ("hurt", "Hurt", "Johnny Cash"),
    ("hey jude", "Hey Jude - Remastered 2015", "The Beatles"),
    ("wish you were here", "Wish You Were Here", "Pink Floyd"),
    ("old town road", "Old Town Road - Remix", "Lil Nas X"),
    ("drivers license", "drivers license", "Olivia Rodrigo"),
    ("in the end", "In the End", "Linkin Park"),
    ("rolling in the deep", "Rolling in the Deep", "Adele"),
    ("get lucky", "Get Lucky (feat. Pharrell Williams & Nile Rodgers) - Radio Edit", "Daft Punk"),
    (
        "waka waka",
        "Waka Waka (This Time for Africa) [The Official 2010 FIFA World Cup (TM) Song] (feat. Freshlyground)",
        "Shakira",
    ),
    // Artists.
    ("queen", "", "Queen"),
    ("drake", "", "Drake"),
    ("taylor swift", "", "Taylor Swift"),
    ("nirvana", "", "Nirvana"),
    ("bad bunny", "", "Bad Bunny"),
    ("imagine dragons", "", "Imagine Dragons"),
    ("mozart", "", "Wolfgang Amadeus Mozart"),
    ("beatles", "", "The Beatles"),
    ("weeknd", "", "The Weeknd"),
    ("bts", "", "BTS"),
    // Both, in any order, in part.
    ("weeknd blinding", "Blinding Lights", "The Weeknd"),
    ("blinding lights weeknd", "Blinding Lights", "The Weeknd"),
    ("Drake - God's Plan", "God's Plan", "Drake"),
    ("god's plan - drake", "God's Plan", "Drake"),
    ("radiohead creep", "Creep", "Radiohead"),
    ("adele hello", "Hello", "Adele"),
    ("queen bohemian", "Bohemian Rhapsody - Remastered 2011", "Queen"),
    ("coldplay yellow", "Yellow", "Coldplay"),
    ("johnny cash hurt", "Hurt", "Johnny Cash"),
    ("linkin park numb", "Numb", "Linkin Park"),
    ("eagles hotel", "Hotel California - 2013 Remaster", "Eagles"),
    ("gorillaz feel good", "Feel Good Inc.", "Gorillaz"),
    ("billie eilish bad guy", "bad guy", "Billie Eilish"),
    ("harry styles as it was", "As It Was", "Harry Styles"),
    ("smells like teen spirit nirvana", "Smells Like Teen Spirit", "Nirvana"),
    // Unfinished words, as they are typed.
    ("shape of yo", "Shape of You", "Ed Sheeran"),
    ("bohemian rhap", "Bohemian Rhapsody - Remastered 2011", "Queen"),
    ("daft punk get luck", "Get Lucky (feat. Pharrell Williams & Nile Rodgers) - Radio Edit", "Daft Punk"),
    ("comfortably nu", "Comfortably Numb", "Pink Floyd"),
    ("watermelon sug", "Watermelon Sugar", "Harry Styles"),
    ("ed sheer", "", "Ed Sheeran"),
    // Typos.
    ("blinding lihgts", "Blinding Lights", "The Weeknd"),
    ("bohemian rapsody", "Bohemian Rhapsody - Remastered 2011", "Queen"),
    ("metalica", "", "Metallica"),
    ("wekend", "", "The Weeknd"),
    ("bilie eilish", "", "Billie Eilish"),
    ("michael jakson", "", "Michael Jackson"),
    ("rihana", "", "Rihanna"),
    ("beleiver imagine dragons", "Believer", "Imagine Dragons"),
    ("smels like teen sprit", "Smells Like Teen Spirit", "Nirvana"),
    ("knocking on heavens door", "Knockin' On Heaven's Door", "Guns N' Roses"),
    ("back in blak ac/dc", "Back In Black", "AC/DC"),
    // Accents, signs, width.
    ("beyonce", "", "Beyoncé"),
    ("rosalia", "", "ROSALÍA"),
    ("bjork", "", "Björk"),
    ("motley crue", "", "Mötley Crüe"),
    ("motorhead ace of spades", "Ace of Spades", "Motörhead"),
    ("titi me pregunto", "Tití Me Preguntó", "Bad Bunny"),
    ("acdc", "", "AC/DC"),
    ("ac/dc", "", "AC/DC"),
    ("AC DC highway", "Highway to Hell", "AC/DC"),
    ("p!nk", "", "P!nk"),
    ("asap rocky", "", "A$AP Rocky"),
    ("jay z", "", "JAY-Z"),
    ("guns and roses", "", "Guns N' Roses"),
    ("ＡＢＢＡ", "", "ABBA"),
    ("simon garfunkel", "", "Simon & Garfunkel"),
    ("dont stop me now", "Don't Stop Me Now - Remastered 2011", "Queen"),
    ("paint it black", "Paint It, Black", "The Rolling Stones"),
    ("humble", "HUMBLE.", "Kendrick Lamar"),
    // Chinese, Japanese, Korean.
    ("夜に駆ける", "夜に駆ける", "YOASOBI"),
    ("駆ける", "夜に駆ける", "YOASOBI"),
    ("紅蓮", "紅蓮華", "LiSA"),
    ("gangnam style 강남스타일", "Gangnam Style (강남스타일)", "PSY"),
    // Genres.
    ("Hip Hop", "", "Bizarrap"),
    ("k-pop", "", "IVE"),
    ("j-pop", "", "Fujii Kaze"),
    ("genre:hip-hop drake", "", "Drake"),
    // Numbers and signs.
    ("99 luftballons", "99 Luftballons", "Nena"),
    ("summer of 69", "Summer Of '69", "Bryan Adams"),
    ("7 rings", "7 rings", "Ariana Grande"),
    ("blink 182", "", "blink-182"),
    ("505", "505", "Arctic Monkeys"),
    // Very common words.
    ("all of me", "All of Me", "John Legend"),
    ("love", "Love", "Keyshia Cole"),
    ("it's my life", "It's My Life", "Bon Jovi"),
    // Fields, phrases, negations.
    (
        "artist:\"daft punk\" lucky",
        "Get Lucky (feat. Pharrell Williams & Nile Rodgers) - Radio Edit",
        "Daft Punk",
    ),
    ("track:\"god's plan\"", "God's Plan", "Drake"),
    ("hello -adele", "Hello?", "Clairo"),
];

/// The real catalogue, in an index that was written and opened.
fn recommender() -> Option<&'static Recommender> {
    static RECOMMENDER: LazyLock<Option<(tempfile::TempDir, Recommender)>> = LazyLock::new(written);
    RECOMMENDER.as_ref().map(|(_, recommender)| recommender)
}

#[allow(clippy::unwrap_used)]
fn written() -> Option<(tempfile::TempDir, Recommender)> {
    let path = crate::support::shared("data/spotify.csv")?;
    let (catalogue, _) = Ingest::new().read([Input::path(path)]).unwrap();
    let built = Index::builder().profile(Profile::classic()).build(catalogue).unwrap();
    let folder = tempfile::tempdir().unwrap();
    built.save(folder.path().join("index")).unwrap();
    let recommender = Recommender::new(Index::open(folder.path().join("index")).unwrap());
    Some((folder, recommender))
}

#[test]
fn people_find_what_they_mean() {
    let Some(recommender) = recommender() else { return };
    let (mut first, mut among_three) = (0, 0);
    for (text, title, artist) in EXPECTED {
        let found = recommender.search(&SearchQuery::new(text).limit(3)).unwrap();
        let is_meant = |found: &segue::recommend::FoundTrack<&str>| {
            let track = &found.track;
            (title.is_empty() || track.track_name == title)
                && (artist.is_empty() || track.artists.contains(&artist))
        };
        let place = found.tracks.iter().position(is_meant);
        first += usize::from(place == Some(0));
        among_three += usize::from(place.is_some());
        if place != Some(0) {
            let found: Vec<_> =
                found.tracks.iter().map(|found| (found.track.track_name, &found.track.artists)).collect();
            println!("{text:?}: {title:?} by {artist:?} is at {place:?} of {found:?}");
        }
    }
    println!("{first} first and {among_three} among three, of {}", EXPECTED.len());
    assert!(among_three * 100 >= 95 * EXPECTED.len(), "{among_three} of {}", EXPECTED.len());
    assert!(first * 100 >= 85 * EXPECTED.len(), "{first} of {}", EXPECTED.len());
}

#[test]
fn every_text_is_a_query_and_its_pages_do_not_overlap() {
    let Some(recommender) = recommender() else { return };
    let long = "love ".repeat(2_000);
    let longer = "a\"-:é日!".repeat(1_250);
    for text in [
        "", " ", "\"", "artist:", "-", "-love", "???", &long, &longer, "\u{0}", "😀", "a", "日", "genre:\"",
        "*",
    ] {
        let query = SearchQuery::new(text).limit(7);
        let whole = recommender.search(&query.limit(21).facets(true)).unwrap();
        let pages = (0..3).flat_map(|page| recommender.search(&query.offset(7 * page)).unwrap().tracks);
        assert_eq!(pages.collect::<Vec<_>>(), whole.tracks, "{text:.20}");
        assert!(whole.tracks.len() == whole.total.min(21), "{text:.20}");
    }
}

#[test]
fn a_song_is_listed_once_and_its_releases_if_asked() {
    let Some(recommender) = recommender() else { return };
    let query = SearchQuery::new("heat waves glass animals").limit(100);
    let songs = recommender.search(&query).unwrap();
    let releases = recommender.search(&query.all_releases(true)).unwrap();
    let other: usize = songs.tracks.iter().filter_map(|found| found.other_releases).sum();
    assert!(other > 10, "{other}");
    assert_eq!(releases.total, songs.total + other);
    let popularities = |name: &str| {
        let same = releases.tracks.iter().filter(|found| found.track.track_name == name);
        same.map(|found| found.track.popularity).collect::<Vec<_>>()
    };
    let first = songs.tracks.first().unwrap();
    assert_eq!(popularities(first.track.track_name).iter().max(), Some(&first.track.popularity));
}

#[test]
fn titles_are_resolved_and_near_ones_suggested() {
    let Some(recommender) = recommender() else { return };
    let title = |text: &str| {
        let found = recommender.resolve(text).unwrap();
        recommender.track(found.row).unwrap().track_name
    };
    assert_eq!(title("blinding lights weeknd"), "Blinding Lights");
    assert_eq!(title("God's Plan - Drake"), "God's Plan");
    let error = recommender.resolve("fleetwood mac dreams nobody").unwrap_err().to_string();
    assert!(error.contains("near are") && error.contains("Fleetwood Mac"), "{error}");
    let error = recommender.resolve("qqqqqqqq").unwrap_err().to_string();
    assert_eq!(error, "no track matches \"qqqqqqqq\" among 89,740 titles");
}
