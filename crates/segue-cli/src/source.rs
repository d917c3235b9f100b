//! Opens an index, or builds one in memory from files of tracks.

use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};
use segue::catalogue::Column;
use segue::{Fill, Index, Ingest, Input, Profile, Recommender};

use crate::failure::Failure;
use crate::output::{Output, count, pluralised};
use crate::profile::ProfileArg;
use crate::progress::Bars;
use crate::report::warnings;

/// Where the tracks are.
#[derive(Debug, clap::Args)]
pub(crate) struct IndexArgs {
    /// The index; or a file of tracks or a folder of them, which is then indexed in memory
    #[arg(short, long, value_name = "PATH", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    pub(crate) index: PathBuf,
    /// The profile, which says what makes tracks alike: one of the index, or a file of segue train [default: the
    /// index's first; segue for files of tracks]
    #[arg(long, value_name = "NAME|FILE", value_parser = ProfileArg::parse)]
    pub(crate) profile: Option<ProfileArg>,
    /// Read the whole index into memory first, and check it: for folders that others write into
    #[arg(long)]
    pub(crate) in_memory: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

impl IndexArgs {
    /// The name given by `--profile`.
    pub(crate) fn profile_name(&self) -> Option<&str> {
        self.profile.as_ref().map(ProfileArg::name)
    }
}

/// The default of `--index`.
pub(crate) const DEFAULT_INDEX: &str = "catalogue.segue";

/// How files of tracks are read.
#[derive(Debug, clap::Args)]
pub(crate) struct Reading {
    /// Take the input's column OTHER as our column, for columns that are not recognised
    #[arg(long, value_name = "OTHER=OURS", value_parser = mapping)]
    pub(crate) map: Vec<(String, Column)>,
    /// Allow a descriptive column to be missing: album_name, track_genre or explicit
    #[arg(long, value_name = "COLUMN", value_parser = descriptive)]
    pub(crate) allow_missing: Vec<Column>,
    /// Keep this column of the input too, for filters and targets: numbers, or lists of numbers as vectors; * stands for
    /// any text
    #[arg(long, value_name = "COLUMN")]
    pub(crate) keep: Vec<String>,
    /// Give tracks that lack a number or a vector that is needed the mean, instead of leaving them out
    #[arg(long, value_name = "mean", value_parser = fill)]
    pub(crate) fill: Option<Fill>,
    /// Read vectors with half precision: half the memory, 3 digits
    #[arg(long)]
    pub(crate) half: bool,
}

impl Reading {
    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty()
            && self.allow_missing.is_empty()
            && self.keep.is_empty()
            && self.fill.is_none()
            && !self.half
    }
}

fn fill(text: &str) -> Result<Fill, String> {
    match text {
        "mean" => Ok(Fill::Mean),
        _ => Err("mean was wanted".into()),
    }
}

/// Opens the index of the arguments, or indexes a file of tracks in memory, and checks that it has the profile.
pub(crate) fn open(args: &IndexArgs, out: &Output) -> Result<Recommender, Failure> {
    let profiles = args.profile.iter().map(ProfileArg::profile);
    let index = match args.in_memory && !is_input(&args.index) {
        true => Index::read(&args.index)?,
        false => open_index(&args.index, &args.reading, || profiles.collect(), out)?,
    };
    if let Some(profile) = &args.profile {
        profile.space(&index)?;
    }
    Ok(Recommender::new(index))
}

/// Opens an index, or indexes a file of tracks in memory with some profiles; with the default one if there are none.
pub(crate) fn open_index(
    path: &Path,
    reading: &Reading,
    profiles: impl FnOnce() -> Result<Vec<Profile>, Failure>,
    out: &Output,
) -> Result<Index, Failure> {
    if !is_input(path) {
        let index = Index::open(path)?;
        if !reading.is_empty() {
            return Err(Failure::usage(
                "--map, --allow-missing, --keep, --fill and --half are for files of tracks, an index is read as it is",
            ));
        }
        return Ok(index);
    }
    let mut profiles = profiles()?;
    if profiles.is_empty() {
        profiles.push(Profile::default());
    }
    let bars = Bars::new(out.quiet);
    let (catalogue, report) = ingest(reading, &profiles, &bars).read([input(path)])?;
    if report.counts.rejected > 0 {
        out.remark(&format!(
            "{} of {} cannot be read; segue build --rejects FILE lists them",
            count(report.counts.rejected),
            pluralised(report.counts.rows, "row")
        ));
    }
    warnings(&report).iter().for_each(|warning| out.remark(warning));
    Ok(Index::builder().profiles(profiles).progress(&bars).build(catalogue)?)
}

/// The settings for reading files of tracks with the columns that some profiles need.
pub(crate) fn ingest<'a>(reading: &Reading, profiles: &[Profile], bars: &'a Bars) -> Ingest<'a> {
    let mut ingest = Ingest::new().progress(bars).half(reading.half).fill(reading.fill.unwrap_or_default());
    ingest.needs.extend(profiles.iter().map(Profile::needs));
    ingest.keep.clone_from(&reading.keep);
    ingest.map.clone_from(&reading.map);
    ingest.allow_missing.clone_from(&reading.allow_missing);
    ingest
}

/// Whether a path is a file of tracks, a folder of them, or `-`, rather than an index.
pub(crate) fn is_input(path: &Path) -> bool {
    path == Path::new("-") || Input::is_at(path)
}

/// A file or a folder of files, or standard input for `-`.
pub(crate) fn input(path: &Path) -> Input {
    match path == Path::new("-") {
        true => Input::reader("standard input", std::io::stdin()),
        false => Input::path(path),
    }
}

/// Parses the path of an index; an empty one, as from an empty environment variable, is the default.
pub(crate) fn index_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(|path| match path.is_empty() {
        true => PathBuf::from(DEFAULT_INDEX),
        false => PathBuf::from(path),
    })
}

fn column(name: &str) -> Result<Column, String> {
    Column::named(name).ok_or_else(|| {
        let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
        format!("{name:?} is none of our columns: {}", names.join(", "))
    })
}

fn mapping(text: &str) -> Result<(String, Column), String> {
    let (other, ours) = text.rsplit_once('=').ok_or("OTHER=ours was wanted, such as Song=track_name")?;
    Ok((other.to_owned(), column(ours)?))
}

fn descriptive(name: &str) -> Result<Column, String> {
    let column = column(name)?;
    match column.is_descriptive() {
        true => Ok(column),
        false => {
            Err("only album_name, track_genre and explicit can be missing; the catalogue needs the others"
                .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_may_hold_an_equals_sign() {
        assert_eq!(mapping("a=b=energy").unwrap(), ("a=b".into(), Column::named("energy").unwrap()));
        assert!(mapping("energy").is_err());
        assert!(mapping("x=loud").unwrap_err().contains("none of our columns"));
    }
}
