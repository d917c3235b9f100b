//! `segue recommend`: tracks like a track.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use segue::recommend::{Recommendations, TrackRef};
use segue::{Error, Query, Recommender, Row};
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
    if args.batch.is_some() && out.format == Format::Csv {
        return Err(Failure::Usage("--batch writes one JSON object a line, not --format csv"));
    }
    let recommender = source::open(&args.index, out)?;
    let seed = match (&args.track, &args.id, &args.batch) {
        (Some(text), ..) => resolve(&recommender, text, out)?,
        (None, Some(id), _) => recommender.row(id)?,
        (None, None, Some(batch)) => return run_batch(&recommender, batch, args.limit, out),
        (None, None, None) => {
            return Err(Failure::Usage("a track is missing; try: segue recommend --help"));
        }
    };
    let answer = recommender.recommend(&Query::new(seed).limit(args.limit))?;
    match out.format {
        Format::Json => out.json(&answer),
        Format::Csv => {
            let [c1, c2, c3, c4, c5, c6, c7, c8, c9] = TRACK_COLUMNS;
            let header = ["rank", "similarity", c1, c2, c3, c4, c5, c6, c7, c8, c9];
            let rows = answer.recommendations.iter().map(|found| {
                let [v1, v2, v3, v4, v5, v6, v7, v8, v9] = track_values(&found.track);
                [found.rank.to_string(), found.similarity.to_string(), v1, v2, v3, v4, v5, v6, v7, v8, v9]
            });
            out.csv(header, rows)
        }
        Format::Table => out.results(|stdout| write_table(&answer, out, stdout)),
    }
}

/// The track that is meant, with a word on standard error where there was a choice.
fn resolve(recommender: &Recommender, text: &str, out: &Output) -> Result<Row, Failure> {
    let found = recommender.resolve(text)?;
    if found.candidates > 1 || !found.exact {
        let track = recommender.track(found.row)?;
        let choice = match found.candidates {
            1 => format!("the only track that matches {text:?}"),
            many => format!("the most popular of {} tracks that match alike", count(many)),
        };
        out.remark(&format!(
            "took {:?} by {} ({}), {choice}; to be strict: --id {}",
            track.track_name,
            track.artists.join(", "),
            track.album_name.unwrap_or("album unknown"),
            track.track_id,
        ));
    }
    Ok(found.row)
}

/// The seed, then a table of what is like it.
pub(crate) fn write_table(answer: &Recommendations<'_>, out: &Output, stdout: &mut dyn Write) -> Outcome {
    let seed = &answer.seed;
    let title = format!("like {} by {}", seed.track_name, seed.artists.join(", "));
    writeln!(stdout, "{}", out.bold(&out.line(&title)))?;
    let genres = if seed.genres.is_empty() { "no genre".to_owned() } else { seed.genres.join(", ") };
    let (popularity, length) = (seed.popularity, duration(seed.duration_ms));
    writeln!(
        stdout,
        "{}\n",
        out.line(&format!("{}, popularity {popularity}, {length}, {genres}", seed.track_id))
    )?;
    if answer.recommendations.is_empty() {
        return Ok(writeln!(stdout, "there is no other track in this catalogue")?);
    }
    let mut table = Table::new([
        Column::number("#"),
        Column::number("similarity"),
        Column::text("title"),
        Column::text("artists"),
        Column::text("genre"),
    ]);
    for found in &answer.recommendations {
        table.row([
            found.rank.to_string(),
            format!("{:.6}", found.similarity),
            found.track.track_name.to_owned(),
            found.track.artists.join(", "),
            found.track.track_genre.unwrap_or_default().to_owned(),
        ]);
    }
    Ok(write!(stdout, "{}", out.table(&table))?)
}

/// One line of the output of `--batch`.
#[derive(Serialize)]
#[serde(untagged)]
enum BatchLine<'a> {
    Found(Recommendations<'a>),
    Failed { id: &'a str, error: String },
}

/// Lines are answered together, this many at a time, and written in their order; fewer where answers are long.
const BATCH: usize = 1024;
/// So many recommended tracks are held in memory at a time.
const HELD: usize = 100_000;
/// A line longer than this holds no id.
const LONGEST_LINE: u64 = 4096;

fn run_batch(recommender: &Recommender, path: &Path, limit: usize, out: &Output) -> Outcome {
    let unreadable = |error: io::Error| Failure::Message(format!("cannot read {}: {error}", path.display()));
    let source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path).map_err(unreadable)?),
    };
    let mut lines = BufReader::with_capacity(LONGEST_LINE as usize * 16, source);
    let longest = limit.min(recommender.index().len()).max(1);
    let most = (HELD / longest).clamp(1, BATCH);
    let (mut asked, mut unknown) = (0, 0);
    out.results(|stdout| {
        loop {
            let ids = read_ids(&mut lines, most).map_err(unreadable)?;
            if ids.is_empty() {
                return Ok(());
            }
            for line in answer(recommender, &ids, limit)? {
                asked += 1;
                unknown += u64::from(matches!(line, BatchLine::Failed { .. }));
                serde_json::to_writer(&mut *stdout, &line)?;
                writeln!(stdout)?;
            }
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
    limit: usize,
) -> Result<Vec<BatchLine<'a>>, Failure> {
    let rows: Vec<segue::Result<Row>> = ids
        .iter()
        .map(|text| match TrackRef::parse(text) {
            TrackRef::Id(id) | TrackRef::Text(id) => recommender.row(id),
        })
        .collect();
    let queries: Vec<Query> = rows.iter().flatten().map(|row| Query::new(*row).limit(limit)).collect();
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
