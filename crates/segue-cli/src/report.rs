//! Prints the report of reading files of tracks.

use std::io::Write;

use segue::catalogue::ingest::Unusual;
use segue::{Column, Lack, Profile, Report};

use crate::failure::Outcome;
use crate::output::{count, pluralised};
use crate::table::printable;

/// Writes how many rows were read, rejected, repeated, dropped and kept, and what `profiles` do without.
pub(crate) fn write_report(report: &Report, profiles: &[Profile], out: &mut dyn Write) -> Outcome {
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
    for (column, number) in &report.lacking_by_column {
        count_line(out, "", *number, &format!("have no {column}"))?;
    }
    for missing in &report.missing_columns {
        let column = missing.column;
        let what = if missing.is_empty { "is there, but empty" } else { "is not there" };
        let lack = lacks(report, profiles).into_iter().find(|lack| lack.column == column);
        writeln!(out, "  {column} {what}{}", lack.map(|lack| told(&lack)).unwrap_or_default())?;
    }
    for warning in warnings(report) {
        writeln!(out, "  {warning}")?;
    }
    write_conversions(report, out)?;
    if counts.rejected > 0 {
        writeln!(out, "rows that cannot be read (--rejects FILE lists all):")?;
        for reject in &report.first_rejects {
            writeln!(out, "  {}", printable(&reject.to_string()))?;
        }
    }
    Ok(())
}

/// Writes what was converted, and what is out of Spotify's ranges, a line for each column.
fn write_conversions(report: &Report, out: &mut dyn Write) -> Outcome {
    if !report.conversions.is_empty() {
        writeln!(out, "converted:")?;
    }
    for conversion in &report.conversions {
        let (column, values) = (conversion.column, count(conversion.values));
        writeln!(out, "  {column:<18}{values:>7}  {}", printable(&conversion.to_string()))?;
    }
    if !report.unusual.is_empty() {
        writeln!(out, "out of the usual range, and kept as they are:")?;
    }
    for Unusual { column, values, tracks, example, usual, cause, .. } in &report.unusual {
        let (values, tracks) = (count(*values), count(*tracks));
        let example = format!("such as {example}, where {usual} is usual: {cause}?");
        writeln!(out, "  {column:<18}{values:>7}  of {tracks}, {example}")?;
    }
    Ok(())
}

fn count_line(out: &mut dyn Write, name: &str, number: u64, remark: &str) -> Outcome {
    Ok(writeln!(out, "{}", format!("  {name:<12}{:>13}  {remark}", count(number)).trim_end())?)
}

/// What profiles do without in a catalogue of this report.
pub(crate) fn lacks(report: &Report, profiles: &[Profile]) -> Vec<Lack> {
    let columns = report.missing_columns.iter().filter_map(|missing| Column::named(missing.column));
    columns.filter_map(|column| profiles.iter().find_map(|profile| profile.lack(column))).collect()
}

/// What a profile does without, and what that costs.
fn told(lack: &Lack) -> String {
    let aspects = match lack.aspects.is_empty() {
        true => String::new(),
        false => format!(": segue does without {}", lack.aspects.join(", ")),
    };
    match lack.cost {
        Some(cost) => {
            let than = if cost < 0.0 { "higher" } else { "lower" };
            format!("{aspects}; precision@10 is {:.1} % {than} without it (docs/profile.md)", cost.abs())
        }
        None => aspects,
    }
}

/// For the columns that cost more than 1 % of the tracks, how many, and the way out.
pub(crate) fn warnings(report: &Report) -> Vec<String> {
    let unique = report.counts.unique;
    let costly = report.missing_by_column.iter().filter(|(_, tracks)| **tracks * 100 > unique);
    // Columns that the same number of tracks lack are told together.
    let mut groups: Vec<(u64, String, Vec<&str>)> = Vec::new();
    for (name, tracks) in costly {
        let way_out = match Column::named(name) {
            Some(column) if column.is_descriptive() => format!("keep them: --allow-missing {name}"),
            Some(Column::Text(_)) => format!("if another column has it: --map OTHER={name}"),
            _ => "keep them with the mean: --fill mean".to_owned(),
        };
        match groups.iter_mut().find(|(known, other, _)| *known == *tracks && *other == way_out) {
            Some((_, _, names)) => names.push(name),
            None => groups.push((*tracks, way_out, vec![name])),
        }
    }
    let told = |(tracks, way_out, names): (u64, String, Vec<&str>)| {
        let (tracks, of, names) = (count(tracks), pluralised(unique, "track"), names.join(", "));
        format!("{tracks} of {of} have no {names}, and are left out; {way_out}")
    };
    groups.into_iter().map(told).collect()
}
