//! Lists as a listener gets them: for the most popular songs of real data, twenty tracks to be played one after the
//! other. What is a version of a song, and what a song of a season, is judged here by other rules than the engine's.

use std::collections::{HashMap, HashSet};

use segue::{Attribute, Index, Ingest, Input, Query, Recommender, Row, Track};

const SEEDS: usize = 300;
const LISTED: usize = 20;
/// Of the tracks that are listed for songs of no season, so many percent may be of one.
const MOST_OUT_OF_SEASON: f64 = 0.5;

/// The letters and digits of a text, in lower case.
fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// A song by its first artist and what its title says before ` - `, ` (` or ` [`.
fn song(track: &Track<&str>) -> (String, String) {
    let title = [" - ", " (", " ["].iter().fold(track.track_name, |title, addition| {
        title.split_once(addition).map_or(title, |(before, _)| before)
    });
    (plain(track.artists.first().unwrap_or(&"")), plain(title))
}

/// Whether title or album have a word of a season, though it may mean something else.
fn may_be_seasonal(track: &Track<&str>) -> bool {
    const WORDS: [&str; 24] = [
        "christmas",
        "xmas",
        "x-mas",
        "navidad",
        "weihnacht",
        "noël",
        "natale",
        "natal ",
        "jingle",
        "santa claus",
        "santa baby",
        "silent night",
        "let it snow",
        "sleigh",
        "rudolph",
        "reindeer",
        "mistletoe",
        "snowman",
        "winter wonderland",
        "holiday",
        "halloween",
        "auld lang syne",
        "hanukkah",
        "jul ",
    ];
    let text = format!("{} {} ", track.track_name, track.album_name.unwrap_or_default()).to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

/// The artists who are three times in a row, though few enough of the tracks are theirs that none would have to be.
fn crowds(tracks: &[&Track<&str>]) -> Vec<String> {
    let artists: Vec<HashSet<&str>> =
        tracks.iter().map(|track| track.artists.iter().copied().collect()).collect();
    let mut of_artist: HashMap<&str, usize> = HashMap::new();
    artists.iter().flatten().for_each(|artist| *of_artist.entry(artist).or_default() += 1);
    let mut found = Vec::new();
    for three in artists.windows(3) {
        for artist in
            three[0].iter().filter(|artist| three[1].contains(*artist) && three[2].contains(*artist))
        {
            let others = tracks.len() - of_artist[artist];
            if of_artist[artist] <= 2 * (others + 1) {
                found.push((*artist).to_owned());
            }
        }
    }
    found
}

#[test]
fn lists_for_popular_songs_can_be_listened_to() {
    let Some(path) = crate::support::shared("data/spotify.csv") else { return };
    let (catalogue, _) = Ingest::new().read([Input::path(path)]).unwrap();
    let popularity: Vec<f64> = catalogue
        .rows()
        .map(|row| catalogue.number(Attribute::Popularity, row).unwrap().unwrap_or_default())
        .collect();
    let recommender = Recommender::new(Index::builder().build(catalogue).unwrap());
    let songs = recommender.index().songs().unwrap();
    let mut seeds: Vec<Row> = recommender.index().catalogue().rows().collect();
    seeds.sort_by(|a, b| popularity[b.0 as usize].total_cmp(&popularity[a.0 as usize]));
    let mut known = HashSet::new();
    seeds.retain(|row| known.insert(songs.song_of(*row)));
    let queries: Vec<Query> =
        seeds.iter().take(SEEDS).map(|row| Query::new(*row).limit(LISTED).spaced(true)).collect();
    let (mut versions, mut crowded, mut seasonal) = (Vec::new(), Vec::new(), Vec::new());
    for answer in recommender.recommend_batch(&queries) {
        let answer = answer.unwrap();
        let seed = answer.seed.as_ref().unwrap();
        let tracks: Vec<&Track<&str>> = answer.recommendations.iter().map(|found| &found.track).collect();
        assert_eq!(tracks.len(), LISTED);
        let named = |track: &Track<&str>| {
            format!(
                "{}, {} ({})",
                track.track_name,
                track.artists.join(";"),
                track.album_name.unwrap_or_default()
            )
        };
        let mut listed = HashSet::from([song(seed)]);
        versions.extend(
            tracks
                .iter()
                .filter(|track| !listed.insert(song(track)))
                .map(|track| format!("{} <- {}", named(track), named(seed))),
        );
        crowded.extend(crowds(&tracks).into_iter().map(|artist| format!("{artist} <- {}", named(seed))));
        if !may_be_seasonal(seed) {
            seasonal.extend(
                tracks
                    .iter()
                    .filter(|track| may_be_seasonal(track))
                    .map(|track| format!("{} <- {}", named(track), named(seed))),
            );
        }
    }
    println!("{} versions, {} crowds, {} of a season", versions.len(), crowded.len(), seasonal.len());
    assert!(versions.is_empty(), "{versions:#?}");
    assert!(crowded.is_empty(), "{crowded:#?}");
    let most = MOST_OUT_OF_SEASON / 100.0 * (SEEDS * LISTED) as f64;
    assert!(seasonal.len() as f64 <= most, "{seasonal:#?}");
}
