//! Properties of the songs of any catalogue.

use proptest::prelude::*;

use super::{Kinds, Release, Songs, sound};
use crate::{Catalogue, Ingest, Input, Row};
use segue_demo::Demo;

const HEADER: &str = "track_id,track_name,artists,album_name,track_genre,popularity,duration_ms,explicit,\
    danceability,energy,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,\
    time_signature,key\n";

/// A catalogue of tracks of few titles, artists and sounds, so that many are releases of one song.
fn catalogue(tracks: &[(usize, usize, usize, u32, u32)]) -> Catalogue {
    const TITLES: [&str; 5] = ["Hurt", "Hurt - Remastered 2011", "Hurt (feat. B)", "Hurt - Live", "Hello"];
    const ARTISTS: [&str; 4] = ["A", "A;B", "B;A", "C"];
    const ALBUMS: [&str; 3] = ["Hits", "More Hits", "Live at Home"];
    let mut csv = HEADER.to_owned();
    for (row, (title, artists, album, duration, sound)) in tracks.iter().enumerate() {
        let (title, artists, album) = (TITLES[title % 5], ARTISTS[artists % 4], ALBUMS[album % 3]);
        csv += &format!(
            "id{row},{title},{artists},{album},pop,50,{},False,0.{},0.5,-6.0,1,0.1,0.{},0.0,0.1,0.5,{}.0,4,3\n",
            200_000 + duration,
            3 + sound % 4,
            2 + sound % 5,
            100 + 2 * (sound % 3),
        );
    }
    Ingest::new().read([Input::bytes("songs.csv", csv.into_bytes())]).unwrap().0
}

