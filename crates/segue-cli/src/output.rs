//! Output: results to standard output as a table, JSON, CSV or a playlist; everything else to standard error.

use std::io::{self, BufWriter, IsTerminal, Write};

use clap::ValueEnum;
use console::Style;
use segue::Track;
use segue::playlist::WrittenFormat;
use serde::Serialize;

use crate::failure::Outcome;
use crate::table::{Table, printable};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// How results are written to standard output
    #[arg(long, value_enum, default_value_t, global = true)]
    pub(crate) format: Format,
    /// Print only errors on standard error
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// No colours or bold text; also with the environment variable NO_COLOR
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
    /// The playlist format, if it is one.
    pub(crate) fn playlist(self) -> Option<WrittenFormat> {
        match self {
            Self::Table | Self::Json | Self::Csv => None,
            Self::M3u8 => Some(WrittenFormat::M3u8),
            Self::Xspf => Some(WrittenFormat::Xspf),
            Self::Jspf => Some(WrittenFormat::Jspf),
            Self::Uris => Some(WrittenFormat::Uris),
        }
    }
}

/// The output settings of a command.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) quiet: bool,
    /// The width of the terminal; without one, COLUMNS, or else 80. Kept within 40 to 160.
    width: usize,
    bold: Style,
}

impl Output {
    pub(crate) fn new(args: &OutputArgs) -> Self {
        let plain = args.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let terminal = io::stdout().is_terminal();
        let columns = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
        Self {
            format: args.format,
            quiet: args.quiet,
            width: columns.filter(|_| terminal).or_else(columns_said).unwrap_or(80).clamp(40, 160),
            bold: Style::new().bold().force_styling(terminal && !plain),
        }
    }

    /// Writes results to standard output, and flushes.
    pub(crate) fn results(&self, write: impl FnOnce(&mut dyn Write) -> Outcome) -> Outcome {
        let mut out = BufWriter::new(io::stdout().lock());
        write(&mut out)?;
        out.flush()?;
        Ok(())
    }

    /// Writes results as one JSON document.
    pub(crate) fn json(&self, results: &impl Serialize) -> Outcome {
        self.results(|out| {
            serde_json::to_writer_pretty(&mut *out, results)?;
            Ok(writeln!(out)?)
        })
    }

    /// Writes a report to standard output, unless `--quiet`.
    pub(crate) fn report(&self, write: impl FnOnce(&mut dyn Write) -> Outcome) -> Outcome {
        if self.quiet { Ok(()) } else { self.results(write) }
    }

    /// Writes results as CSV with a header. Cells are made safe for spreadsheets and terminals by [`csv_safe`].
    pub(crate) fn csv<const N: usize>(
        &self,
        header: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> Outcome {
        self.results(|out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(header)?;
            for row in rows {
                csv.write_record(row.map(|cell| csv_safe(&cell)))?;
            }
            Ok(csv.flush()?)
        })
    }

    /// Writes tracks as a playlist.
    pub(crate) fn playlist<'a>(
        &self,
        name: &str,
        tracks: impl Iterator<Item = &'a Track<&'a str>>,
    ) -> Outcome {
        let tracks: Vec<Track<&str>> = tracks.cloned().collect();
        let format = self.format.playlist().unwrap_or(WrittenFormat::Uris);
        self.results(|out| Ok(segue::playlist::write(format, name, &tracks, out)?))
    }

    /// Renders a table at most as wide as the terminal.
    pub(crate) fn table(&self, table: &Table) -> String {
        table.render(self.width, &self.bold)
    }

    /// A text without control characters, truncated to the width of the terminal.
    pub(crate) fn line(&self, text: &str) -> String {
        console::truncate_str(&printable(text), self.width, "…").into_owned()
    }

    /// A text without control characters, wrapped between words to the width of the terminal; `head` stands before its
    /// first line, and the others are indented as far.
    pub(crate) fn wrapped(&self, head: &str, text: &str) -> String {
        let indent = " ".repeat(console::measure_text_width(head));
        let text = printable(text);
        let (mut lines, mut line) = (Vec::new(), head.to_owned());
        for (place, word) in text.split_whitespace().enumerate() {
            let width = console::measure_text_width(&line) + 1 + console::measure_text_width(word);
            if place > 0 && width > self.width {
                lines.push(std::mem::replace(&mut line, indent.clone()));
            } else if place > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        let lines = lines.iter().map(|line| console::truncate_str(line, self.width, "…"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// A text in bold, on a terminal with colours.
    pub(crate) fn bold(&self, text: &str) -> String {
        self.bold.apply_to(text).to_string()
    }

    /// Writes a message to standard error, unless `--quiet`.
    pub(crate) fn remark(&self, text: &str) {
        if !self.quiet {
            // Ignored: a closed standard error does not make a command fail.
            _ = writeln!(io::stderr(), "segue: {}", printable(text));
        }
    }
}

/// The environment variable COLUMNS.
fn columns_said() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.trim().parse().ok().filter(|columns| *columns > 0)
}

/// Guards against CSV injection as OWASP advises: a text that a spreadsheet would take for a formula gets a `'` in
/// front, as in `'=1+1`. Numbers and track ids such as `-7x_a_b-cQ9` stay as they are, since other programs read them.
pub(crate) fn csv_safe(text: &str) -> String {
    // A cell may hold line breaks; other control characters become spaces.
    let control = |character: char| character.is_control() && character != '\n';
    let text = text.replace(control, " ");
    let begins = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    // Cell references, such as `-A1`, are at most 8 characters; ids are longer.
    let is_id =
        text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    match begins && !is_id && text.parse::<f64>().is_err() {
        true => format!("'{text}"),
        false => text,
    }
}

/// A count with thousands separators: `89,740`.
pub(crate) fn count(number: impl TryInto<u64>) -> String {
    indicatif::HumanCount(number.try_into().unwrap_or(u64::MAX)).to_string()
}

/// A count and its noun: `1 track`, `89,740 tracks`.
pub(crate) fn pluralised(number: impl TryInto<u64>, what: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

/// Milliseconds as minutes and seconds: `3:18`.
pub(crate) fn duration(milliseconds: i32) -> String {
    let seconds = milliseconds / 1000;
    format!("{}:{:02}", seconds / 60, (seconds % 60).abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+1-2", "'+1-2"),
            ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("a\tb\u{7}\nc", "a b \nc"),
            ("\t=1", "' =1"),
            ("-8.5", "-8.5"),
            ("-1e-5", "-1e-5"),
            ("-7x_a_b-cQ9", "-7x_a_b-cQ9"),
            ("-A1", "'-A1"),
            ("-1-2", "'-1-2"),
            ("\n=1+1", "'\n=1+1"),
            ("＝1+1", "'＝1+1"),
            ("a\u{200f}b", "a\u{200f}b"),
            ("Hello = World", "Hello = World"),
            ("", ""),
        ] {
            assert_eq!(csv_safe(text), written, "{text:?}");
        }
    }
}
