//! `segue train`: fits the weights of a profile to playlists.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use indicatif::HumanDuration;
use segue::Profile;
use segue::eval::{Ratios, Trained, Training, TrainingEvent, look_up, train};
use serde::Serialize;
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::named::read_many_playlists;
use crate::output::{Format, Output, count, pluralised};
use crate::profile::ProfileArg;
use crate::progress::Bars;
use crate::source::{self, DEFAULT_INDEX, Reading, index_path};
use crate::table::Table;
use crate::{value, whole_file};

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TrainArgs {
    /// The playlists: CSV with the columns playlist_id and track_id
    #[arg(long, value_name = "FILE", required = true)]
    playlists: PathBuf,
    /// The file of the profile
    #[arg(short, long, value_name = "FILE", default_value = "profile.json")]
    output: PathBuf,
    /// The name of the profile: lower-case letters, digits, - and _
    #[arg(long, default_value = "mine")]
    name: String,
    /// The profile whose weights to start from
    #[arg(long, value_name = "NAME|FILE", value_parser = ProfileArg::parse, default_value = "segue")]
    start: ProfileArg,
    /// Upper limit of the sonic distance, relative to classic
    #[arg(long, value_name = "RATIO", default_value_t = 1.3)]
    max_distance: f64,
    /// Number of cross-validation folds
    #[arg(long, value_name = "N", default_value_t = 3)]
    folds: usize,
    /// End after so many minutes with the best weights found by then; the searches of the cross-validation and the
    /// last one share the time
    #[arg(long, value_name = "N", value_parser = value::minutes)]
    minutes: Option<Duration>,
    /// The index; or a file of tracks, which is then indexed in memory
    #[arg(short, long, value_name = "PATH", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    index: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

const EXAMPLES: &str = "\
The weights are validated on playlists that they were not trained on: each part of the playlists is held
out in turn. What is printed is relative to the profile to start from and to classic.

Examples:
  segue train --playlists sessions.csv --name ours -o ours.json
  segue train --playlists sessions.csv --minutes 10
  segue build spotify.csv --profile ours.json
  segue recommend \"hey jude\" --profile ours";

/// A profile, and where it comes from.
#[derive(Serialize)]
struct ProfileFile<'a> {
    #[serde(flatten)]
    profile: &'a Profile,
    provenance: &'a serde_json::Value,
}

pub(crate) fn run(args: &TrainArgs, out: &Output) -> Outcome {
    let begun = Instant::now();
    let start = args.start.profile()?;
    // Check the name before the training, which takes minutes.
    Profile::new(&args.name, 1, start.aspects()).map_err(|error| Failure::usage(error.to_string()))?;
    if !(args.max_distance > 0.0 && args.max_distance.is_finite()) {
        return Err(Failure::usage("--max-distance is a number above 0, such as 1.3"));
    }
    let playlists = read_many_playlists(&args.playlists)?;
    let index = source::open_index(&args.index, &args.reading, || Ok(vec![start.clone()]), out)?;
    let (playlists, known) = look_up(&index, &playlists)?;
    let mut training =
        Training::default().start(start.clone()).most_distance(args.max_distance).folds(args.folds);
    // A time too long for the clock is no limit.
    training.deadline = args.minutes.and_then(|minutes| begun.checked_add(minutes));
    out.remark(&format!(
        "training on {} in {} parts, which takes minutes for each hundred thousand tracks",
        pluralised(known.playlists, "playlist"),
        args.folds
    ));
    let bars = Bars::until(out.quiet, training.deadline);
    let training_begun = Instant::now();
    let trained = train(&index, &playlists, &training, &bars, |event| {
        let text = match event {
            TrainingEvent::Search { number, searches } => {
                let left = time_left(training_begun.elapsed(), number, searches, training.deadline);
                let of = if number < searches { "with a part held out" } else { "on all playlists" };
                format!("search {number} of {searches}, {of}{left}")
            }
            TrainingEvent::Weight { aspect, weight } => format!("{aspect} weighs {weight}"),
            _ => return,
        };
        bars.suspend(|| out.remark(&text));
    })?;
    drop(bars);
    let profile = Profile::new(&args.name, 1, &trained.weights)?.level_hubs(start.levels_hubs());
    let provenance = json!({
        "command": "segue train",
        "segue": env!("CARGO_PKG_VERSION"),
        "catalogue_tracks": index.len(),
        "playlists": known,
        "start": start.name(),
        "max_distance": args.max_distance,
        "folds": args.folds,
        "ended_early": trained.steps.ended_early(),
        "steps": trained.steps,
        "reference": trained.reference,
        "held_out_over_reference": trained.held_out,
        "held_out_over_start": trained.held_out_over_start,
        "fitted_over_reference": trained.fitted,
    });
    let written = ProfileFile { profile: &profile, provenance: &provenance };
    let text = serde_json::to_string_pretty(&written)? + "\n";
    let path = args.output.display().to_string();
    whole_file::write(&args.output, |file| std::io::Write::write_all(file, text.as_bytes()))
        .map_err(|error: std::io::Error| Failure::Message(format!("cannot write {path}: {error}")))?;
    match out.format {
        Format::Json => out.json(&json!({ "path": path, "provenance": provenance })),
        _ => out.report(|stdout| {
            let (name, playlists) = (profile.name(), pluralised(known.playlists, "playlist"));
            writeln!(stdout, "wrote {path}, the profile {name}, from {playlists}")?;
            if trained.steps.ended_early() {
                let (done, planned) = (count(trained.steps.done), count(trained.steps.planned));
                writeln!(
                    stdout,
                    "ended early by --minutes with the best weights found: {done} of {planned} steps were made"
                )?;
            }
            writeln!(
                stdout,
                "validated on playlists that it was not trained on: each of {} parts",
                args.folds
            )?;
            writeln!(stdout, "was held out, and measured with weights trained on the other parts")?;
            write!(stdout, "\n{}", out.table(&held_out_table(&trained, start.name())))?;
            Ok(())
        }),
    }
}