fn tracks() -> impl Strategy<Value = Vec<(usize, usize, usize, u32, u32)>> {
    // Differences on both sides of every limit on durations.
    let duration = prop_oneof![0u32..300, 0u32..4_000, 0u32..20_000];
    proptest::collection::vec((0usize..5, 0usize..4, 0usize..3, duration, 0u32..60), 1..80)
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

proptest! {
    #[test]
    fn a_song_is_its_first_row_and_one_title_of_one_length(tracks in tracks()) {
        let catalogue = catalogue(&tracks);
        let songs = Songs::find(&catalogue).unwrap();
        prop_assert_eq!(songs.len(), catalogue.len());
        prop_assert_eq!(songs.check(), Ok(()));
        let release = |row| Release::new(&catalogue, row).unwrap();
        for row in catalogue.rows() {
            let all: Vec<Row> = songs.releases(row).collect();
            prop_assert_eq!(all.first(), Some(&songs.song_of(row)));
            prop_assert!(all.contains(&row));
            let durations = all.iter().map(|row| release(*row).duration);
            let (shortest, longest) = durations.fold((f64::MAX, 0.0), |(a, b), c| (c.min(a), c.max(b)));
            prop_assert!(longest <= sound::longest(shortest));
            prop_assert!(all.iter().all(|other| release(*other).title == release(row).title));
        }
        for other in catalogue.rows().skip(1) {
            let (a, b) = (release(Row(0)), release(other));
            if (a.title, a.audio) == (b.title, b.audio) {
                prop_assert_eq!(songs.song_of(Row(0)), songs.song_of(other), "identical");
            }
        }
    }

    #[test]
    fn songs_do_not_depend_on_the_number_of_threads(tracks in tracks(), threads in 2usize..6) {
        let catalogue = catalogue(&tracks);
        let find = || Songs::find(&catalogue).unwrap();
        prop_assert_eq!(with_threads(1, find), with_threads(threads, find));
    }

    /// Which tracks are one song does not depend on the order of the rows.
    #[test]
    fn songs_do_not_depend_on_where_tracks_stand(tracks in tracks()) {
        // Equal durations are compared in the order of rows.
        let mut tracks = tracks;
        tracks.iter_mut().enumerate().for_each(|(at, track)| track.3 = track.3 / 128 * 128 + at as u32);
        let turned: Vec<_> = tracks.iter().rev().copied().collect();
        let (there, back) = (catalogue(&tracks), catalogue(&turned));
        let (there, back) = (Songs::find(&there).unwrap(), Songs::find(&back).unwrap());
        let last = tracks.len() as u32 - 1;
        for (a, b) in (0..=last).flat_map(|a| (0..a).map(move |b| (a, b))) {
            let together = |songs: &Songs, a, b| songs.song_of(Row(a)) == songs.song_of(Row(b));
            prop_assert_eq!(together(&there, a, b), together(&back, last - a, last - b));
        }
    }
}

#[test]
fn a_generated_catalogue_has_fewer_songs_than_tracks_or_as_many() {
    let mut csv = Vec::new();
    Demo { tracks: 4_000, seed: 3 }.write_csv(&mut csv, |_| ()).unwrap();
    let catalogue = Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap().0;
    let songs = with_threads(1, || Songs::find(&catalogue).unwrap());
    assert_eq!(songs, with_threads(4, || Songs::find(&catalogue).unwrap()));
    assert!(songs.count() <= catalogue.len() && songs.count() > catalogue.len() / 2);
}

/// Whatever a damaged file says, a song is a row of the catalogue, or the row itself.
#[test]
fn numbers_of_a_damaged_file_lead_nowhere_else() {
    let songs =
        Songs::from_numbers(vec![0, 9, u32::MAX, 1].into(), vec![0, 1, 9, 0].into(), vec![0, 3, 255].into());
    let found: Vec<u32> = (0..5).map(|row| songs.song_of(Row(row)).0).collect();
    assert_eq!(found, [0, 1, 2, 1, 4]);
    assert_eq!(songs.releases(Row(3)).collect::<Vec<_>>(), [Row(1), Row(3)]);
    assert_eq!(songs.releases(Row(9)).count(), 0);
    assert!(songs.check().unwrap_err().contains("row 1 is a release of the song 9, which comes after it"));
    let works: Vec<u32> = (0..5).map(|row| songs.work_of(Row(row)).0).collect();
    assert_eq!(works, [0, 1, 2, 0, 4]);
    assert_eq!(songs.kinds_of(Row(1)), Kinds::SEASONAL | Kinds::SPOKEN);
    assert!(songs.kinds_of(Row(2)).has(Kinds::KARAOKE) && songs.kinds_of(Row(3)).is_empty());
    let songs = Songs::from_numbers(vec![0, 0, 1].into(), vec![0, 0, 0].into(), vec![].into());
    assert!(songs.check().unwrap_err().contains("itself one of 0"));
    let problem = |works: [u32; 3]| {
        let songs = Songs::from_numbers(vec![0, 0, 2].into(), works.to_vec().into(), vec![].into());
        songs.check().unwrap_err()
    };
    assert!(problem([0, 0, 9]).contains("row 2 is a version of the work 9, which comes after it"));
    assert!(problem([0, 0, 1]).contains("row 2 is a version of the work 1, itself one of 0"));
    assert!(problem([0, 1, 2]).contains("row 1 is of another work than 0"));
    for works in [[0, 1, 2], [0, 1, 0]] {
        let songs = Songs::from_numbers(vec![0, 1, 2].into(), works.to_vec().into(), vec![].into());
        assert_eq!(songs.check(), Ok(()));
    }
    let of_kinds = |kinds: [u8; 2]| {
        Songs::from_numbers(vec![0, 1].into(), vec![0, 1].into(), kinds.to_vec().into()).check()
    };
    assert_eq!(of_kinds([0b1_1111, 0]), Ok(()));
    assert!(of_kinds([0, 0b10_0001]).unwrap_err().contains("row 1 is of kinds 0b100001"));
}

#[test]
fn very_many_tracks_of_one_name_are_no_burden() {
    let tracks: Vec<_> = (0..20_000).map(|at| (0, 0, 0, at % 4_000, at % 60)).collect();
    let songs = Songs::find(&catalogue(&tracks)).unwrap();
    assert_eq!(songs.check(), Ok(()));
}
