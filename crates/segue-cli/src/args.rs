//! The top-level command line: global options and the list of commands.

use clap::{Parser, Subcommand};

use crate::commands::{
    bench, build, demo, eval, graph, inspect, manual, path, recommend, search, serve, train, verify,
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
