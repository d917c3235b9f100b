//! From the path that a user names to something that can be asked.

use std::path::Path;

use segue::{Index, Ingest, Input, Recommender};

use crate::args::IndexArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::progress::Bars;

/// Opens an index, or indexes a file of tracks in memory.
pub(crate) fn open(args: &IndexArgs, out: &Output) -> Result<Recommender, Failure> {
    let path = &args.index;
    let is_input = path == Path::new("-") || (path.exists() && !path.is_dir());
    if !is_input {
        return Ok(Recommender::new(Index::open(path)?));
    }
    let bars = Bars::new(out.quiet);
    let ingest = Ingest { profile: args.profile, progress: &bars, ..Ingest::default() };
    let (catalogue, report) = ingest.read(vec![input(path)])?;
    if report.counts.rejected > 0 {
        out.remark(&format!(
            "{} of {} rows cannot be read; segue build --rejects FILE lists them",
            count(report.counts.rejected),
            count(report.counts.rows)
        ));
    }
    Ok(Recommender::new(Index::build(catalogue, args.profile, Some(report.counts), &bars)))
}

/// A file, or standard input for `-`.
pub(crate) fn input(path: &Path) -> Input {
    match path == Path::new("-") {
        true => Input::reader("standard input", std::io::stdin()),
        false => Input::path(path),
    }
}
