//! Prints lists of tracks as a table or as CSV.

use std::io::Write;

use segue::Track;
use segue::recommend::Recommendation;

use crate::failure::Outcome;
use crate::output::Output;
use crate::table::{Column, Table};

/// The columns of a track in CSV output.
pub(crate) const TRACK_COLUMNS: [&str; 9] = [
    "track_id",
    "track_name",
    "artists",
    "album_name",
    "track_genre",
    "genres",
    "popularity",
    "duration_ms",
    "explicit",
];

/// A track's values in the order of [`TRACK_COLUMNS`], lists joined by `;`.
pub(crate) fn track_values(track: &Track<&str>) -> [String; 9] {
    [
        track.track_id.to_owned(),
        track.track_name.to_owned(),
        track.artists.join(";"),
        track.album_name.unwrap_or_default().to_owned(),
        track.track_genre.unwrap_or_default().to_owned(),
        track.genres.join(";"),
        track.popularity.map(|popularity| popularity.to_string()).unwrap_or_default(),
        track.duration_ms.map(|duration| duration.to_string()).unwrap_or_default(),
        track.explicit.map(|explicit| explicit.to_string()).unwrap_or_default(),
    ]
}

/// A table of recommended tracks.
pub(crate) fn write_tracks(tracks: &[Recommendation<&str>], out: &Output, stdout: &mut dyn Write) -> Outcome {
    let mut table = Table::new([
        Column::number("#"),
        Column::number("similarity"),
        Column::text("title"),
        Column::text("artists"),
        Column::text("genre"),
    ]);
    for found in tracks {
        table.row([
            found.rank.to_string(),
            format!("{:.6}", found.similarity),
            found.track.track_name.to_owned(),
            found.track.artists.join(", "),
            found.track.track_genre.unwrap_or_default().to_owned(),
        ]);
    }
    write!(stdout, "{}", out.table(&table))?;
    let reasons: Vec<_> = tracks.iter().filter_map(|found| Some((found.rank, found.why.as_ref()?))).collect();
    if !reasons.is_empty() {
        writeln!(stdout)?;
    }
    for (rank, why) in reasons {
        writeln!(stdout, "{}", out.wrapped(&format!("{rank:>2}  "), &why.phrase))?;
    }
    Ok(())
}

/// Writes CSV: rank, similarity, [`TRACK_COLUMNS`], and if asked why.
pub(crate) fn write_csv(tracks: &[Recommendation<&str>], why: bool, out: &Output) -> Outcome {
    let [c1, c2, c3, c4, c5, c6, c7, c8, c9] = TRACK_COLUMNS;
    let header = ["rank", "similarity", c1, c2, c3, c4, c5, c6, c7, c8, c9];
    let row = |found: &Recommendation<&str>| {
        let [v1, v2, v3, v4, v5, v6, v7, v8, v9] = track_values(&found.track);
        [found.rank.to_string(), found.similarity.to_string(), v1, v2, v3, v4, v5, v6, v7, v8, v9]
    };
    if !why {
        return out.csv(header, tracks.iter().map(row));
    }
    let [h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11] = header;
    let rows = tracks.iter().map(|found| {
        let [v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11] = row(found);
        let why = found.why.as_ref().map(|why| why.phrase.clone()).unwrap_or_default();
        [v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, why]
    });
    out.csv([h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, "why"], rows)
}
