//! The top-level command line: global options and the list of commands.

use std::ffi::{OsStr, OsString};

use clap::{Parser, Subcommand};

use crate::commands::{
    bench, build, demo, eval, graph, inspect, manual, map, path, recommend, search, serve, train, verify,
};
use crate::output::OutputArgs;

/// What should play after this? Recommendations from audio features, without any listening history.
#[derive(Debug, Parser)]
#[command(name = "segue", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
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

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read tracks from files, clean them, and write an index
    Build(build::BuildArgs),
    /// List the tracks most like one track, or like several, an artist, a genre, a playlist
    Recommend(Box<recommend::RecommendArgs>),
    /// Find a smooth path of tracks from one song to another
    Path(Box<path::PathArgs>),
    /// Find tracks by words of title, artists, album or genres
    Search(search::SearchArgs),
    /// Show what is in a file of tracks or an index: columns, ranges, duplicates, genres
    Inspect(inspect::InspectArgs),
    /// Check every byte of an index
    Verify(verify::VerifyArgs),
    /// Write the neighbours of every track to a Parquet file
    Graph(graph::GraphArgs),
    /// Draw a map of the tracks, near ones near each other, or add one to an index
    Map(map::MapArgs),
    /// Try everything on a generated catalogue, or write one to a file
    Demo(demo::DemoArgs),
    /// Measure how fast this machine answers
    Bench(bench::BenchArgs),
    /// Measure how good recommendations are, on playlists
    Eval(eval::EvalArgs),
    /// Find the weights of a profile of your own, from playlists
    Train(train::TrainArgs),
    /// Answer over HTTP: Segue's own API, and the endpoints that Spotify closed
    Serve(Box<serve::ServeArgs>),
    /// Print a shell completion script
    Completions(manual::CompletionsArgs),
    /// Print the manual page of segue or of a command
    Man(manual::ManArgs),
}

const BUILD: &str = "build";
const MAP: &str = "--map";
const WITH_MAP: &str = "--with-map";

/// Takes a bare `--map` of `segue build` for `--with-map`.
///
/// `--map OTHER=ours` names a column, and `build --map` is to keep a map: both are promised. So `--map` is a flag where it is
/// the last argument, or what follows has no `=`, as in `segue build --map spotify.csv`. (A file with `=` in its name
/// must not follow it.)
pub(crate) fn with_bare_map(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    // Options with a value of their own may stand before the command: `--format json build`.
    let is_option = |arg: &OsString| arg.as_encoded_bytes().starts_with(b"-");
    let mut before = args.iter().enumerate().skip(1);
    let command = loop {
        match before.next() {
            Some((_, arg)) if arg == "--format" => _ = before.next(),
            Some((_, arg)) if is_option(arg) => {}
            found => break found,
        }
    };
    let Some((command, _)) = command.filter(|(_, name)| *name == BUILD) else { return args };
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let is_mapping = |arg: Option<&OsString>| arg.is_some_and(|arg| arg.as_encoded_bytes().contains(&b'='));
    for at in command..end {
        let next = args.get(at + 1).cloned();
        if let Some(arg) = args.get_mut(at).filter(|arg| *arg == OsStr::new(MAP)) {
            // An option with a value, such as `--profile=classic`, is no mapping.
            if !is_mapping(next.as_ref()) || next.as_ref().is_some_and(is_option) {
                *arg = WITH_MAP.into();
            }
        }
    }
    args
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn a_bare_map_of_build_is_a_flag() {
        let taken = |line: &str| {
            let args = with_bare_map(line.split(' ').map(OsString::from));
            args.iter().map(|arg| arg.to_str().unwrap()).collect::<Vec<_>>().join(" ")
        };
        for (line, expected) in [
            ("segue build a.csv --map", "segue build a.csv --with-map"),
            ("segue build --map a.csv", "segue build --with-map a.csv"),
            ("segue build a.csv --map --profile=classic", "segue build a.csv --with-map --profile=classic"),
            (
                "segue --format json -q build a.csv --map -o b",
                "segue --format json -q build a.csv --with-map -o b",
            ),
            ("segue build a.csv --map Song=track_name", "segue build a.csv --map Song=track_name"),
            (
                "segue build a.csv --map=Song=track_name --map",
                "segue build a.csv --map=Song=track_name --with-map",
            ),
            (
                "segue build a.csv --map A=energy --map --map B=key",
                "segue build a.csv --map A=energy --with-map --map B=key",
            ),
            ("segue build -- --map", "segue build -- --map"),
            ("segue recommend -i a.csv build --map", "segue recommend -i a.csv build --map"),
            ("segue --format build recommend --map", "segue --format build recommend --map"),
            ("segue", "segue"),
        ] {
            assert_eq!(taken(line), expected);
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