/// An estimate of the time that is left when a search begins, as `; about 3 minutes left`; nothing for the first, of
/// which nothing is known, unless there is a deadline.
fn time_left(elapsed: Duration, number: usize, searches: usize, deadline: Option<Instant>) -> String {
    let done = number.saturating_sub(1) as f64;
    let left = (searches as f64 - done) / done * elapsed.as_secs_f64();
    let estimate = Duration::try_from_secs_f64(left).ok();
    let most = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    estimate
        .into_iter()
        .chain(most)
        .min()
        .map_or_else(String::new, |left| format!("; about {} left", HumanDuration(left)))
}

/// Takes one measure out of several.
type MeasureOf = fn(&Ratios) -> f64;

/// The measures on held-out playlists, as multiples of those of the profile to start from and of the reference.
fn held_out_table(trained: &Trained, start: &str) -> Table {
    let over_both = [(start, &trained.held_out_over_start), (&trained.reference, &trained.held_out)];
    // The catalogue may lack the columns of classic; then both are one.
    let over: Vec<(&str, &Ratios)> = match trained.reference == start {
        true => over_both.into_iter().take(1).collect(),
        false => over_both.into(),
    };
    let headers: Vec<String> = over.iter().map(|(name, _)| format!("x {name}")).collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let mut table = Table::of_names("held-out playlists", &headers);
    let measures: [(&str, MeasureOf); 4] = [
        ("precision@10", |ratios| ratios.precision_at_10),
        ("precision@50", |ratios| ratios.precision_at_50),
        ("precision@50, other artists", |ratios| ratios.artist_filtered_precision_at_50),
        ("sonic distance", |ratios| ratios.sonic_distance),
    ];
    for (name, measure) in measures {
        // A precision of 0 has no multiples.
        let shown = |ratio: f64| if ratio.is_finite() { format!("{ratio:.2}") } else { "-".into() };
        let cells = over.iter().map(|(_, ratios)| shown(measure(ratios)));
        table.cells([name.to_owned()].into_iter().chain(cells).collect());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_estimated_from_the_searches_made() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        assert_eq!(time_left(minutes(0), 1, 4, None), "");
        assert_eq!(time_left(minutes(5), 2, 4, None), "; about 15 minutes left");
        assert_eq!(time_left(minutes(30), 4, 4, None), "; about 10 minutes left");
        let soon = Some(Instant::now());
        assert_eq!(time_left(minutes(5), 2, 4, soon), "; about 0 seconds left");
        assert_eq!(time_left(minutes(0), 1, 4, soon), "; about 0 seconds left");
    }
}
