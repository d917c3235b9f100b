//! `segue train`: fits the weights of a profile to playlists.

use std::path::PathBuf;

use segue::Profile;
use segue::eval::{Training, look_up, train};
use serde::Serialize;
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::named::read_many_playlists;
use crate::output::{Format, Output, pluralised};
use crate::profile::ProfileArg;
use crate::progress::Bars;
use crate::source::{self, DEFAULT_INDEX, Reading, index_path};
use crate::whole_file;

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
    /// The index; or a file of tracks, which is then indexed in memory
    #[arg(short, long, value_name = "PATH", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    index: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

const EXAMPLES: &str = "\
Examples:
  segue train --playlists sessions.csv --name ours -o ours.json
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
    let start = args.start.profile()?;
    // Check the name before the training, which takes minutes.
    Profile::new(&args.name, 1, start.aspects()).map_err(|error| Failure::usage(error.to_string()))?;
    if !(args.max_distance > 0.0 && args.max_distance.is_finite()) {
        return Err(Failure::usage("--max-distance is a number above 0, such as 1.3"));
    }
    let playlists = read_many_playlists(&args.playlists)?;
    let is_built_in = Profile::built_ins().contains(&start);
    let read_for = if is_built_in { Profile::classic() } else { start.clone() };
    let index = source::open_index(&args.index, &args.reading, || Ok(vec![read_for]), out)?;
    let (playlists, known) = look_up(&index, &playlists)?;
    let training =
        Training::default().start(start.clone()).most_distance(args.max_distance).folds(args.folds);
    out.remark(&format!(
        "training on {} in {} parts, which takes minutes for each hundred thousand tracks",
        pluralised(known.playlists, "playlist"),
        args.folds
    ));
    let bars = Bars::new(out.quiet);
    let trained = train(&index, &playlists, &training, &bars, |aspect, weight| {
        out.remark(&format!("{aspect} weighs {weight}"));
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
        "held_out_over_classic": trained.held_out,
        "fitted_over_classic": trained.fitted,
    });
    let written = ProfileFile { profile: &profile, provenance: &provenance };
    let text = serde_json::to_string_pretty(&written)? + "\n";
    let path = args.output.display().to_string();
    whole_file::write(&args.output, |file| std::io::Write::write_all(file, text.as_bytes()))
        .map_err(|error: std::io::Error| Failure::Message(format!("cannot write {path}: {error}")))?;
    match out.format {
        Format::Json => out.json(&json!({ "path": path, "provenance": provenance })),
        _ => out.report(|stdout| {
            let held = &trained.held_out;
            writeln!(
                stdout,
                "wrote {path}, the profile {}, from {}",
                profile.name(),
                pluralised(known.playlists, "playlist")
            )?;
            writeln!(stdout, "  on playlists that it was not trained on, where classic is 1:")?;
            writeln!(stdout, "  precision@10    {:>6.2}", held.precision_at_10)?;
            writeln!(stdout, "  precision@50    {:>6.2}", held.precision_at_50)?;
            writeln!(stdout, "  sonic distance  {:>6.2}", held.sonic_distance)?;
            Ok(())
        }),
    }
}
