//! The command line: what can be said, and the checks that need nothing but the words themselves.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};
use segue::Demo;
use segue::catalogue::Column;
use segue::catalogue::ingest::RejectLimit;

use crate::commands::serve::Serve;
use crate::profile::ProfileArg;
use crate::wishes::{Limits, Seeds, Wishes};

/// What should play after this? Recommendations from audio features, without any listening history.
#[derive(Debug, Parser)]
#[command(name = "segue", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  segue demo                                    try everything on a generated catalogue
  segue build spotify.csv                       make an index, catalogue.segue
  segue recommend blinding lights               ten tracks like this one
  segue recommend -i spotify.csv --id ID        the same without an index
  segue search --format json beyonce | jq .total

Exit status: 0 done, 1 failed (unknown track, bad data), 2 wrong usage.";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Common {
    /// How results are written to standard output
    #[arg(long, value_enum, default_value_t, global = true)]
    pub(crate) format: Format,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// No colours and no bold; also by the environment variable NO_COLOR
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people
    #[default]
    Table,
    /// JSON
    Json,
    /// CSV with a header line
    Csv,
    /// A playlist for players: one Spotify URI a track
    M3u8,
    /// A playlist as XML, as XSPF has it
    Xspf,
    /// A playlist as JSON, as JSPF has it
    Jspf,
    /// Plain Spotify URIs, one a line
    Uris,
}

