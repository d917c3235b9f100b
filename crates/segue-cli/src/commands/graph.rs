//! `segue graph`: the neighbours of every track, as a Parquet file.

use std::path::{Path, PathBuf};

use indicatif::HumanBytes;
use segue::{Error, write_graph};
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::output::{Format, Output, count, pluralised};
use crate::progress::Bars;
use crate::source::{self, IndexArgs};
use crate::value::at_least_one;
use crate::whole_file;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GraphArgs {
    /// The file, which appears only when it is complete; - writes to standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// How many neighbours of each track
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "50", value_parser = neighbours)]
    limit: usize,
    #[command(flatten)]
    index: IndexArgs,
}

const EXAMPLES: &str = "\
The columns: source_id, rank (from 1), target_id, similarity; in catalogue order, then by rank.

Examples:
  segue graph -o neighbours.parquet
  segue graph -i spotify.csv -k 10 -o neighbours.parquet
  python -c \"import pandas; print(pandas.read_parquet('neighbours.parquet'))\"";

/// The largest `k`; the file has `k` rows for each track.
const MAX_NEIGHBOURS: usize = 1_000;

fn neighbours(text: &str) -> Result<usize, String> {
    match at_least_one(text)? {
        number if number <= MAX_NEIGHBOURS => Ok(number),
        _ => Err(format!("at most {MAX_NEIGHBOURS} were wanted")),
    }
}

pub(crate) fn run(args: &GraphArgs, out: &Output) -> Outcome {
    if out.format == Format::Csv {
        return Err(Failure::usage("graph writes Parquet, not --format csv"));
    }
    let recommender = source::open(&args.index, out)?;
    let bars = Bars::new(out.quiet);
    let (index, k, path) = (recommender.index(), args.limit, &args.output);
    let space = index.space(args.index.profile_name())?;
    if path == Path::new("-") {
        let written = write_graph(index, space, k, "standard output", std::io::stdout(), &bars);
        return match written {
            Err(Error::Io { action: "write", source, .. }) => Err(Failure::Output(source)),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        };
    }
    let name = path.display().to_string();
    let written = whole_file::write(path, |file| {
        write_graph(index, space, k, &name, file, &bars).map_err(Unwritten::Engine)
    });
    let (written, bytes) = written.map_err(|error| match error {
        Unwritten::Engine(error) => error,
        Unwritten::File(source) => Error::Io { action: "write", path: name.clone(), source },
    })?;
    drop(bars);
    match out.format {
        Format::Json => out.json(&json!({
            "path": name,
            "bytes": bytes,
            "tracks": written.tracks,
            "neighbours": written.neighbours,
            "rows": written.rows,
        })),
        _ => {
            let (rows, tracks) = (pluralised(written.rows, "row"), pluralised(written.tracks, "track"));
            let each = count(written.neighbours);
            out.remark(&format!("wrote {name}: {rows}, {each} for each of {tracks}, {}", HumanBytes(bytes)));
            Ok(())
        }
    }
}

enum Unwritten {
    Engine(Error),
    File(std::io::Error),
}

impl From<std::io::Error> for Unwritten {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}
