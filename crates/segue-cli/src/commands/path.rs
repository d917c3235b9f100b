//! `segue path`: from one song to another.

use segue::Query;

use super::recommend::{resolve, write_csv, write_tracks};
use crate::args::{Format, Path};
use crate::failure::Outcome;
use crate::output::Output;
use crate::source;

pub(crate) fn run(args: &Path, out: &Output) -> Outcome {
    let recommender = source::open(&args.index, out)?;
    let from = resolve(&recommender, &args.from, out)?;
    let to = resolve(&recommender, &args.to, out)?;
    let limits = Query {
        filter: args.limits.filter(&recommender, out)?,
        all_releases: args.limits.all_releases(),
        profile: args.index.profile_name().map(str::to_owned),
        ..Query::new(from)
    };
    let path = recommender.path(from, to, args.limit, &limits)?;
    recommender.index().check_unchanged()?;
    let name = |end: Option<&segue::recommend::Recommendation<'_>>| {
        end.map(|end| end.track.track_name.to_owned()).unwrap_or_default()
    };
    let title = format!("from {} to {}", name(path.tracks.first()), name(path.tracks.last()));
    match out.format {
        Format::Json => out.json(&path),
        Format::Csv => write_csv(&path.tracks, false, out),
        Format::Table => out.results(|stdout| {
            writeln!(stdout, "{}\n", out.bold(&out.line(&title)))?;
            write_tracks(&path.tracks, out, stdout)
        }),
        _ => out.playlist(&title, path.tracks.iter().map(|found| &found.track)),
    }
}