impl Format {
    /// The kind of playlist, if it is one.
    pub(crate) fn playlist(self) -> Option<segue::playlist::Format> {
        match self {
            Self::Table | Self::Json | Self::Csv => None,
            Self::M3u8 => Some(segue::playlist::Format::M3u8),
            Self::Xspf => Some(segue::playlist::Format::Xspf),
            Self::Jspf => Some(segue::playlist::Format::Jspf),
            Self::Uris => Some(segue::playlist::Format::Uris),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read tracks from files, clean them, and write an index
    Build(Build),
    /// List the tracks most like one track, or like several, an artist, a genre, a playlist
    Recommend(Box<Recommend>),
    /// Find a smooth path of tracks from one song to another
    Path(Box<Path>),
    /// Find tracks by words of title, artists, album or genres
    Search(Search),
    /// Show what is in a file of tracks or an index: columns, ranges, duplicates, genres
    Inspect(Inspect),
    /// Check every byte of an index
    Verify(Verify),
    /// Write the neighbours of every track to a Parquet file
    Graph(Graph),
    /// Try everything on a generated catalogue, or write one to a file
    Demo(DemoArgs),
    /// Measure how fast this machine answers
    Bench(Bench),
    /// Measure how good recommendations are, on playlists
    Eval(Eval),
    /// Find the weights of a profile of your own, from playlists
    Train(Train),
    /// Answer over HTTP: Segue's own API, and what Spotify closed of theirs
    Serve(Box<Serve>),
    /// Print the completions of a shell
    Completions(Completions),
    /// Print the manual page, or that of a command
    Man(Man),
}

/// Where the tracks are.
#[derive(Debug, clap::Args)]
pub(crate) struct IndexArgs {
    /// The index; or a file of tracks, which is then indexed in memory
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
    /// The name of the profile, if one is asked for.
    pub(crate) fn profile_name(&self) -> Option<&str> {
        self.profile.as_ref().map(ProfileArg::name)
    }
}

/// The index that is used where none is named.
pub(crate) const DEFAULT_INDEX: &str = "catalogue.segue";

#[derive(Debug, clap::Args)]
#[command(after_help = BUILD_EXAMPLES)]
pub(crate) struct Build {
    /// Files of tracks: CSV (plain, gzip, zstd), Parquet, Arrow IPC; - reads standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The folder of the index; one that is there is replaced as a whole
    #[arg(short, long, value_name = "DIR", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    pub(crate) output: PathBuf,
    /// A profile, which says what makes tracks alike: segue, classic, or a file of segue train; may be given more
    /// than once, the first answers where none is named
    #[arg(long, value_name = "NAME|FILE", value_parser = ProfileArg::parse, default_value = "segue")]
    pub(crate) profile: Vec<ProfileArg>,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Write every row that cannot be read to this CSV file: input, line, column, value, reason
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Fail if more rows than this cannot be read: a share (1%) or a number of rows (250)
    #[arg(long, value_name = "LIMIT", default_value = "1%")]
    pub(crate) max_rejects: RejectLimit,
}

const BUILD_EXAMPLES: &str = "\
Examples:
  segue build spotify.csv
  segue build spotify.csv --profile segue --profile classic
  segue build part1.csv.gz part2.parquet -o music.segue
  zcat dump.csv.gz | segue build - --map Song=track_name --map Singer=artists
  segue build liked_songs.csv --allow-missing track_genre

Recognised by their columns: the Spotify Tracks Dataset, TidyTuesday's spotify_songs.csv, Exportify
exports, and tracks_features.csv.";

/// How files of tracks are read.
#[derive(Debug, clap::Args)]
pub(crate) struct Reading {
    /// Take the input's column OTHER as our column, for columns that are not recognised
    #[arg(long, value_name = "OTHER=OURS", value_parser = mapping)]
    pub(crate) map: Vec<(String, Column)>,
    /// Do without a column that only describes: album_name, track_genre or explicit
    #[arg(long, value_name = "COLUMN", value_parser = descriptive)]
    pub(crate) allow_missing: Vec<Column>,
}

impl Reading {
    pub(crate) fn is_empty(&self) -> bool {
        self.map.is_empty() && self.allow_missing.is_empty()
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = RECOMMEND_EXAMPLES, override_usage = "segue recommend [OPTIONS] <TRACK | --id ID | --batch FILE | --like...>")]
pub(crate) struct Recommend {
    /// The track: an id, a Spotify URI or URL, or words of its title and artists
    #[arg(value_name = "TRACK", conflicts_with_all = ["id", "batch"])]
    pub(crate) track: Vec<String>,
    /// The track's exact id, and nothing else
    #[arg(long, value_name = "ID", conflicts_with = "batch")]
    pub(crate) id: Option<String>,
    /// Many tracks: a file (or - for standard input) with one id a line; writes one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) batch: Option<PathBuf>,
    /// How many tracks at most
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "10", value_parser = at_least_one)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) seeds: Seeds,
    #[command(flatten)]
    pub(crate) wishes: Wishes,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) index: IndexArgs,
}

const RECOMMEND_EXAMPLES: &str = "\
Examples:
  segue recommend blinding lights weeknd
  segue recommend \"God's Plan - Drake\"
  segue recommend https://open.spotify.com/track/6DCZcSspjsKoFjzjrWoCdn -k 20
  segue recommend -i spotify.csv --id 6DCZcSspjsKoFjzjrWoCdn --format csv
  segue recommend \"blinding lights\" --target energy=0.9 --min popularity=50 --per-artist 1 --why
  segue recommend --like \"hey jude\" --like \"imagine*2\" --unlike-genre metal --diversity 0.4
  segue recommend --like-playlist evening.m3u8 --without heard.txt --format m3u8 > next.m3u8
  segue recommend --like-features danceability=0.8,energy=0.7,tempo=122,genre=house
  segue recommend --batch ids.txt > neighbours.ndjson";

#[derive(Debug, clap::Args)]
#[command(after_help = PATH_EXAMPLES)]
pub(crate) struct Path {
    /// The first track: an id, a Spotify URI or URL, or words of its title and artists
    pub(crate) from: String,
    /// The last track
    pub(crate) to: String,
    /// How many tracks, both ends among them
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "12", value_parser = at_least_one)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) index: IndexArgs,
}

