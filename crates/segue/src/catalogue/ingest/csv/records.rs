//! The general CSV parser: copies the fields of any record, without their quotes.

use memchr::{memchr, memchr_iter, memchr3};

use super::{CsvProblem, MAX_FIELDS, MAX_RECORD};
use crate::catalogue::ingest::value::Raw;

/// A record's fields, unquoted and concatenated.
#[derive(Debug, Default)]
pub(crate) struct RecordBuffer {
    line: u64,
    text: Vec<u8>,
    /// The end of each field in `text`.
    ends: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    text: Text<'a>,
    ends: &'a [u32],
}

/// The fields of a record, validated as UTF-8 in one pass, which is far cheaper than one by one.
#[derive(Debug, Clone, Copy)]
enum Text<'a> {
    Utf8(&'a str),
    Bytes(&'a [u8]),
}

impl RecordBuffer {
    /// Replaces its content by the next record and advances `position` past its line end; false if there is none. The
    /// end of the bytes ends a record too.
    pub(super) fn read(&mut self, bytes: &[u8], position: &mut Position) -> Result<bool, CsvProblem> {
        position.skip_line_ends(bytes);
        let Position { mut at, line } = *position;
        if at >= bytes.len() {
            return Ok(false);
        }
        self.line = line;
        self.text.clear();
        self.ends.clear();
        loop {
            if bytes.get(at) == Some(&b'"') {
                at += 1;
                let close = closing_quote(bytes, at);
                self.push_undoubled(bytes.get(at..close.unwrap_or(bytes.len())).unwrap_or_default());
                match close {
                    Some(close) => at = close + 1,
                    None if self.text.len() > MAX_RECORD => return Err(CsvProblem::RecordTooLong { line }),
                    None => return Err(CsvProblem::OpenQuote { line }),
                }
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let end = memchr3(b',', b'\n', b'\r', rest).unwrap_or(rest.len());
            self.text.extend_from_slice(rest.get(..end).unwrap_or_default());
            self.ends.push(self.text.len() as u32);
            at += end + 1;
            if self.text.len() > MAX_RECORD {
                return Err(CsvProblem::RecordTooLong { line });
            }
            if self.ends.len() > MAX_FIELDS {
                return Err(CsvProblem::TooManyFields { line });
            }
            if rest.get(end) != Some(&b',') {
                break;
            }
        }
        position.go_to(at.min(bytes.len()), bytes);
        Ok(true)
    }

    /// Appends the inside of a quoted field, undoubling its quotes.
    fn push_undoubled(&mut self, quoted: &[u8]) {
        let mut rest = quoted;
        while let Some(quote) = memchr(b'"', rest) {
            self.text.extend_from_slice(rest.get(..=quote).unwrap_or_default());
            rest = rest.get(quote + 2..).unwrap_or_default();
        }
        self.text.extend_from_slice(rest);
    }

    pub(crate) fn record(&self) -> Record<'_> {
        let text = str::from_utf8(&self.text).map_or(Text::Bytes(&self.text), Text::Utf8);
        Record { line: self.line, text, ends: &self.ends }
    }
}

impl<'a> Record<'a> {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// One field, without its quotes.
    pub(crate) fn get(&self, field: usize) -> Option<Raw<'a>> {
        let end = |field: usize| self.ends.get(field).map(|end| *end as usize);
        let range = field.checked_sub(1).map_or(Some(0), end)?..end(field)?;
        let bytes = match self.text {
            Text::Utf8(text) => match text.get(range.clone()) {
                Some(text) => return Some(Raw::text_or_missing(text)),
                // The field ends in the middle of a UTF-8 sequence that the next field completes.
                None => text.as_bytes().get(range)?,
            },
            Text::Bytes(bytes) => bytes.get(range)?,
        };
        Some(str::from_utf8(bytes).map_or(Raw::NotUtf8(bytes), Raw::text_or_missing))
    }

    /// The lines that it spans: more than one if its fields contain line ends.
    pub(crate) fn lines(&self) -> u64 {
        let text = match self.text {
            Text::Utf8(text) => text.as_bytes(),
            Text::Bytes(bytes) => bytes,
        };
        1 + newlines(text)
    }

    /// All fields, with invalid UTF-8 replaced.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        (0..self.len()).filter_map(|field| self.get(field)).map(|field| field.to_text())
    }
}

/// A byte position and its line, from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    pub(super) at: usize,
    pub(super) line: u64,
}

impl Position {
    /// Skips line ends: empty lines are not records.
    #[inline]
    pub(super) fn skip_line_ends(&mut self, bytes: &[u8]) {
        while let Some(byte @ (b'\r' | b'\n')) = bytes.get(self.at) {
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
    }

    pub(super) fn go_to(&mut self, at: usize, bytes: &[u8]) {
        self.line += newlines(bytes.get(self.at..at).unwrap_or_default());
        self.at = at;
    }
}

pub(super) fn newlines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// The next quote that is not doubled; `from` is within quotes.
pub(super) fn closing_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let at = from + memchr(b'"', bytes.get(from..)?)?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        from = at + 2;
    }
}
