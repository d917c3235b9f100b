//! Prints the report of reading files of tracks.

use std::io::Write;

use segue::Report;

use crate::failure::Outcome;
use crate::output::{count, pluralised};
use crate::table::printable;

/// Writes how many rows were read, rejected, repeated, dropped and kept.
pub(crate) fn write_report(report: &Report, out: &mut dyn Write) -> Outcome {
    for input in &report.inputs {
        let rows = pluralised(input.rows, "row");
        let (name, format, layout) = (printable(&input.input), input.format, input.layout);
        let files = input.files.map(|files| format!("{}, ", pluralised(files, "file"))).unwrap_or_default();
        writeln!(out, "read {name}: {files}{format}, recognised as {layout}, {rows}")?;
        if let Some(difference) = &input.difference {
            writeln!(out, "  not all files have the same columns: {}", printable(difference))?;
        }
    }
    let counts = report.counts;
    count_line(out, "rows", counts.rows, "")?;
    count_line(out, "rejected", counts.rejected, "")?;
    for (reason, number) in &report.rejected_by_reason {
        count_line(out, "", *number, reason)?;
    }
    count_line(out, "repeated", counts.repeated, "ids met before; their genres are kept")?;
    count_line(out, "unique", counts.unique, "track ids")?;
    count_line(out, "incomplete", counts.incomplete, if counts.incomplete > 0 { "dropped" } else { "" })?;
    for (column, number) in &report.missing_by_column {
        count_line(out, "", *number, &format!("without {column}"))?;
    }
    for (column, number) in &report.filled_by_column {
        count_line(out, "filled", *number, &format!("with the mean of {column}"))?;
    }
    count_line(out, "tracks", counts.tracks, "")?;
    if counts.rejected > 0 {
        writeln!(out, "rows that cannot be read (--rejects FILE lists all):")?;
        for reject in &report.first_rejects {
            writeln!(out, "  {}", printable(&reject.to_string()))?;
        }
    }
    Ok(())
}

fn count_line(out: &mut dyn Write, name: &str, number: u64, remark: &str) -> Outcome {
    Ok(writeln!(out, "{}", format!("  {name:<12}{:>13}  {remark}", count(number)).trim_end())?)
}
