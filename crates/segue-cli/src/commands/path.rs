//! `segue path`: a smooth path of tracks from one song to another.

use segue::recommend::PathQuery;

use crate::failure::Outcome;
use crate::listing::{write_csv, write_tracks};
use crate::named::resolve;
use crate::output::{Format, Output};
use crate::query::FilterArgs;
use crate::source::{self, IndexArgs};
use crate::value::at_least_one;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct PathArgs {
    /// The first track: an id, a Spotify URI or URL, or words of its title and artists
    from: String,
    /// The last track
    to: String,
    /// How many tracks, both ends among them
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "12", value_parser = at_least_one)]
    limit: usize,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    index: IndexArgs,
}

const EXAMPLES: &str = "\
Examples:
  segue path \"hey jude\" \"blinding lights\"
  segue path \"hey jude\" \"enter sandman\" -k 20 --min popularity=40 --format m3u8 > path.m3u8";

pub(crate) fn run(args: &PathArgs, out: &Output) -> Outcome {
    let recommender = source::open(&args.index, out)?;
    let from = resolve(&recommender, &args.from, out)?;
    let to = resolve(&recommender, &args.to, out)?;
    let mut query = PathQuery::new(from, to)
        .length(args.limit)
        .filter(args.filter.filter(&recommender, out)?)
        .all_releases(args.filter.all_releases());
    query.profile = args.index.profile_name().map(str::to_owned);
    let path = recommender.path(&query)?;
    recommender.index().check_unchanged()?;
    let name = |end: Option<&segue::recommend::Recommendation<&str>>| {
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
