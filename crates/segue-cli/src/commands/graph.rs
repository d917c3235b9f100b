//! `segue graph`: the neighbours of every track, as a Parquet file.

use std::path::Path;

use indicatif::HumanBytes;
use segue::{Error, write_graph};
use serde_json::json;

use crate::args::{Format, Graph};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, count, several};
use crate::progress::Bars;
use crate::{source, whole_file};

pub(crate) fn run(args: &Graph, out: &Output) -> Outcome {
    if out.format == Format::Csv {
        return Err(Failure::Usage("graph writes Parquet, not --format csv"));
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
            let (rows, tracks) = (several(written.rows, "row"), several(written.tracks, "track"));
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
