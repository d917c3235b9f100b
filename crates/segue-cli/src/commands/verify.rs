//! `segue verify`: checks every byte of an index, and names the first damaged file.

use std::path::PathBuf;

use indicatif::HumanBytes;

use crate::failure::Outcome;
use crate::output::{Format, Output, pluralised};
use crate::source::{DEFAULT_INDEX, index_path};
use crate::table::printable;

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The index
    #[arg(value_name = "DIR", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    path: PathBuf,
}

pub(crate) fn run(args: &VerifyArgs, out: &Output) -> Outcome {
    let verified = segue::index::verify(&args.path)?;
    match out.format {
        Format::Json => out.json(&verified),
        Format::Csv => {
            let rows = verified
                .files
                .iter()
                .map(|file| [file.name.clone(), file.bytes.to_string(), file.xxh3_64.clone()]);
            out.csv(["file", "bytes", "xxh3_64"], rows)
        }
        _ => out.results(|stdout| {
            for file in &verified.files {
                writeln!(
                    stdout,
                    "  {:<14}{:>12}  {}",
                    file.name,
                    HumanBytes(file.bytes).to_string(),
                    file.xxh3_64
                )?;
            }
            let (path, generation) = (printable(&args.path.display().to_string()), verified.generation);
            writeln!(
                stdout,
                "{path} is whole: build {generation}, {}",
                pluralised(verified.tracks, "track")
            )?;
            Ok(())
        }),
    }
}
