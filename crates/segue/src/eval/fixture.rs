//! A catalogue for the tests of evaluation.

use crate::catalogue::Row;
use crate::catalogue::ingest::{Ingest, Input};
use crate::index::Index;
use crate::model::Profile;

/// A track of the catalogue: its artists, popularity (NaN for none) and energy. Tracks are compared by their angle.
pub(super) struct Song(pub(super) &'static str, pub(super) f64, pub(super) f64, pub(super) f64);

/// An index of songs, in their order, with a profile that compares the angles, in degrees.
pub(super) fn index(songs: &[Song]) -> Index {
    let mut csv = String::from("track_id,track_name,artists,popularity,energy,x,y\n");
    for (at, Song(artists, popularity, energy, angle)) in songs.iter().enumerate() {
        let popularity = if popularity.is_nan() { String::new() } else { popularity.to_string() };
        let (y, x) = angle.to_radians().sin_cos();
        csv += &format!("t{at},Title {at},{artists},{popularity},{energy},{x:.6},{y:.6}\n");
    }
    let profile = Profile::from_json(r#"{"profile": "angle", "features": ["x", "y"]}"#).unwrap();
    let needs = profile.needs();
    let (catalogue, report) = Ingest::new().needs(needs).read([Input::bytes("songs.csv", csv)]).unwrap();
    assert_eq!(report.counts.tracks, songs.len() as u64, "{report:?}");
    Index::builder().profile(profile).build(catalogue).unwrap()
}

pub(super) fn rows<const N: usize>(numbers: [u32; N]) -> Vec<Row> {
    numbers.map(Row).into()
}
