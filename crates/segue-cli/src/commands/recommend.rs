//! `segue recommend`: tracks like a track or like several seeds, and `--batch` for many ids.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use segue::recommend::{Recommendations, Seed, SeedView, TrackRef};
use segue::{Error, Query, Recommender, Row, Track};
use serde::Serialize;

use crate::advice::advised;
use crate::failure::{Failure, Outcome};
use crate::listing::{write_csv, write_tracks};
use crate::named::resolve;
use crate::output::{Format, Output, count, duration, pluralised};
use crate::query::{FilterArgs, ListArgs, SeedArgs};
use crate::source::{self, IndexArgs};
use crate::value::at_least_one;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, override_usage = "segue recommend [OPTIONS] <TRACK | --id ID | --batch FILE | --like...>")]
pub(crate) struct RecommendArgs {
    /// The track: an id, a Spotify URI or URL, or words of its title and artists
    #[arg(value_name = "TRACK", conflicts_with_all = ["id", "batch"])]
    track: Vec<String>,
    /// The track's exact id, and nothing else
    #[arg(long, value_name = "ID", conflicts_with = "batch")]
    id: Option<String>,
    /// Many tracks: a file (or - for standard input) with one id a line; writes one JSON object a line
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    /// How many tracks at most
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "10", value_parser = at_least_one)]
    limit: usize,
    #[command(flatten)]
    seeds: SeedArgs,
    #[command(flatten)]
    list: ListArgs,
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    index: IndexArgs,
}

const EXAMPLES: &str = "\
Examples:
  segue recommend blinding lights weeknd
  segue recommend \"God's Plan - Drake\"
  segue recommend https://open.spotify.com/track/6DCZcSspjsKoFjzjrWoCdn -k 20
  segue recommend -i spotify.csv --id 6DCZcSspjsKoFjzjrWoCdn --format csv
  segue recommend \"blinding lights\" --target energy=0.9 --min popularity=50 --per-artist 1 --why
  segue recommend --like \"hey jude\" --like \"imagine*2\" --unlike-genre metal --diversity 0.4
  segue recommend --like-playlist evening.m3u8 --without heard.txt --format m3u8 > next.m3u8
  segue recommend --like-features danceability=0.8,energy=0.7,tempo=122,genre=house
  segue recommend --like-vector my-recording.npy
  segue recommend --batch ids.txt > neighbours.ndjson";

pub(crate) fn run(args: &RecommendArgs, out: &Output) -> Outcome {
    let stdin = Path::new("-");
    if args.index.index == stdin && args.batch.as_deref() == Some(stdin) {
        return Err(Failure::usage(
            "standard input cannot hold both the tracks (-i -) and the ids (--batch -); give one as a file",
        ));
    }
    if args.batch.is_some() && !matches!(out.format, Format::Table | Format::Json) {
        return Err(Failure::usage("--batch writes one JSON object a line, not another --format"));
    }
    if args.batch.is_some() && !args.seeds.is_empty() {
        return Err(Failure::usage("--batch has seeds of its own, --like and --unlike are for one list"));
    }
    let has_seed =
        !args.track.is_empty() || args.id.is_some() || args.batch.is_some() || !args.seeds.is_empty();
    if !has_seed && args.list.target.is_empty() {
        return Err(Failure::usage("a track is missing; try: segue recommend --help"));
    }
    let recommender = source::open(&args.index, out)?;
    let filter = args.filter.filter(&recommender, out)?;
    let profile = args.index.profile_name().map(str::to_owned);
    let all_releases = args.filter.all_releases();
    let is_playlist = out.format.playlist().is_some();
    let mut query = args.list.query(Vec::new(), args.limit, filter, profile, is_playlist);
    query.all_releases = all_releases;
    let seed = match (args.track.as_slice(), &args.id, &args.batch) {
        ([], Some(id), _) => Some(recommender.row(id)?),
        ([], None, Some(batch)) => return run_batch(&recommender, batch, &query, out),
        ([], None, None) => None,
        (words, ..) => Some(resolve(&recommender, &words.join(" "), out)?),
    };
    query.seeds.extend(seed.map(Seed::track));
    query.seeds.extend(args.seeds.resolve(&recommender, args.filter.min_found, out)?);
    let answer = recommender.recommend(&query)?;
    recommender.index().check_unchanged()?;
    if let Some(note) = answer.note.as_ref().filter(|_| out.format != Format::Json) {
        out.remark(note);
    }
    match out.format {
        Format::Json => out.json(&answer),
        Format::Csv => write_csv(&answer.recommendations, query.why, out),
        Format::Table => out.results(|stdout| write_table(&answer, out, stdout)),
        _ => out.playlist(&title(&answer), answer.recommendations.iter().map(|found| &found.track)),
    }
}

/// The title of a list, for example `like Hey Jude by The Beatles`.
fn title(answer: &Recommendations<&str>) -> String {
    let named = |track: &Track<&str>| format!("{} by {}", track.track_name, track.artists.join(", "));
    if let Some(seed) = &answer.seed {
        return format!("like {}", named(seed));
    }
    let name = |seed: &SeedView<&str>| match seed {
        SeedView { track: Some(track), .. } => named(track),
        SeedView { artist: Some(artist), .. } => artist.clone(),
        SeedView { genre: Some(genre), .. } => genre.clone(),
        SeedView { dimension: Some(_), .. } => "a recording with this vector".into(),
        _ => "a track of these features".into(),
    };
    let list = |seeds: Vec<&SeedView<&str>>| match seeds.split_at_checked(MAX_SEEDS_NAMED) {
        Some((first, rest)) if !rest.is_empty() => {
            let names: Vec<String> = first.iter().map(|seed| name(seed)).collect();
            format!("{} and {} more", names.join("; "), count(rest.len()))
        }
        _ => seeds.iter().map(|seed| name(seed)).collect::<Vec<_>>().join("; "),
    };
    let (like, unlike): (Vec<_>, Vec<_>) = answer.seeds.iter().partition(|seed| seed.weight > 0.0);
    match (like.is_empty(), unlike.is_empty()) {
        (true, _) => "near the targets".into(),
        (_, true) => format!("like {}", list(like)),
        _ => format!("like {}, unlike {}", list(like), list(unlike)),
    }
}

