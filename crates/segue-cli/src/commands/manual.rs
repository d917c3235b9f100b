//! `segue completions` and `segue man`: shell completions and manual pages, generated from the command line.

use clap::Command;

use crate::failure::{Failure, Outcome};
use crate::output::Output;

#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  segue completions bash > ~/.local/share/bash-completion/completions/segue
  segue completions zsh > ~/.zfunc/_segue
  segue completions fish > ~/.config/fish/completions/segue.fish";

#[derive(Debug, clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct ManArgs {
    /// The command, such as build
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  segue man | man -l -
  segue man recommend > ~/.local/share/man/man1/segue-recommend.1";

pub(crate) fn completions(args: &CompletionsArgs, mut segue: Command, out: &Output) -> Outcome {
    // Into memory first: `generate` panics if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut segue, "segue", &mut script);
    out.results(|stdout| Ok(stdout.write_all(&script)?))
}

pub(crate) fn page(args: &ManArgs, mut segue: Command, out: &Output) -> Outcome {
    segue.build();
    let command = match &args.command {
        None => segue,
        Some(name) => {
            let found = segue.find_subcommand(name).cloned();
            found.ok_or_else(|| Failure::usage(format!("segue has no command {name:?}")))?
        }
    };
    let page = clap_mangen::Man::new(command);
    out.results(|stdout| {
        let mut stdout = stdout;
        Ok(page.render(&mut stdout)?)
    })
}