const PATH_EXAMPLES: &str = "\
Examples:
  segue path \"hey jude\" \"blinding lights\"
  segue path \"hey jude\" \"enter sandman\" -k 20 --min popularity=40 --format m3u8 > path.m3u8";

#[derive(Debug, clap::Args)]
#[command(after_help = EVAL_EXAMPLES)]
pub(crate) struct Eval {
    /// The playlists: CSV with the columns playlist_id and track_id
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) playlists: PathBuf,
    /// A profile to measure; may be given more than once [default: those of the index, and classic]
    #[arg(long, value_name = "NAME|FILE", value_parser = ProfileArg::parse)]
    pub(crate) profile: Vec<ProfileArg>,
    /// The index; or a file of tracks, which is then indexed in memory
    #[arg(short, long, value_name = "PATH", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

const EVAL_EXAMPLES: &str = "\
Examples:
  segue eval --playlists playlists.csv
  segue eval -i spotify.csv --playlists playlists.csv --profile segue --profile mine.json --format json";

#[derive(Debug, clap::Args)]
#[command(after_help = TRAIN_EXAMPLES)]
pub(crate) struct Train {
    /// The playlists: CSV with the columns playlist_id and track_id
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) playlists: PathBuf,
    /// The file of the profile
    #[arg(short, long, value_name = "FILE", default_value = "profile.json")]
    pub(crate) output: PathBuf,
    /// The name of the profile: lower-case letters, digits, - and _
    #[arg(long, default_value = "mine")]
    pub(crate) name: String,
    /// The profile whose weights are to be bettered
    #[arg(long, value_name = "NAME|FILE", value_parser = ProfileArg::parse, default_value = "segue")]
    pub(crate) start: ProfileArg,
    /// The most that the sonic distance of recommendations may be, where that of classic is 1
    #[arg(long, value_name = "RATIO", default_value_t = 1.3)]
    pub(crate) max_distance: f64,
    /// Divide the playlists into so many parts, and judge each by weights from the others
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) folds: usize,
    /// The index; or a file of tracks, which is then indexed in memory
    #[arg(short, long, value_name = "PATH", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    pub(crate) index: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

const TRAIN_EXAMPLES: &str = "\
Examples:
  segue train --playlists sessions.csv --name ours -o ours.json
  segue build spotify.csv --profile ours.json
  segue recommend \"hey jude\" --profile ours";

#[derive(Debug, clap::Args)]
#[command(after_help = SEARCH_EXAMPLES)]
pub(crate) struct Search {
    /// What to look for
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
    /// How many tracks at most
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "10", value_parser = at_least_one)]
    pub(crate) limit: usize,
    /// Leave out so many of the first: the next page
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
    /// List every release of a song, not only the most popular
    #[arg(long)]
    pub(crate) all_releases: bool,
    /// How tracks match
    #[arg(long = "match", value_name = "HOW", value_enum, default_value_t)]
    pub(crate) matching: Matching,
    #[command(flatten)]
    pub(crate) index: IndexArgs,
}

const SEARCH_EXAMPLES: &str = "\
Examples:
  segue search hip-hop
  segue search weeknd blinding
  segue search 'artist:\"daft punk\" -remix' --offset 10
  segue search 'genre:jazz christmas' --format json | jq .facets.artists
  segue search -- '-live genre:rock'
  segue search --match regex '^the .*s$'

In a query: artist: track: album: genre: say where a word is to be, quotes keep words together,
and -word leaves out what has it.";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Matching {
    /// By words in any order, accents, case and punctuation aside; the most likely first
    #[default]
    Ranked,
    /// Genre, title or artists contain the query, letter case aside; in catalogue order
    Contains,
    /// Genre, title or artists match the query as a regular expression; in catalogue order
    Regex,
}

