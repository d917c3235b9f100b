//! A parallel CSV reader that yields records of raw fields.
//!
//! `blocks` reads bytes and cuts them into pieces at ends of records, sequentially, which only requires following the
//! quotes. Pieces are parsed independently, record by record: by `plain`, the fast path for records of plain fields,
//! or else by `records`, which knows the whole grammar. What the fields mean is not known here.
//!
//! The grammar is that of the crate `csv`: a field that begins with a quote extends to the next quote that is not
//! doubled, and from there to the next comma or end of line; any other quote is an ordinary character; `\n`, `\r`
//! and `\r\n` end a line; empty lines are not records.

mod blocks;
mod plain;
mod records;

#[cfg(test)]
mod tests;

use std::io;

pub(super) use blocks::CsvReader;
pub(crate) use blocks::{Block, PieceReader};
pub(crate) use plain::PlainFields;
pub(crate) use records::{Record, RecordBuffer};

/// The maximum length of a record in bytes; a longer one comes from a quote that was left open.
const MAX_RECORD: usize = 16 << 20;
/// The maximum number of fields of a record; a file of only commas would take four times its size in memory.
pub(super) const MAX_FIELDS: usize = 1 << 16;

/// Why reading cannot continue.
#[derive(Debug)]
pub(super) enum CsvProblem {
    Io(io::Error),
    RecordTooLong {
        line: u64,
    },
    TooManyFields {
        line: u64,
    },
    /// A quote in the record that begins on this line is not closed before the end.
    OpenQuote {
        line: u64,
    },
}