/// Writes the title, the seed's facts, and the table of recommendations.
pub(crate) fn write_table(answer: &Recommendations<&str>, out: &Output, stdout: &mut dyn Write) -> Outcome {
    writeln!(stdout, "{}", out.bold(&out.line(&title(answer))))?;
    if let Some(seed) = &answer.seed {
        let genres = if seed.genres.is_empty() { "no genre".to_owned() } else { seed.genres.join(", ") };
        let mut facts = vec![seed.track_id.to_owned()];
        facts.extend(seed.popularity.map(|popularity| format!("popularity {popularity}")));
        facts.extend(seed.duration_ms.map(duration));
        facts.push(genres);
        writeln!(stdout, "{}", out.line(&facts.join(", ")))?;
    }
    writeln!(stdout)?;
    if answer.recommendations.is_empty() {
        // If there is a note, it was printed on standard error.
        let none =
            if answer.note.is_some() { "no track" } else { "there is no other track in this catalogue" };
        return Ok(writeln!(stdout, "{none}")?);
    }
    write_tracks(&answer.recommendations, out, stdout)
}

/// One line of the output of `--batch`.
#[derive(Serialize)]
#[serde(untagged)]
enum BatchLine<'a> {
    Found(Box<Recommendations<&'a str>>),
    Failed { id: &'a str, error: String },
}

/// The most seeds named in the title of a list.
const MAX_SEEDS_NAMED: usize = 3;
/// The most ids of a chunk, which is answered in parallel and written in input order.
const MAX_CHUNK: usize = 1024;
/// The most recommended tracks held in memory; a larger `k` makes chunks smaller.
const MAX_TRACKS_IN_MEMORY: usize = 100_000;
/// Longer lines are cut here; no id is that long.
const LONGEST_LINE: u64 = 4096;

fn run_batch(recommender: &Recommender, path: &Path, query: &Query, out: &Output) -> Outcome {
    let unreadable = |error: io::Error| Failure::Message(format!("cannot read {}: {error}", path.display()));
    let source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path).map_err(unreadable)?),
    };
    let mut lines = BufReader::with_capacity(LONGEST_LINE as usize * 16, source);
    let longest = query.limit.min(recommender.index().len()).max(1);
    let most = (MAX_TRACKS_IN_MEMORY / longest).clamp(1, MAX_CHUNK);
    let (mut asked, mut unknown) = (0, 0);
    out.results(|stdout| {
        loop {
            let ids = read_ids(&mut lines, most).map_err(unreadable)?;
            if ids.is_empty() {
                return Ok(());
            }
            let mut written = Vec::new();
            for line in answer(recommender, &ids, query)? {
                asked += 1;
                unknown += u64::from(matches!(line, BatchLine::Failed { .. }));
                serde_json::to_writer(&mut written, &line)?;
                written.push(b'\n');
            }
            recommender.index().check_unchanged()?;
            stdout.write_all(&written)?;
            // Flushed, for interactive use: a program may write one id and wait for its answer.
            stdout.flush()?;
        }
    })?;
    match unknown {
        0 => Ok(()),
        unknown => {
            Err(Failure::Message(format!("unknown: {} of {}", count(unknown), pluralised(asked, "id"))))
        }
    }
}

/// Reads the next chunk of ids, without blank lines; empty at the end of the input.
fn read_ids(lines: &mut BufReader<impl Read>, most: usize) -> io::Result<Vec<String>> {
    let mut ids = Vec::new();
    while ids.len() < most {
        let mut line = Vec::new();
        if lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
            lines.skip_until(b'\n')?;
        }
        let line = String::from_utf8_lossy(&line);
        // The file may begin with a byte-order mark.
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() {
            ids.push(line.to_owned());
        }
        // End the chunk where reading on would block: an interactive writer waits for the answers first.
        if !ids.is_empty() && !lines.buffer().contains(&b'\n') {
            break;
        }
    }
    Ok(ids)
}

fn answer<'a>(
    recommender: &'a Recommender,
    ids: &'a [String],
    query: &Query,
) -> Result<Vec<BatchLine<'a>>, Failure> {
    let rows: Vec<segue::Result<Row>> = ids
        .iter()
        .map(|text| match TrackRef::parse(text) {
            TrackRef::Id(id) | TrackRef::Text(id) => recommender.row(id),
        })
        .collect();
    let of_seed = |row: &Row| query.clone().seed(*row);
    let queries: Vec<Query> = rows.iter().flatten().map(of_seed).collect();
    let mut answers = recommender.recommend_batch(&queries).into_iter();
    let mut lines = Vec::with_capacity(ids.len());
    for (id, row) in ids.iter().zip(rows) {
        lines.push(match row {
            Ok(_) => match answers.next() {
                Some(answer) => BatchLine::Found(answer?.into()),
                None => continue,
            },
            Err(error @ Error::UnknownTrack { .. }) => BatchLine::Failed { id, error: advised(&error) },
            Err(error) => return Err(error.into()),
        });
    }
    Ok(lines)
}
