//! `segue demo`: searches and recommends on a generated catalogue, or writes it to a file.

use std::io;
use std::path::{Path, PathBuf};

use segue::recommend::SearchQuery;
use segue::{Index, Ingest, Input, Progress, Query, Recommender, Row, Stage, Track};
use segue_demo::Demo;
use serde_json::json;

use super::{recommend, search};
use crate::failure::{Failure, Outcome};
use crate::output::{Format, Output, pluralised};
use crate::progress::Bars;
use crate::report::write_report;
use crate::table::printable;
use crate::whole_file;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DemoArgs {
    /// How many tracks at most
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    tracks: u64,
    /// Another seed makes another catalogue
    #[arg(long, value_name = "S", default_value_t = 3)]
    seed: u64,
    /// Write the catalogue to this CSV file (- is standard output) instead of trying it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl DemoArgs {
    fn demo(&self) -> Demo {
        Demo { tracks: self.tracks, seed: self.seed }
    }
}

const EXAMPLES: &str = "\
Examples:
  segue demo
  segue demo --tracks 1000000 --seed 7 --out big.csv && segue build big.csv";

pub(crate) fn run(args: &DemoArgs, out: &Output) -> Outcome {
    match &args.out {
        Some(path) if path == Path::new("-") => out.results(|stdout| {
            args.demo().write_csv(stdout, |_| ())?;
            Ok(())
        }),
        Some(path) => write_file(args, path, out),
        None => try_out(args, out),
    }
}

/// Writes the catalogue to a file that appears only when it is complete.
fn write_file(args: &DemoArgs, path: &Path, out: &Output) -> Outcome {
    let bars = Bars::new(out.quiet);
    bars.start(Stage::Generating, Some(args.tracks));
    let mut told = 0;
    let written = whole_file::write(path, |file| {
        args.demo().write_csv(file, |tracks| {
            bars.advance(tracks.saturating_sub(told));
            told = tracks;
        })
    });
    drop(bars);
    let unwritable = |error: io::Error| Failure::Message(format!("cannot write {}: {error}", path.display()));
    let (rows, _) = written.map_err(unwritable)?;
    let (rows, tracks) = (pluralised(rows, "row"), pluralised(args.tracks, "track"));
    out.remark(&format!("wrote {}: {rows} of {tracks}", path.display()));
    Ok(())
}

/// A larger catalogue can only be written to a file.
const MAX_IN_MEMORY: u64 = 2_000_000;

/// Builds the index in memory, searches, recommends, and shows each step.
fn try_out(args: &DemoArgs, out: &Output) -> Outcome {
    if out.format == Format::Csv {
        return Err(Failure::usage("demo has no CSV of what it shows; --out FILE.csv writes its tracks"));
    }
    if args.tracks > MAX_IN_MEMORY {
        return Err(Failure::usage("so many tracks are not tried in memory; write them: --out FILE.csv"));
    }
    let bars = Bars::new(out.quiet);
    let mut csv = Vec::new();
    args.demo().write_csv(&mut csv, |_| ())?;
    let ingest = Ingest::new().progress(&bars);
    let (catalogue, report) = ingest.read([Input::bytes("demo.csv", csv)])?;
    let index = Index::builder().progress(&bars).build(catalogue)?;
    let recommender = Recommender::new(index);
    drop(bars);

    let row = most_popular(&recommender)?;
    let seed = recommender.track(row)?;
    let Track { track_name, artists, .. } = &seed;
    let artist = artists.first().copied().unwrap_or_default();
    let found = recommender.search(&SearchQuery::new(artist).limit(5))?;
    let answer = recommender.recommend(&Query::new(row))?;
    if out.format == Format::Json {
        return out.json(&json!({ "report": report, "search": found, "recommend": answer }));
    }
    out.results(|stdout| {
        let DemoArgs { tracks, seed, .. } = args;
        writeln!(
            stdout,
            "A generated catalogue of {} (seed {seed}); every name is invented.\n",
            pluralised(*tracks, "track")
        )?;
        writeln!(
            stdout,
            "{}",
            out.bold(&format!(
                "$ segue demo --tracks {tracks} --seed {seed} --out demo.csv && segue build demo.csv"
            ))
        )?;
        write_report(&report, &[], stdout)?;
        writeln!(stdout, "\n{}", out.bold(&printable(&format!("$ segue search {artist:?} -k 5"))))?;
        search::write_table(&found, 0, out, stdout)?;
        writeln!(
            stdout,
            "\n{}",
            out.bold(&printable(&format!("$ segue recommend \"{track_name} - {artist}\"")))
        )?;
        recommend::write_table(&answer, out, stdout)?;
        writeln!(stdout, "\nNow with tracks of your own: segue build spotify.csv && segue recommend TITLE")?;
        Ok(())
    })
}

fn most_popular(recommender: &Recommender) -> Result<Row, Failure> {
    let mut best: Option<(i32, Row)> = None;
    for row in recommender.index().catalogue().rows() {
        let popularity = recommender.track(row)?.popularity.unwrap_or_default();
        if best.is_none_or(|(most, _)| popularity > most) {
            best = Some((popularity, row));
        }
    }
    best.map(|(_, row)| row).ok_or_else(|| Failure::Message("the generated catalogue is empty".into()))
}
