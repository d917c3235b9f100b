//! The `segue` command: parses arguments, calls the crate `segue`, and prints tables or JSON.

#![forbid(unsafe_code)]

mod advice;
mod args;
mod commands;
mod failure;
mod listing;
mod named;
mod output;
mod picture;
mod profile;
mod progress;
mod query;
mod report;
mod source;
mod table;
mod unfinished;
mod value;
mod vector_file;
mod whole_file;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::args::{Args, Command};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

/// The service allocates buffers on one thread and frees them on another, which many allocators, musl's most of all,
/// are slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    unfinished::survive_file_size_limit();
    // Reading a mapped index that another program truncates raises SIGBUS; handled, it becomes an error.
    #[cfg(unix)]
    segue::index::catch_sigbus();
    failure::without_panic(run)
}

fn run() -> ExitCode {
    let args = Args::parse_from(args::with_bare_map(std::env::args_os()));
    let out = Output::new(&args.output);
    let done = match &args.command {
        Command::Recommend(_) | Command::Path(_) | Command::Search(_) => run_command(&args.command, &out),
        _ if out.format.playlist().is_some() => {
            Err(Failure::usage("only recommend, path and search list tracks that can be a playlist"))
        }
        _ => run_command(&args.command, &out),
    };
    failure::exit_code(done)
}

fn run_command(command: &Command, out: &Output) -> Outcome {
    match command {
        Command::Build(build) => commands::build::run(build, out),
        Command::Recommend(recommend) => commands::recommend::run(recommend, out),
        Command::Path(path) => commands::path::run(path, out),
        Command::Search(search) => commands::search::run(search, out),
        Command::Inspect(inspect) => commands::inspect::run(inspect, out),
        Command::Verify(verify) => commands::verify::run(verify, out),
        Command::Graph(graph) => commands::graph::run(graph, out),
        Command::Map(map) => commands::map::run(map, out),
        Command::Demo(demo) => commands::demo::run(demo, out),
        Command::Bench(bench) => commands::bench::run(bench, out),
        Command::Eval(eval) => commands::eval::run(eval, out),
        Command::Train(train) => commands::train::run(train, out),
        Command::Serve(serve) => commands::serve::run(serve, out),
        Command::Completions(completions) => commands::manual::completions(completions, Args::command(), out),
        Command::Man(man) => commands::manual::page(man, Args::command(), out),
    }
}
