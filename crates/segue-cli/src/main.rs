//! The `segue` command: arguments in, tables and JSON out. All answers come from the crate `segue`.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod failure;
mod output;
mod progress;
mod source;
mod table;
mod whole_file;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::output::Output;

fn main() -> ExitCode {
    failure::without_panic(run)
}

fn run() -> ExitCode {
    let args = Args::parse();
    let out = Output::new(&args.common);
    let done = match &args.command {
        Command::Build(build) => commands::build::run(build, &out),
        Command::Recommend(recommend) => commands::recommend::run(recommend, &out),
        Command::Search(search) => commands::search::run(search, &out),
        Command::Inspect(inspect) => commands::inspect::run(inspect, &out),
        Command::Verify(verify) => commands::verify::run(verify, &out),
        Command::Graph(graph) => commands::graph::run(graph, &out),
        Command::Demo(demo) => commands::demo::run(demo, &out),
        Command::Bench(bench) => commands::bench::run(bench, &out),
    };
    failure::exit_code(done)
}
