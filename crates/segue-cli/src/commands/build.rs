//! `segue build`: reads files of tracks and writes an index.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::HumanBytes;
use segue::catalogue::ingest::{Reject, RejectLimit, Report};
use segue::index::Written;
use segue::{Index, IndexWriter, Lack, Profile};
use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::output::{Format, Output, csv_safe};
use crate::profile::{OwnProfileArgs, ProfileArg};
use crate::progress::Bars;
use crate::report::{lacks, warnings, write_report};
use crate::source::{self, DEFAULT_INDEX, Reading, index_path};
use crate::unfinished::CleanupOnSignal;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BuildArgs {
    /// Files of tracks, or folders of them: CSV (plain, gzip, zstd), Parquet, Arrow IPC; - reads standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The folder of the index; an existing one is replaced atomically
    #[arg(short, long, value_name = "DIR", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    output: PathBuf,
    /// A profile, which says what makes tracks alike: segue, classic, or a file of segue train; may be given more
    /// than once, the first is the default of queries
    /// [default: segue]
    #[arg(long, value_name = "NAME|FILE", value_parser = ProfileArg::parse)]
    profile: Vec<ProfileArg>,
    #[command(flatten)]
    reading: Reading,
    /// Write every row that cannot be read to this CSV file: input, line, column, value, reason
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Fail if more rows than this cannot be read: a share (1%) or a number of rows (250)
    #[arg(long, value_name = "LIMIT", default_value = "1%")]
    max_rejects: RejectLimit,
    /// Keep a map of the tracks in the index, laid out by the first profile; a bare --map means the same
    #[arg(long)]
    with_map: bool,
    #[command(flatten)]
    own: OwnProfileArgs,
}

const EXAMPLES: &str = "\
Examples:
  segue build spotify.csv
  segue build spotify.csv --profile segue --profile classic
  segue build part1.csv.gz part2.parquet -o music.segue
  segue build tracks.parquet/ --vector clap    # a folder of parts, as Spark writes it
  zcat dump.csv.gz | segue build - --map Song=track_name --map Singer=artists
  segue build liked_songs.csv --allow-missing track_genre
  segue build spotify.csv --map                # with a map for the page of segue serve
  segue build tracks.parquet --vector clap
  segue build tracks.parquet --feature 'mfcc_*' --feature bpm:log --vector clap --weight clap=2

Recognised by their columns: the Spotify Tracks Dataset, TidyTuesday's spotify_songs.csv, Exportify
exports, and tracks_features.csv.";

/// The JSON of `build`.
#[derive(Serialize)]
struct Built<'a> {
    index: String,
    profiles: Vec<&'a str>,
    #[serde(flatten)]
    written: Written,
    #[serde(flatten)]
    report: &'a Report,
    /// What the profiles do without, for each column that is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    without: Vec<Lack>,
}

