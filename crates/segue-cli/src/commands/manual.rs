//! `segue completions` and `segue man`: the command line as shells and manuals want it.

use clap::CommandFactory;

use crate::args::{Args, Completions, Man};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

pub(crate) fn completions(args: &Completions, out: &Output) -> Outcome {
    // Into memory first: the generator does not tell that it could not write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "segue", &mut script);
    out.results(|stdout| Ok(stdout.write_all(&script)?))
}

pub(crate) fn page(args: &Man, out: &Output) -> Outcome {
    let mut segue = Args::command();
    segue.build();
    let command = match &args.command {
        None => segue,
        Some(name) => {
            let found = segue.find_subcommand(name).cloned();
            found.ok_or_else(|| Failure::Misused(format!("segue has no command {name:?}")))?
        }
    };
    let page = clap_mangen::Man::new(command);
    out.results(|stdout| {
        let mut stdout = stdout;
        Ok(page.render(&mut stdout)?)
    })
}
