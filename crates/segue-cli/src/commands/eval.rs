//! `segue eval`: measures profiles on playlists, beside the baselines popular and random.

use std::io::Write;
use std::path::PathBuf;

use segue::eval::{Comparison, Evaluated, Known, Measure, Ranker, evaluate, look_up};
use segue::{Profile, Space};
use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::named::read_many_playlists;
use crate::output::{Format, Output, count, pluralised};
use crate::profile::ProfileArg;
use crate::source::{self, DEFAULT_INDEX, Reading, index_path};
use crate::table::Table;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// The playlists: CSV with the columns playlist_id and track_id
    #[arg(long, value_name = "FILE", required = true)]
    playlists: PathBuf,
    /// A profile to measure; may be given more than once [default: those of the index, and classic if it
    /// has the columns]
    #[arg(long, value_name = "NAME|FILE", value_parser = ProfileArg::parse)]
    profile: Vec<ProfileArg>,
    /// The index; or a file of tracks, which is then indexed in memory
    #[arg(short, long, value_name = "PATH", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    index: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

const EXAMPLES: &str = "\
Measures:
  precision        with each song of a playlist as the seed, the share of the list that is in the same
                   playlist; among other artists; and for seeds in the head, middle and tail, the
                   thirds of the playlists' songs by popularity
  continuation     with half of a playlist as the seeds, how much of the other half is listed
  artist seeds     with each artist of 3 playlists or more as the seed, the share of the first 10 other
                   artists listed who share a playlist with the artist
  sonic distance   how differently the first 10 sound from the seed: for a sample of the catalogue, and
                   for the songs of the playlists
  same artist      the share of neighbouring places of a list that have the same first artist
  versions         the share of a list that is another version of the seed or of a track before
  out of season    the share of a list that is a Christmas song or the like, though the seed is not
  Lists have one version of each song, as in `segue recommend`; those of profiles that list every
  release have one release of each recording.
  Several profiles are compared playlist by playlist, by precision@10.

Examples:
  segue eval --playlists playlists.csv
  segue eval -i spotify.csv --playlists playlists.csv --profile segue --profile mine.json --format json";

#[derive(Serialize)]
struct Answer {
    #[serde(flatten)]
    known: Known,
    #[serde(flatten)]
    evaluated: Evaluated,
}

pub(crate) fn run(args: &EvalArgs, out: &Output) -> Outcome {
    let playlists = read_many_playlists(&args.playlists)?;
    let asked: Vec<Profile> = args.profile.iter().filter_map(|profile| profile.profile().ok()).collect();
    let index = source::open_index(&args.index, &args.reading, || Ok(asked), out)?;
    let mut made: Vec<Space> = Vec::new();
    let wanted: Vec<ProfileArg> = match args.profile.is_empty() {
        true => {
            let of_index = index.spaces().iter().map(|space| ProfileArg::Named(space.name().to_owned()));
            let classic = ProfileArg::Named("classic".into());
            let mut wanted: Vec<ProfileArg> = of_index.collect();
            let has_columns = Profile::classic().resolve(index.catalogue()).is_ok();
            if has_columns && !wanted.contains(&classic) {
                wanted.push(classic);
            }
            wanted
        }
        false => args.profile.clone(),
    };
    for profile in &wanted {
        if index.space(Some(profile.name())).is_err() {
            made.push(Space::fit(&profile.profile()?, index.catalogue())?);
        }
    }
    let spaces =
        wanted.iter().map(|profile| match made.iter().find(|space| space.name() == profile.name()) {
            Some(space) => Ok(space),
            None => profile.space(&index),
        });
    let rankers = spaces.map(|space| Ok(Ranker::Profile(space?))).collect::<Result<Vec<_>, Failure>>()?;
    let rankers = [rankers, vec![Ranker::Popular, Ranker::Random]].concat();
    let (playlists, known) = look_up(&index, &playlists)?;
    if playlists.is_empty() {
        return Err(Failure::Message(format!(
            "no playlist of {} has two songs of this catalogue; {} of them do not have two, and {} are unknown",
            args.playlists.display(),
            count(known.too_short),
            pluralised(known.unknown, "track")
        )));
    }
    let evaluated = evaluate(&index, &playlists, &rankers, |done| {
        out.remark(&format!("measured {}", done.profile));
    })?;
    match out.format {
        Format::Json => out.json(&Answer { known, evaluated }),
        Format::Csv => {
            let rows = evaluated.evaluations.iter().flat_map(|evaluation| {
                evaluation.values.iter().map(|value| {
                    let bound = |bound: Option<f64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
                    let (low, high) = value.interval.unzip();
                    let (profile, measure) = (evaluation.profile.clone(), value.measure.name().to_owned());
                    [profile, measure, value.value.to_string(), bound(low), bound(high)]
                })
            });
            out.csv(["profile", "measure", "value", "low", "high"], rows)
        }
        _ => out.results(|stdout| write_table(&known, &evaluated, out, stdout)),
    }
}

