//! `segue train`: a profile of one's own, from playlists.

use segue::Profile;
use segue::eval::{Training, look_up, train};
use serde_json::json;

use crate::args::{Format, Train};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, several};
use crate::progress::Bars;
use crate::source;
use crate::whole_file;
use crate::wishes::read_many_playlists;

pub(crate) fn run(args: &Train, out: &Output) -> Outcome {
    let start = args.start.profile()?;
    // A name that cannot be is refused before the work.
    Profile::new(&args.name, 1, start.aspects()).map_err(Failure::Misused)?;
    if !(args.max_distance > 0.0 && args.max_distance.is_finite()) {
        return Err(Failure::Usage("--max-distance is a number above 0, such as 1.3"));
    }
    let playlists = read_many_playlists(&args.playlists)?;
    let index = source::open_index(&args.index, &args.reading, || Ok(vec![Profile::classic()]), out)?;
    let (playlists, known) = look_up(&index, &playlists)?;
    let training = Training { start: start.clone(), most_distance: args.max_distance, folds: args.folds };
    out.remark(&format!(
        "training on {} in {} parts, which takes minutes for each hundred thousand tracks",
        several(known.playlists, "playlist"),
        args.folds
    ));
    let bars = Bars::new(out.quiet);
    let trained = train(&index, &playlists, &training, &bars, |aspect, weight| {
        out.remark(&format!("{aspect} weighs {weight}"));
    })?;
    drop(bars);
    let profile = Profile::new(&args.name, 1, &trained.weights).map_err(Failure::Message)?;
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
    let text = format!("{:#}\n", profile.to_json(provenance.clone()));
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
                several(known.playlists, "playlist")
            )?;
            writeln!(stdout, "  on playlists that it was not trained on, where classic is 1:")?;
            writeln!(stdout, "  precision@10    {:>6.2}", held.precision_at_10)?;
            writeln!(stdout, "  precision@50    {:>6.2}", held.precision_at_50)?;
            writeln!(stdout, "  sonic distance  {:>6.2}", held.sonic_distance)?;
            Ok(())
        }),
    }
}
