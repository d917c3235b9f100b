//! From the path that a user names to something that can be asked.

use std::path::Path;

use segue::{Index, Ingest, Input, Profile, Recommender};

use crate::args::{IndexArgs, Reading};
use crate::failure::Failure;
use crate::output::{Output, count, several};
use crate::profile::ProfileArg;
use crate::progress::Bars;

/// Opens an index, or indexes a file of tracks in memory. The index has the profile that is asked for.
pub(crate) fn open(args: &IndexArgs, out: &Output) -> Result<Recommender, Failure> {
    let profiles = args.profile.iter().map(ProfileArg::profile);
    let index = match args.in_memory && !is_input(&args.index) {
        true => Index::read(&args.index)?,
        false => open_index(&args.index, &args.reading, || profiles.collect(), out)?,
    };
    if let Some(profile) = &args.profile {
        profile.space(&index)?;
    }
    Ok(Recommender::new(index))
}

/// Opens an index, or indexes a file of tracks in memory for some profiles; for the default one if there are none.
pub(crate) fn open_index(
    path: &Path,
    reading: &Reading,
    profiles: impl FnOnce() -> Result<Vec<Profile>, Failure>,
    out: &Output,
) -> Result<Index, Failure> {
    if !is_input(path) {
        let index = Index::open(path)?;
        if !reading.is_empty() {
            return Err(Failure::Usage(
                "--map and --allow-missing are for files of tracks, an index is read as it is",
            ));
        }
        return Ok(index);
    }
    let profiles = profiles()?;
    let bars = Bars::new(out.quiet);
    let (catalogue, report) = ingest(reading, &bars).read(vec![input(path)])?;
    if report.counts.rejected > 0 {
        out.remark(&format!(
            "{} of {} cannot be read; segue build --rejects FILE lists them",
            count(report.counts.rejected),
            several(report.counts.rows, "row")
        ));
    }
    Ok(Index::build(catalogue, &profiles, Some(report.counts), &bars)?)
}

/// How files of tracks are to be read.
pub(crate) fn ingest<'a>(reading: &Reading, bars: &'a Bars) -> Ingest<'a> {
    Ingest {
        map: reading.map.clone(),
        allow_missing: reading.allow_missing.clone(),
        progress: bars,
        ..Ingest::default()
    }
}

/// Whether a path names tracks to be read rather than an index.
pub(crate) fn is_input(path: &Path) -> bool {
    path == Path::new("-") || (path.exists() && !path.is_dir())
}

/// A file, or standard input for `-`.
pub(crate) fn input(path: &Path) -> Input {
    match path == Path::new("-") {
        true => Input::reader("standard input", std::io::stdin()),
        false => Input::path(path),
    }
}