fn write_table(known: &Known, evaluated: &Evaluated, out: &Output, stdout: &mut dyn Write) -> Outcome {
    write!(stdout, "{}, {}", pluralised(known.playlists, "playlist"), pluralised(known.tracks, "song"))?;
    if known.unknown > 0 {
        write!(stdout, "\n{} that the catalogue does not have", pluralised(known.unknown, "track"))?;
    }
    if known.too_short > 0 {
        write!(stdout, "\n{} with fewer than two songs left out", pluralised(known.too_short, "playlist"))?;
    }
    writeln!(stdout, "\n")?;
    let names: Vec<&str> =
        evaluated.evaluations.iter().map(|evaluation| evaluation.profile.as_str()).collect();
    let mut table = Table::of_names("measure", &names);
    for measure in Measure::ALL {
        let cells = evaluated.evaluations.iter().map(|evaluation| {
            let value = evaluation.values.iter().find(|value| value.measure == measure);
            value.map_or_else(String::new, |value| shown(measure, value.value, value.interval))
        });
        table.cells([measure.plain_name().to_owned()].into_iter().chain(cells).collect());
    }
    write!(stdout, "{}", out.table(&table))?;
    if !evaluated.comparisons.is_empty() {
        writeln!(stdout)?;
    }
    for comparison in &evaluated.comparisons {
        writeln!(stdout, "{}", compared(comparison))?;
    }
    writeln!(stdout, "\nin %, but for distance, diversity, skewness and hub")?;
    writeln!(
        stdout,
        "± half of the 95 % bootstrap interval over playlists, or over artists where they are the seeds"
    )?;
    if let Some(parts) = &evaluated.popularity {
        writeln!(
            stdout,
            "head, middle, tail: seeds of popularity {head} and above, {middle} to below {head}, and below {middle} ({} + {} + {} songs)",
            count(parts.head),
            count(parts.middle),
            count(parts.tail),
            head = parts.head_from,
            middle = parts.middle_from,
        )?;
    }
    if evaluated.artist_seeds > 0 {
        let artists = pluralised(evaluated.artist_seeds, "artist");
        writeln!(stdout, "artist seeds: {artists}, each in 3 playlists or more")?;
    }
    Ok(())
}

/// A comparison as a sentence, with shares in per cent.
fn compared(comparison: &Comparison) -> String {
    let Comparison { profile, than, measure, better, worse, equal, difference, interval, .. } = comparison;
    let (low, high) = interval;
    format!(
        "{profile} is better than {than} on {} of {} (worse on {}, ties {}): {} {:+.2} ±{:.2}",
        count(*better),
        pluralised(better + worse + equal, "playlist"),
        count(*worse),
        count(*equal),
        measure.plain_name(),
        difference * 100.0,
        (high - low) * 50.0
    )
}

/// A value for the table: shares in per cent; with half of the bootstrap interval.
fn shown(measure: Measure, value: f64, interval: Option<(f64, f64)>) -> String {
    let half = interval.map(|(low, high)| (high - low) / 2.0);
    match (measure.is_share(), half) {
        (true, Some(half)) => format!("{:.2} ±{:.2}", value * 100.0, half * 100.0),
        (true, None) => format!("{:.2}", value * 100.0),
        (false, Some(half)) => format!("{value:.3} ±{half:.3}"),
        (false, None) => format!("{value:.3}"),
    }
}
