//! `segue recommend`: tracks like a track.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use segue::recommend::{Recommendation, Recommendations, Seed, SeedShown, TrackRef};
use segue::{Error, Query, Recommender, Row, Track};
use serde::Serialize;

use super::search::{TRACK_COLUMNS, track_values};
use crate::args::{Format, Recommend};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, count, duration, several};
use crate::source;
use crate::table::{Column, Table};

pub(crate) fn run(args: &Recommend, out: &Output) -> Outcome {
    let stdin = Path::new("-");
    if args.index.index == stdin && args.batch.as_deref() == Some(stdin) {
        return Err(Failure::Usage(
            "standard input cannot hold both the tracks (-i -) and the ids (--batch -); give one as a file",
        ));
    }
    if args.batch.is_some() && !matches!(out.format, Format::Table | Format::Json) {
        return Err(Failure::Usage("--batch writes one JSON object a line, not another --format"));
    }
    if args.batch.is_some() && !args.seeds.is_empty() {
        return Err(Failure::Usage("--batch has seeds of its own, --like and --unlike are for one list"));
    }
    let has_seed =
        !args.track.is_empty() || args.id.is_some() || args.batch.is_some() || !args.seeds.is_empty();
    if !has_seed && args.wishes.target.is_empty() {
        return Err(Failure::Usage("a track is missing; try: segue recommend --help"));
    }
    let recommender = source::open(&args.index, out)?;
    let filter = args.limits.filter(&recommender, out)?;
    let profile = args.index.profile_name().map(str::to_owned);
    let all_releases = args.limits.all_releases();
    let query = Query { all_releases, ..args.wishes.query(Vec::new(), args.limit, filter, profile) };
    let seed = match (args.track.as_slice(), &args.id, &args.batch) {
        ([], Some(id), _) => Some(recommender.row(id)?),
        ([], None, Some(batch)) => return run_batch(&recommender, batch, &query, out),
        ([], None, None) => None,
        (words, ..) => Some(resolve(&recommender, &words.join(" "), out)?),
    };
    let seeds = seed.into_iter().map(Seed::track).chain(args.seeds.resolve(&recommender, out)?).collect();
    let query = Query { seeds, ..query };
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

/// The track that is meant, with a word on standard error where there was a choice.
pub(crate) fn resolve(recommender: &Recommender, text: &str, out: &Output) -> Result<Row, Failure> {
    let found = recommender.resolve(text)?;
    if found.candidates > 1 || !found.exact {
        let track = recommender.track(found.row)?;
        let choice = match found.candidates {
            1 => format!("the only track that matches {text:?}"),
            many => format!("the most popular of {} tracks that match alike", count(many)),
        };
        out.remark(&format!(
            "took {:?} by {} ({}), {choice}; its id is {}",
            track.track_name,
            track.artists.join(", "),
            track.album_name.unwrap_or("album unknown"),
            track.track_id,
        ));
    }
    Ok(found.row)
}

/// What a list is like, in words.
fn title(answer: &Recommendations<'_>) -> String {
    let named = |track: &Track<'_>| format!("{} by {}", track.track_name, track.artists.join(", "));
    if let Some(seed) = &answer.seed {
        return format!("like {}", named(seed));
    }
    let name = |seed: &SeedShown<'_>| match seed {
        SeedShown { track: Some(track), .. } => named(track),
        SeedShown { artist: Some(artist), .. } => artist.clone(),
        SeedShown { genre: Some(genre), .. } => genre.clone(),
        _ => "a track of these features".into(),
    };
    let list = |seeds: Vec<&SeedShown<'_>>| match seeds.split_at_checked(MOST_SEEDS_NAMED) {
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

/// The seed, then a table of what is like it.
pub(crate) fn write_table(answer: &Recommendations<'_>, out: &Output, stdout: &mut dyn Write) -> Outcome {
    writeln!(stdout, "{}", out.bold(&out.line(&title(answer))))?;
    if let Some(seed) = &answer.seed {
        let genres = if seed.genres.is_empty() { "no genre".to_owned() } else { seed.genres.join(", ") };
        let (popularity, length) = (seed.popularity, duration(seed.duration_ms));
        let facts = format!("{}, popularity {popularity}, {length}, {genres}", seed.track_id);
        writeln!(stdout, "{}", out.line(&facts))?;
    }
    writeln!(stdout)?;
    if answer.recommendations.is_empty() {
        // A note, on standard error, has said why.
        let none =
            if answer.note.is_some() { "no track" } else { "there is no other track in this catalogue" };
        return Ok(writeln!(stdout, "{none}")?);
    }
    write_tracks(&answer.recommendations, out, stdout)
}

/// A table of recommended tracks.
pub(super) fn write_tracks(tracks: &[Recommendation<'_>], out: &Output, stdout: &mut dyn Write) -> Outcome {
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
        writeln!(stdout, "{}", out.line(&format!("{rank:>2}  {}", why.phrase)))?;
    }
    Ok(())
}

/// The columns of a list in CSV: those of a track after its rank and its similarity.
pub(super) fn write_csv(tracks: &[Recommendation<'_>], why: bool, out: &Output) -> Outcome {
    let [c1, c2, c3, c4, c5, c6, c7, c8, c9] = TRACK_COLUMNS;
    let header = ["rank", "similarity", c1, c2, c3, c4, c5, c6, c7, c8, c9];
    let row = |found: &Recommendation<'_>| {
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

/// One line of the output of `--batch`.
#[derive(Serialize)]
#[serde(untagged)]
enum BatchLine<'a> {
    Found(Recommendations<'a>),
    Failed { id: &'a str, error: String },
}

/// So many seeds are named in the title of a list.
const MOST_SEEDS_NAMED: usize = 3;
/// Lines are answered together, this many at a time, and written in their order; fewer where answers are long.
const BATCH: usize = 1024;
/// So many recommended tracks are held in memory at a time.
const HELD: usize = 100_000;
/// A line longer than this holds no id.
const LONGEST_LINE: u64 = 4096;

fn run_batch(recommender: &Recommender, path: &Path, query: &Query, out: &Output) -> Outcome {
    let unreadable = |error: io::Error| Failure::Message(format!("cannot read {}: {error}", path.display()));
    let source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path).map_err(unreadable)?),
    };
    let mut lines = BufReader::with_capacity(LONGEST_LINE as usize * 16, source);
    let longest = query.limit.min(recommender.index().len()).max(1);
    let most = (HELD / longest).clamp(1, BATCH);
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
            // Whoever writes one id and waits for its answer gets it.
            stdout.flush()?;
        }
    })?;
    match unknown {
        0 => Ok(()),
        unknown => Err(Failure::Message(format!("unknown: {} of {}", count(unknown), several(asked, "id")))),
    }
}

/// The next ids, blank lines left out; none at the end.
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
        // A byte-order mark may stand at the start of the file.
        let line = line.trim_start_matches('\u{feff}').trim();
        if !line.is_empty() {
            ids.push(line.to_owned());
        }
        // An interactive writer waits for answers to what it wrote: only lines that are here are awaited.
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
    let of_seed = |row: &Row| Query { seeds: vec![Seed::track(*row)], ..query.clone() };
    let queries: Vec<Query> = rows.iter().flatten().map(of_seed).collect();
    let mut answers = recommender.recommend_batch(&queries).into_iter();
    let mut lines = Vec::with_capacity(ids.len());
    for (id, row) in ids.iter().zip(rows) {
        lines.push(match row {
            Ok(_) => match answers.next() {
                Some(answer) => BatchLine::Found(answer?),
                None => continue,
            },
            Err(error @ Error::UnknownTrack { .. }) => BatchLine::Failed { id, error: error.to_string() },
            Err(error) => return Err(error.into()),
        });
    }
    Ok(lines)
}
