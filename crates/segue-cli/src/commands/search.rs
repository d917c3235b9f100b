//! `segue search`: tracks by genre, title or artist.

use std::io::Write;

use segue::Track;
use segue::recommend::{FoundTrack, SearchQuery, SearchResults};

use crate::args::{Format, Matching, Search};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, count, several};
use crate::source;
use crate::table::{Column, Table};

/// The columns of a track in CSV output.
pub(super) const TRACK_COLUMNS: [&str; 9] = [
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
pub(super) fn track_values(track: &Track<'_>) -> [String; 9] {
    [
        track.track_id.to_owned(),
        track.track_name.to_owned(),
        track.artists.join(";"),
        track.album_name.unwrap_or_default().to_owned(),
        track.track_genre.unwrap_or_default().to_owned(),
        track.genres.join(";"),
        track.popularity.to_string(),
        track.duration_ms.to_string(),
        track.explicit.map(|explicit| explicit.to_string()).unwrap_or_default(),
    ]
}

pub(crate) fn run(args: &Search, out: &Output) -> Outcome {
    if args.all_releases && args.matching != Matching::Ranked {
        return Err(Failure::Usage(
            "--all-releases is for ranked search; other ways to match list every track",
        ));
    }
    let recommender = source::open(&args.index, out)?;
    let text = args.query.join(" ");
    let query = SearchQuery::new(&text)
        .matching(args.matching.into())
        .offset(args.offset)
        .limit(args.limit)
        .all_releases(args.all_releases)
        .facets(out.format == Format::Json);
    let found = recommender.search(&query)?;
    recommender.index().check_unchanged()?;
    if let Some(note) = found.note.as_ref().filter(|_| out.format != Format::Json) {
        out.remark(note);
    }
    match out.format {
        Format::Json => out.json(&found),
        Format::Csv => out.csv(TRACK_COLUMNS, found.tracks.iter().map(|found| track_values(&found.track))),
        Format::Table => out.results(|stdout| write_table(&found, args.offset, out, stdout)),
        _ => out.playlist(&text, found.tracks.iter().map(|found| &found.track)),
    }
}

/// A table of what was found, and how much more there is.
pub(crate) fn write_table(
    found: &SearchResults<'_>,
    offset: usize,
    out: &Output,
    stdout: &mut dyn Write,
) -> Outcome {
    if found.total == 0 {
        return Ok(writeln!(stdout, "no track matches {:?}", found.query)?);
    }
    if found.tracks.is_empty() {
        return Ok(writeln!(stdout, "no more than {} found", several(found.total, "track"))?);
    }
    let mut table = Table::new([
        Column::fixed("id"),
        Column::text("title"),
        Column::text("artists"),
        Column::text("genre"),
        Column::number("pop"),
    ]);
    for FoundTrack { track, other_releases } in &found.tracks {
        let title = match other_releases {
            None | Some(0) => track.track_name.to_owned(),
            Some(more) => format!("{} (+{more})", track.track_name),
        };
        table.row([
            track.track_id.to_owned(),
            title,
            track.artists.join(", "),
            track.track_genre.unwrap_or_default().to_owned(),
            track.popularity.to_string(),
        ]);
    }
    write!(stdout, "{}", out.table(&table))?;
    let (shown, total) = (found.tracks.len(), several(found.total, "track"));
    match shown {
        _ if shown == found.total => writeln!(stdout, "\n{total} found")?,
        _ if offset == 0 => writeln!(stdout, "\n{} of {total} found; more: -k N", count(shown))?,
        _ => writeln!(stdout, "\n{} to {} of {total} found", count(offset + 1), count(offset + shown))?,
    }
    Ok(())
}