pub(crate) fn run(args: &BuildArgs, out: &Output) -> Outcome {
    let started = Instant::now();
    let mut profiles = args.profile.iter().map(ProfileArg::profile).collect::<Result<Vec<_>, _>>()?;
    profiles.extend(args.own.profile()?);
    if profiles.is_empty() {
        profiles.push(Profile::default());
    }
    let names: Vec<&str> = profiles.iter().map(Profile::name).collect();
    if let Some(name) = names.iter().find(|name| names.iter().filter(|other| other == name).count() > 1) {
        return Err(Failure::usage(format!("the profile {name} is given twice")));
    }
    let bars = Bars::new(out.quiet);
    let mut rejects = args.rejects.as_deref().map(|path| RejectFile::new(path, args)).transpose()?;
    let _cleanup = CleanupOnSignal::new_index(&args.output);
    let writer = IndexWriter::create(&args.output)?;
    let mut write_reject = |reject: &Reject| match &mut rejects {
        Some(rejects) => rejects.write(reject),
        None => Ok(()),
    };
    let ingest = source::ingest(&args.reading, &profiles, &bars)
        .max_rejects(args.max_rejects)
        .on_reject(&mut write_reject);
    let read = ingest.read(args.inputs.iter().map(|path| source::input(path)));
    if let Some(rejects) = &mut rejects {
        rejects.finish(read.is_ok())?;
    }
    let (catalogue, report) = read?;
    let builder = Index::builder().profiles(profiles.iter().cloned()).map(args.with_map);
    let index = builder.progress(&bars).build(catalogue)?;
    let written = writer.write(&index, &bars)?;
    drop(bars);
    warnings(&report).iter().for_each(|warning| out.remark(warning));

    let (index_name, without) = (args.output.display().to_string(), lacks(&report, &profiles));
    let built = Built { index: index_name, profiles: names, written, report: &report, without };
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
        _ => out.report(|stdout| {
            write_report(&report, &profiles, stdout)?;
            let Written { generation, bytes, .. } = built.written;
            let a_track = bytes / index.len().max(1) as u64;
            let seconds = started.elapsed().as_secs_f64();
            let (size, profiles) = (HumanBytes(bytes), built.profiles.join(" and "));
            let what = if built.profiles.len() == 1 { "profile" } else { "profiles" };
            writeln!(stdout, "wrote {} in {seconds:.2} s", built.index)?;
            let map = if args.with_map { ", with a map" } else { "" };
            writeln!(
                stdout,
                "  {what} {profiles}{map}, build {generation}, {size}, {a_track} bytes a track"
            )?;
            Ok(())
        }),
    }
}

/// The file of `--rejects`, created at the first reject or once everything is read: a build that fails before then
/// leaves the old file as it was.
struct RejectFile {
    path: PathBuf,
    csv: Option<csv::Writer<File>>,
}

impl RejectFile {
    /// Refuses a path that is an input or lies in one, or in the folder of the index.
    fn new(path: &Path, args: &BuildArgs) -> Result<Self, Failure> {
        let name = path.display();
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let same = |a: &Path, b: &Path| {
            a.canonicalize().ok().zip(b.canonicalize().ok()).is_some_and(|(a, b)| a == b)
        };
        if args.inputs.iter().any(|input| same(input, path)) {
            return Err(Failure::Message(format!(
                "{name} is an input, the list of rejects would overwrite it; choose another: --rejects FILE"
            )));
        }
        let inputs =
            args.inputs.iter().filter(|input| input.is_dir()).filter_map(|input| input.canonicalize().ok());
        if folder.canonicalize().is_ok_and(|folder| inputs.into_iter().any(|input| folder.starts_with(input)))
        {
            return Err(Failure::Message(format!(
                "{name} is in a folder that is an input; choose another: --rejects FILE"
            )));
        }
        if folder.ancestors().any(|folder| folder == args.output || same(folder, &args.output)) {
            return Err(Failure::Message(format!(
                "{name} is in the folder of the index; choose another: --rejects FILE"
            )));
        }
        Ok(Self { path: path.to_owned(), csv: None })
    }

    fn csv(&mut self) -> io::Result<&mut csv::Writer<File>> {
        let csv = match self.csv.take() {
            Some(csv) => csv,
            None => {
                let mut csv = csv::Writer::from_writer(File::create(&self.path)?);
                csv.write_record(["input", "line", "column", "value", "reason"])?;
                csv
            }
        };
        Ok(self.csv.insert(csv))
    }

    fn write(&mut self, reject: &Reject) -> io::Result<()> {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let (column, value) = (optional(&reject.column), optional(&reject.value));
        let place = reject.place.number().to_string();
        let record = [&reject.input, &place, &column, &value, &reject.reason.to_string()];
        let record = record.map(|cell| csv_safe(cell));
        Ok(self.csv()?.write_record(record)?)
    }

    /// Flushes the file; if the read succeeded without rejects, it gets only the header.
    fn finish(&mut self, read: bool) -> Result<(), Failure> {
        let flushed =
            if read || self.csv.is_some() { self.csv().and_then(|csv| csv.flush()) } else { Ok(()) };
        flushed.map_err(|error| Failure::Message(format!("cannot write {}: {error}", self.path.display())))
    }
}
