//! A catalogue for the tests of evaluation.

use crate::catalogue::Row;
use crate::catalogue::ingest::{Ingest, Input};
use crate::index::Index;
use crate::model::Profile;

/// A track of the catalogue: its artists, popularity (NaN for none) and energy. Tracks are compared by their angle.
pub(super) struct Song(pub(super) &'static str, pub(super) f64, pub(super) f64, pub(super) f64);

/// An index of songs, in their order, with a profile that compares the angles, in degrees.
pub(super) fn index(songs: &[Song]) -> Index {
    let mut lines = Vec::new();
    for (at, Song(artists, popularity, energy, angle)) in songs.iter().enumerate() {
        let popularity = if popularity.is_nan() { String::new() } else { popularity.to_string() };
        let (y, x) = angle.to_radians().sin_cos();
        lines.push(format!("Title {at},{artists},{popularity},{energy},{x:.6},{y:.6}"));
    }
    build(&lines)
}

/// An index of titles with artists, `Hurt,A`, at growing angles.
pub(super) fn titled(songs: &[&str]) -> Index {
    let line = |(at, song): (usize, &&str)| {
        let (y, x) = (at as f64).to_radians().sin_cos();
        format!("{song},50,0.5,{x:.6},{y:.6}")
    };
    build(&songs.iter().enumerate().map(line).collect::<Vec<_>>())
}

fn build(songs: &[String]) -> Index {
    let mut csv = String::from("track_id,track_name,artists,popularity,energy,x,y\n");
    for (at, song) in songs.iter().enumerate() {
        csv += &format!("t{at},{song}\n");
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
