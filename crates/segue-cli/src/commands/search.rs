//! `segue search`: tracks by words of title, artists, album or genres.

use std::io::Write;

use clap::ValueEnum;
use segue::recommend::{FoundTrack, SearchQuery, SearchResults};

use crate::failure::{Failure, Outcome};
use crate::listing::{TRACK_COLUMNS, track_values};
use crate::output::{Format, Output, count, pluralised};
use crate::source::{self, IndexArgs};
use crate::table::{Column, Table};
use crate::value::at_least_one;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SearchArgs {
    /// What to look for
    #[arg(required = true)]
    query: Vec<String>,
    /// How many tracks at most
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "10", value_parser = at_least_one)]
    limit: usize,
    /// Skip the first N results
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// List every release of a song, not only the most popular
    #[arg(long)]
    all_releases: bool,
    /// How tracks match
    #[arg(long = "match", value_name = "HOW", value_enum, default_value_t)]
    matching: Matching,
    #[command(flatten)]
    index: IndexArgs,
}

const EXAMPLES: &str = "\
Examples:
  segue search hip-hop
  segue search weeknd blinding
  segue search 'artist:\"daft punk\" -remix' --offset 10
  segue search 'genre:jazz christmas' --format json | jq .facets.artists
  segue search -- '-live genre:rock'
  segue search --match regex '^the .*s$'

In a query: artist: track: album: genre: say where a word is to be, quotes keep words together,
and -word leaves out what has it.";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Matching {
    /// By words in any order, accents, case and punctuation aside; the most likely first
    #[default]
    Ranked,
    /// Genre, title or artists contain the query, letter case aside; in catalogue order
    Contains,
    /// Genre, title or artists match the query as a regular expression; in catalogue order
    Regex,
}

impl From<Matching> for segue::recommend::Matching {
    fn from(matching: Matching) -> Self {
        match matching {
            Matching::Ranked => Self::Ranked,
            Matching::Contains => Self::Contains,
            Matching::Regex => Self::Regex,
        }
    }
}

pub(crate) fn run(args: &SearchArgs, out: &Output) -> Outcome {
    if args.all_releases && args.matching != Matching::Ranked {
        return Err(Failure::usage(
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

/// Writes a table of one page of results, and the total.
pub(crate) fn write_table(
    found: &SearchResults<&str>,
    offset: usize,
    out: &Output,
    stdout: &mut dyn Write,
) -> Outcome {
    if found.total == 0 {
        return Ok(writeln!(stdout, "no track matches {:?}", found.query)?);
    }
    if found.tracks.is_empty() {
        return Ok(writeln!(stdout, "no more than {} found", pluralised(found.total, "track"))?);
    }
    let mut table = Table::new([
        Column::fixed("id"),
        Column::text("title"),
        Column::text("artists"),
        Column::text("genre"),
        Column::number("pop"),
    ]);
    for FoundTrack { track, other_releases, .. } in &found.tracks {
        let title = match other_releases {
            None | Some(0) => track.track_name.to_owned(),
            Some(more) => format!("{} (+{more})", track.track_name),
        };
        table.row([
            track.track_id.to_owned(),
            title,
            track.artists.join(", "),
            track.track_genre.unwrap_or_default().to_owned(),
            track.popularity.map(|popularity| popularity.to_string()).unwrap_or_default(),
        ]);
    }
    write!(stdout, "{}", out.table(&table))?;
    let (shown, total) = (found.tracks.len(), pluralised(found.total, "track"));
    match shown {
        _ if shown == found.total => writeln!(stdout, "\n{total} found")?,
        _ if offset == 0 => writeln!(stdout, "\n{} of {total} found; more: -k N", count(shown))?,
        _ => writeln!(stdout, "\n{} to {} of {total} found", count(offset + 1), count(offset + shown))?,
    }
    Ok(())
}
