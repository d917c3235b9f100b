//! `segue build`: files of tracks become an index.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::HumanBytes;
use segue::catalogue::ingest::{Reject, Report};
use segue::index::Written;
use segue::{Index, IndexWriter, Ingest};
use serde::Serialize;

use crate::args::{Build, Format};
use crate::failure::{Failure, Outcome};
use crate::output::{Output, count, several};
use crate::progress::Bars;
use crate::source::input;
use crate::table::printable;

/// What was built; the JSON of `build`.
#[derive(Serialize)]
struct Built<'a> {
    index: String,
    profile: &'a str,
    #[serde(flatten)]
    written: Written,
    #[serde(flatten)]
    report: &'a Report,
}

pub(crate) fn run(args: &Build, out: &Output) -> Outcome {
    let started = Instant::now();
    let bars = Bars::new(out.quiet);
    let writer = IndexWriter::create(&args.output)?;
    let mut rejects =
        args.rejects.as_deref().map(|path| RejectFile::create(path, &args.inputs)).transpose()?;
    let mut write_reject = |reject: &Reject| match &mut rejects {
        Some(rejects) => rejects.write(reject),
        None => Ok(()),
    };
    let ingest = Ingest {
        profile: args.profile,
        map: args.reading.map.clone(),
        allow_missing: args.reading.allow_missing.clone(),
        max_rejects: args.max_rejects,
        on_reject: Some(&mut write_reject),
        progress: &bars,
    };
    let read = ingest.read(args.inputs.iter().map(|path| input(path)).collect());
    if let Some(rejects) = &mut rejects {
        rejects.finish()?;
    }
    let (catalogue, report) = read?;
    let index = Index::build(catalogue, args.profile, Some(report.counts), &bars);
    let written = writer.write(&index, &bars)?;
    drop(bars);

    let built = Built {
        index: args.output.display().to_string(),
        profile: args.profile.name(),
        written,
        report: &report,
    };
    match out.format {
        Format::Json => out.json(&built),
        Format::Csv => {
            let counts = report.counts;
            let header = ["rows", "rejected", "repeated", "unique", "incomplete", "tracks"];
            let row = [
                counts.rows,
                counts.rejected,
                counts.repeated,
                counts.unique,
                counts.incomplete,
                counts.tracks,
            ];
            out.csv(header, [row.map(|number| number.to_string())])
        }
        Format::Table => out.results(|stdout| {
            write_report(&report, stdout)?;
            let Written { generation, bytes } = built.written;
            let a_track = bytes / index.len().max(1) as u64;
            let seconds = started.elapsed().as_secs_f64();
            let (size, profile) = (HumanBytes(bytes), built.profile);
            writeln!(stdout, "wrote {} in {seconds:.2} s", built.index)?;
            writeln!(stdout, "  profile {profile}, build {generation}, {size}, {a_track} bytes a track")?;
            Ok(())
        }),
    }
}

/// What became of the rows, as text.
pub(crate) fn write_report(report: &Report, out: &mut dyn Write) -> Outcome {
    for input in &report.inputs {
        let rows = several(input.rows, "row");
        writeln!(out, "read {}: {}, recognised as {}, {rows}", input.input, input.format, input.layout)?;
    }
    let counts = report.counts;
    count_line(out, "rows", counts.rows, "")?;
    count_line(out, "rejected", counts.rejected, "")?;
    for (reason, number) in &report.rejected_by_reason {
        count_line(out, "", *number, reason)?;
    }
    count_line(out, "repeated", counts.repeated, "ids met before; their genres are kept")?;
    count_line(out, "unique", counts.unique, "track ids")?;
    count_line(out, "incomplete", counts.incomplete, if counts.incomplete > 0 { "dropped" } else { "" })?;
    for (column, number) in &report.missing_by_column {
        count_line(out, "", *number, &format!("without {column}"))?;
    }
    count_line(out, "tracks", counts.tracks, "")?;
    if counts.rejected > 0 {
        writeln!(out, "rows that cannot be read (--rejects FILE lists all):")?;
        for reject in &report.first_rejects {
            writeln!(out, "  {}", printable(&reject.to_string()))?;
        }
    }
    Ok(())
}

fn count_line(out: &mut dyn Write, name: &str, number: u64, remark: &str) -> Outcome {
    Ok(writeln!(out, "{}", format!("  {name:<12}{:>13}  {remark}", count(number)).trim_end())?)
}

/// The file that `--rejects` names.
struct RejectFile {
    name: String,
    csv: csv::Writer<File>,
}

impl RejectFile {
    fn create(path: &Path, inputs: &[PathBuf]) -> Result<Self, Failure> {
        let name = path.display().to_string();
        if let Ok(place) = path.canonicalize()
            && inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == place))
        {
            return Err(Failure::Message(format!(
                "{name} is an input, the list of rejects would overwrite it; choose another: --rejects FILE"
            )));
        }
        let failed = |error| Failure::Message(format!("cannot create {name}: {error}"));
        let mut csv = csv::Writer::from_writer(File::create(path).map_err(failed)?);
        let header = csv.write_record(["input", "line", "column", "value", "reason"]);
        header.map_err(|error| failed(error.into()))?;
        Ok(Self { name, csv })
    }

    fn write(&mut self, reject: &Reject) -> io::Result<()> {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let (column, value) = (optional(&reject.column), optional(&reject.value));
        let record =
            [&reject.input, &reject.place.number().to_string(), &column, &value, &reject.reason.to_string()];
        Ok(self.csv.write_record(record)?)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.csv.flush().map_err(|error| Failure::Message(format!("cannot write {}: {error}", self.name)))
    }
}
