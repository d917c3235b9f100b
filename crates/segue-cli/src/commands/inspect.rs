//! `segue inspect`: explores files of tracks or an index: columns, types, ranges, duplicates, genres.

mod playlist;

use std::io::Write;
use std::path::{Path, PathBuf};

use segue::catalogue::ingest::RejectLimit;
use segue::inspect::{self, ColumnKind, ColumnSummary, TableSummary, TracksSummary};
use segue::{Catalogue, Index, Profile, Report, Space};
use serde::Serialize;

use crate::advice::advised;
use crate::failure::{Failure, Outcome};
use crate::output::{Format, Output, count, pluralised};
use crate::progress::Bars;
use crate::report::write_report;
use crate::source::{DEFAULT_INDEX, Reading, index_path, ingest, input, is_input};
use crate::table::{Column, Table, printable};

#[derive(Debug, clap::Args)]
pub(crate) struct InspectArgs {
    /// A file of tracks, a folder of them, a playlist, or an index
    #[arg(value_name = "FILE|DIR", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    path: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

/// The JSON of `inspect`.
#[derive(Serialize)]
struct Inspection {
    source: String,
    /// The encoding of a file, or `index`; `layout` is its recognised layout, or the profiles of the index.
    format: &'static str,
    layout: String,
    /// The number of files of a folder, and if they do not all have the same columns, how one differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<String>,
    rows: u64,
    /// Rows with a wrong number of fields, which `columns` leaves out.
    ragged: u64,
    columns: Vec<ColumnSummary>,
    /// The report of cleaning a file.
    cleaning: Option<Report>,
    /// The tracks after cleaning, if a catalogue could be made.
    tracks: Option<TracksSummary>,
    /// Why no catalogue could be made.
    no_tracks: Option<String>,
    /// What the file is as a playlist, if no catalogue could be made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    playlist: Option<playlist::Summary>,
}

pub(crate) fn run(args: &InspectArgs, out: &Output) -> Outcome {
    if playlist::is_one(&args.path) {
        return playlist::run(&args.path, out);
    }
    let seen = match is_input(&args.path) {
        true if args.path.is_file() || args.path.is_dir() => inspect_file(args, out)?,
        true => {
            return Err(Failure::usage(
                "inspect reads a file twice, so it can read no pipe; save it as a file first",
            ));
        }
        false => inspect_index(&args.path)?,
    };
    match out.format {
        Format::Json => out.json(&seen),
        Format::Csv => out.csv(
            ["column", "type", "missing", "unreadable", "min", "median", "max"],
            seen.columns.iter().map(|column| {
                let [min, median, max] = match &column.spread {
                    Some(spread) => [spread.min, spread.median, spread.max].map(|number| number.to_string()),
                    None => Default::default(),
                };
                let [missing, unreadable] =
                    [column.missing, column.unreadable].map(|number| number.to_string());
                [column.name.clone(), kind(column.kind).into(), missing, unreadable, min, median, max]
            }),
        ),
        _ => out.results(|stdout| write_text(&seen, out, stdout)),
    }
}

fn inspect_file(args: &InspectArgs, out: &Output) -> Result<Inspection, Failure> {
    let bars = Bars::new(out.quiet);
    let TableSummary { format, layout, rows, ragged, columns, files, difference, .. } =
        inspect::table(input(&args.path))?;
    // As a build without options reads it.
    let ingest = ingest(&args.reading, &[Profile::default()], &bars).max_rejects(RejectLimit::Share(1.0));
    let (cleaning, tracks, no_tracks) = match ingest.read(vec![input(&args.path)]) {
        Ok((catalogue, report)) => (Some(report), Some(summary(&catalogue)?), None),
        Err(error) => (None, None, Some(advised(&error))),
    };
    let source = args.path.display().to_string();
    let playlist = no_tracks.as_ref().and_then(|_| playlist::Summary::of(&args.path).ok());
    Ok(Inspection {
        source,
        format,
        layout: layout.into(),
        files,
        difference,
        rows,
        ragged,
        columns,
        cleaning,
        tracks,
        no_tracks,
        playlist,
    })
}

fn inspect_index(path: &Path) -> Result<Inspection, Failure> {
    let index = Index::open(path)?;
    let profiles: Vec<&str> = index.spaces().iter().map(Space::name).collect();
    Ok(Inspection {
        source: path.display().to_string(),
        format: "index",
        layout: format!("vectors of {}", profiles.join(" and ")),
        files: None,
        difference: None,
        rows: index.len() as u64,
        ragged: 0,
        columns: inspect::columns(index.catalogue())?,
        cleaning: index.catalogue().counts().map(Report::from),
        tracks: Some(summary(index.catalogue())?),
        no_tracks: None,
        playlist: None,
    })
}

fn summary(catalogue: &Catalogue) -> Result<TracksSummary, Failure> {
    Ok(inspect::tracks(catalogue)?)
}

/// The number of genres in the text output.
const SHOWN_GENRES: usize = 10;

fn write_text(seen: &Inspection, out: &Output, stdout: &mut dyn Write) -> Outcome {
    let (rows, columns) = (pluralised(seen.rows, "row"), pluralised(seen.columns.len(), "column"));
    let title = format!("{}: {rows} x {columns}", seen.source);
    writeln!(stdout, "{}", out.bold(&out.line(&title)))?;
    let files = seen.files.map(|files| format!("{}, ", pluralised(files, "file"))).unwrap_or_default();
    writeln!(stdout, "{files}{}, {}", seen.format, seen.layout)?;
    if let Some(difference) = &seen.difference {
        writeln!(stdout, "not all files have the same columns: {}", printable(difference))?;
    }
    if seen.ragged > 0 {
        let ragged = pluralised(seen.ragged, "row");
        writeln!(stdout, "{ragged} with another number of fields, left out of the columns below")?;
    }
    writeln!(stdout)?;
    write!(stdout, "{}", out.table(&columns_table(&seen.columns)))?;
    if let Some(report) = &seen.cleaning {
        writeln!(stdout, "\n{}", out.bold("cleaning"))?;
        write_report(report, &[Profile::default()], stdout)?;
    }
    if let Some(tracks) = &seen.tracks {
        write_tracks(tracks, out, stdout)?;
    }
    if let Some(problem) = &seen.no_tracks {
        writeln!(stdout, "\nno catalogue can be made of it: {}", printable(problem))?;
    }
    if let Some(playlist) = &seen.playlist {
        writeln!(stdout, "\nas a playlist: {}", playlist.kind())?;
        playlist.write(stdout)?;
    }
    Ok(())
}

fn write_tracks(tracks: &TracksSummary, out: &Output, stdout: &mut dyn Write) -> Outcome {
    match tracks.identical_groups {
        0 => writeln!(stdout, "\nno two tracks share all their features")?,
        groups => writeln!(
            stdout,
            "\n{} of {} share all their features with another, in {}",
            count(tracks.identical_tracks),
            pluralised(tracks.tracks, "track"),
            pluralised(groups, "group")
        )?,
    }
    writeln!(stdout, "\n{}", out.bold(&pluralised(tracks.genres.len(), "genre")))?;
    let mut table =
        Table::new([Column::text("genre"), Column::number("tracks"), Column::number("listed first")]);
    for genre in tracks.genres.iter().take(SHOWN_GENRES) {
        table.row([genre.genre.clone(), count(genre.tracks), count(genre.first)]);
    }
    write!(stdout, "{}", out.table(&table))?;
    if let Some(more @ 1..) = tracks.genres.len().checked_sub(SHOWN_GENRES) {
        writeln!(stdout, "and {} more: --format json lists all", count(more))?;
    }
    Ok(())
}

fn columns_table(columns: &[ColumnSummary]) -> Table {
    let mut table = Table::new([
        Column::text("column"),
        Column::fixed("type"),
        Column::number("missing"),
        Column::number("min"),
        Column::number("median"),
        Column::number("max"),
        Column::fixed("histogram"),
    ]);
    for column in columns {
        let name = if column.name.is_empty() { "(no name)".to_owned() } else { column.name.clone() };
        let missing = match column.unreadable {
            0 => count(column.missing),
            unreadable => format!("{} + {} bad", count(column.missing), count(unreadable)),
        };
        let [min, median, max, histogram] = match &column.spread {
            Some(spread) => {
                [number(spread.min), number(spread.median), number(spread.max), histogram(&spread.histogram)]
            }
            None => Default::default(),
        };
        let kind = match column.dimension {
            Some(dimension) => format!("vector ({dimension})"),
            None => kind(column.kind).to_owned(),
        };
        table.row([name, kind, missing, min, median, max, histogram]);
    }
    table
}

fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Empty => "empty",
        ColumnKind::Integer => "integer",
        ColumnKind::Number => "number",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Text => "text",
        ColumnKind::Vector => "vector",
    }
}

/// A number in few characters, for example `-8.499` or `1.0e-6`.
fn number(number: f64) -> String {
    match number.abs() {
        size if size >= 1e8 => format!("{number:.2e}"),
        _ if number.fract() == 0.0 => format!("{number:.0}"),
        size if size < 1e-3 => format!("{number:.1e}"),
        _ => format!("{number:.3}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}

/// Counts as block characters; a non-empty bin shows at least the lowest bar.
fn histogram(counts: &[u64]) -> String {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let bar = |count: u64| (count as f64 / most as f64 * 8.0).ceil() as usize;
    counts.iter().filter_map(|count| BARS.get(bar(*count))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (5_237_295.0, "5237295"),
            (-8.49899, "-8.499"),
            (1.01e-6, "1.0e-6"),
            (1e300, "1.00e300"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn histograms_show_the_shape() {
        assert_eq!(histogram(&[0, 1, 50, 100]), " ▁▄█");
        assert_eq!(histogram(&[0, 0]), "  ");
    }
}