impl From<Matching> for segue::recommend::Matching {
    fn from(matching: Matching) -> Self {
        match matching {
            Matching::Ranked => Self::Ranked,
            Matching::Contains => Self::Contains,
            Matching::Regex => Self::Regex,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// A file of tracks, or an index
    #[arg(value_name = "FILE|DIR", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The index
    #[arg(value_name = "DIR", value_parser = index_path(), env = "SEGUE_INDEX", hide_env_values = true, default_value = DEFAULT_INDEX)]
    pub(crate) path: PathBuf,
}

#[derive(Debug, clap::Args)]
#[command(after_help = GRAPH_EXAMPLES)]
pub(crate) struct Graph {
    /// The file, which appears only when it is complete; - writes to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// How many neighbours of each track
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "50", value_parser = neighbours)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) index: IndexArgs,
}

const GRAPH_EXAMPLES: &str = "\
The columns: source_id, rank (from 1), target_id, similarity; in catalogue order, then by rank.

Examples:
  segue graph -o neighbours.parquet
  segue graph -i spotify.csv -k 10 -o neighbours.parquet
  python -c \"import pandas; print(pandas.read_parquet('neighbours.parquet'))\"";

#[derive(Debug, clap::Args)]
#[command(after_help = DEMO_EXAMPLES)]
pub(crate) struct DemoArgs {
    /// How many tracks at most
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) tracks: u64,
    /// Another seed makes another catalogue
    #[arg(long, value_name = "S", default_value_t = 3)]
    pub(crate) seed: u64,
    /// Write the catalogue to this CSV file (- is standard output) instead of trying it
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

impl DemoArgs {
    pub(crate) fn demo(&self) -> Demo {
        Demo { tracks: self.tracks, seed: self.seed }
    }
}

const DEMO_EXAMPLES: &str = "\
Examples:
  segue demo
  segue demo --tracks 1000000 --seed 7 --out big.csv && segue build big.csv";

#[derive(Debug, clap::Args)]
#[command(after_help = BENCH_EXAMPLES)]
pub(crate) struct Bench {
    /// How many tracks a query asks for
    #[arg(short = 'k', visible_short_alias = 'n', long = "limit", value_name = "K", default_value = "10", value_parser = at_least_one)]
    pub(crate) limit: usize,
    /// How many seeds to ask about at most: different ones, spread over the catalogue
    #[arg(long, value_name = "N", default_value = "2000", value_parser = at_least_one)]
    pub(crate) queries: usize,
    #[command(flatten)]
    pub(crate) index: IndexArgs,
}

#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  segue completions bash > ~/.local/share/bash-completion/completions/segue
  segue completions zsh > ~/.zfunc/_segue
  segue completions fish > ~/.config/fish/completions/segue.fish";

#[derive(Debug, clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// The command, such as build
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  segue man | man -l -
  segue man recommend > ~/.local/share/man/man1/segue-recommend.1";

const BENCH_EXAMPLES: &str = "\
Examples:
  segue bench
  segue bench -i spotify.csv -k 50
  segue bench --queries 10000 --format json | jq .single_median_us

Numbers depend on the machine and on what else it does: repeat, and compare within one run.";

/// A path, or the default for an empty one: an empty variable counts as unset.
fn index_path() -> impl TypedValueParser<Value = PathBuf> {
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

pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number from 1 on was wanted".into()),
    }
}

/// The most neighbours of each track that a graph may have: the file has so many times the tracks rows.
const MOST_NEIGHBOURS: usize = 1_000;

fn neighbours(text: &str) -> Result<usize, String> {
    match at_least_one(text)? {
        number if number <= MOST_NEIGHBOURS => Ok(number),
        _ => Err(format!("at most {MOST_NEIGHBOURS} were wanted")),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn mappings_may_hold_an_equals_sign() {
        assert_eq!(mapping("a=b=energy").unwrap(), ("a=b".into(), Column::named("energy").unwrap()));
        assert!(mapping("energy").is_err());
        assert!(mapping("x=loud").unwrap_err().contains("none of our columns"));
    }
}
