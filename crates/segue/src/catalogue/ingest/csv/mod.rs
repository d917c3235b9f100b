//! CSV as records of raw fields, many at a time and in parallel.
//!
//! `blocks` reads bytes and cuts them where records end, in sequence, which only has to look at quotes. What
//! lies between two cuts is read independently of the rest: record by record by `records`, or faster by
//! `plain`, as long as a record has nothing but plain fields. What the fields mean is not known here.
//!
//! The grammar is that of the crate `csv`: a field that begins with a quote goes on to the next quote that is
//! not doubled, and then to the next comma or end of line; any other quote is a character like others; `\n`,
//! `\r` and `\r\n` end a line; lines without a character are no records.

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

/// The longest record that is read, in bytes: a longer one comes from a quote that was left open.
const MAX_RECORD: usize = 16 << 20;
/// The most fields of one record: a file of nothing but commas would take four times its size in memory.
pub(super) const MAX_FIELDS: usize = 1 << 16;

/// Why records cannot be read on.
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
