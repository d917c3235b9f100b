//! Records within bytes: where each begins, and where its fields end.
//!
//! Fields are left where they are; only a record with a quoted field is copied, without its quotes.

use memchr::{memchr, memchr_iter, memchr3};

use super::{CsvProblem, MAX_FIELDS, MAX_RECORD};
use crate::catalogue::ingest::value::Raw;

/// The records in some bytes, in order.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    bytes: &'a [u8],
    /// The same bytes, if they are UTF-8: checked all at once, far cheaper than one by one.
    text: Option<&'a str>,
    /// The fields of the records that have quoted ones, one after another.
    unquoted: Vec<u8>,
    /// Where each field ends: in `unquoted`, or in `bytes` at the comma or the end of the line.
    ends: Vec<u32>,
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    line: u64,
    start: usize,
    first_field: usize,
    is_unquoted: bool,
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    text: Text<'a>,
    /// Where its first field begins in the text.
    start: usize,
    ends: &'a [u32],
    /// The bytes between two fields.
    gap: usize,
}

/// What the fields of a record lie in.
#[derive(Debug, Clone, Copy)]
enum Text<'a> {
    Utf8(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> Records<'a> {
    /// Splits bytes that begin with a record, on this line. The end of the bytes ends the last one.
    pub(super) fn split(bytes: &'a [u8], line: u64) -> Result<Self, CsvProblem> {
        let mut records = Self {
            bytes,
            text: str::from_utf8(bytes).ok(),
            unquoted: Vec::new(),
            ends: Vec::with_capacity(bytes.len() / 6),
            places: Vec::with_capacity(bytes.len() / 128),
        };
        records.scan(line)?;
        Ok(records)
    }

    fn scan(&mut self, mut line: u64) -> Result<(), CsvProblem> {
        let bytes = self.bytes;
        let (mut at, mut start, mut first_field) = (0, 0, 0);
        let mut field_start = 0;
        'words: while at < bytes.len() {
            let mut hits = separators(word(bytes, at));
            while hits != 0 {
                let hit = at + hits.trailing_zeros() as usize / 8;
                hits &= hits - 1;
                match bytes.get(hit) {
                    Some(b',') => {
                        self.ends.push(hit as u32);
                        field_start = hit + 1;
                    }
                    Some(b'"') if hit == field_start => {
                        self.ends.truncate(first_field);
                        let end = self.unquote(start, line)?;
                        let record = bytes.get(start..end).unwrap_or_default();
                        line += memchr_iter(b'\n', record).count() as u64;
                        (at, start, field_start, first_field) = (end, end, end, self.ends.len());
                        continue 'words;
                    }
                    Some(b'"') => {}
                    newline => {
                        // A line without a character is no record.
                        if hit > start {
                            self.ends.push(hit as u32);
                            self.add(Place { line, start, first_field, is_unquoted: false })?;
                        }
                        line += u64::from(newline == Some(&b'\n'));
                        (start, field_start, first_field) = (hit + 1, hit + 1, self.ends.len());
                    }
                }
            }
            if self.ends.len() - first_field > MAX_FIELDS {
                return Err(CsvProblem::TooManyFields { line });
            }
            at += WORD;
        }
        if start < bytes.len() {
            self.ends.push(bytes.len() as u32);
            self.add(Place { line, start, first_field, is_unquoted: false })?;
        }
        Ok(())
    }

    /// Adds a record whose fields are known.
    fn add(&mut self, place: Place) -> Result<(), CsvProblem> {
        let line = place.line;
        let fields = self.ends.len() - place.first_field;
        let gaps = if place.is_unquoted { 0 } else { fields - 1 };
        if self.ends.last().map_or(0, |end| *end as usize) - place.start - gaps > MAX_RECORD {
            return Err(CsvProblem::RecordTooLong { line });
        }
        if fields > MAX_FIELDS {
            return Err(CsvProblem::TooManyFields { line });
        }
        self.places.push(place);
        Ok(())
    }

    /// Copies the record that begins at `start` without its quotes; returns where it ends, its last line's
    /// end included.
    fn unquote(&mut self, start: usize, line: u64) -> Result<usize, CsvProblem> {
        let (bytes, first_field, unquoted) = (self.bytes, self.ends.len(), self.unquoted.len());
        let mut at = start;
        loop {
            if bytes.get(at) == Some(&b'"') {
                at += 1;
                let close = closing_quote(bytes, at);
                let quoted = bytes.get(at..close.unwrap_or(bytes.len())).unwrap_or_default();
                push_undoubled(&mut self.unquoted, quoted);
                match close {
                    Some(close) => at = close + 1,
                    None if self.unquoted.len() - unquoted > MAX_RECORD => {
                        return Err(CsvProblem::RecordTooLong { line });
                    }
                    None => return Err(CsvProblem::OpenQuote { line }),
                }
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let end = memchr3(b',', b'\n', b'\r', rest).unwrap_or(rest.len());
            self.unquoted.extend_from_slice(rest.get(..end).unwrap_or_default());
            self.ends.push(self.unquoted.len() as u32);
            at += end + 1;
            if self.ends.len() - first_field > MAX_FIELDS {
                return Err(CsvProblem::TooManyFields { line });
            }
            if rest.get(end) != Some(&b',') {
                break;
            }
        }
        self.add(Place { line, start: unquoted, first_field, is_unquoted: true })?;
        Ok(at.min(bytes.len()))
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn get(&self, record: usize) -> Option<Record<'_>> {
        let &Place { line, start, first_field, is_unquoted } = self.places.get(record)?;
        let next = self.places.get(record + 1).map_or(self.ends.len(), |next| next.first_field);
        let ends = self.ends.get(first_field..next)?;
        if let (Some(text), false) = (self.text, is_unquoted) {
            return Some(Record { line, text: Text::Utf8(text), start, ends, gap: 1 });
        }
        let (bytes, gap) = if is_unquoted { (self.unquoted.as_slice(), 0) } else { (self.bytes, 1) };
        Some(Record { line, text: Text::Bytes(bytes), start, ends, gap })
    }
}

impl<'a> Record<'a> {
    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// One field, without its quotes.
    pub(crate) fn get(&self, field: usize) -> Option<Raw<'a>> {
        let from = match field {
            0 => self.start,
            field => *self.ends.get(field - 1)? as usize + self.gap,
        };
        let range = from..*self.ends.get(field)? as usize;
        Some(match self.text {
            Text::Utf8(text) => Raw::text_or_missing(text.get(range)?),
            Text::Bytes(bytes) => {
                let bytes = bytes.get(range)?;
                str::from_utf8(bytes).map_or(Raw::NotUtf8(bytes), Raw::text_or_missing)
            }
        })
    }

    /// The lines that it spans: more than one if its fields hold ends of lines.
    pub(crate) fn lines(&self) -> u64 {
        let bytes = match self.text {
            Text::Utf8(text) => text.as_bytes(),
            Text::Bytes(bytes) => bytes,
        };
        let end = self.ends.last().map_or(self.start, |end| *end as usize);
        1 + memchr_iter(b'\n', bytes.get(self.start..end).unwrap_or_default()).count() as u64
    }

    /// All fields, what is not UTF-8 in them replaced.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        (0..self.len()).filter_map(|field| self.get(field)).map(|field| field.to_text())
    }
}

/// The first record of some bytes.
pub(super) struct First {
    pub(super) fields: Vec<String>,
    /// Where it ends, its line's end included.
    pub(super) end: usize,
}

/// Reads the first record of bytes that begin on `line`; `None` if there is none.
pub(super) fn first(bytes: &[u8], line: u64) -> Result<Option<First>, CsvProblem> {
    let start = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let (blank, rest) = bytes.split_at_checked(start).unwrap_or_default();
    if rest.is_empty() {
        return Ok(None);
    }
    let line = line + memchr_iter(b'\n', blank).count() as u64;
    let mut records =
        Records { bytes, text: None, unquoted: Vec::new(), ends: Vec::new(), places: Vec::new() };
    let end = records.unquote(start, line)?;
    Ok(records.get(0).map(|record| First { fields: record.texts().collect(), end }))
}

/// The next quote that is not doubled, within quotes.
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

/// Copies what stands within quotes, of every two quotes one.
fn push_undoubled(out: &mut Vec<u8>, quoted: &[u8]) {
    let mut rest = quoted;
    while let Some(quote) = memchr(b'"', rest) {
        out.extend_from_slice(rest.get(..=quote).unwrap_or_default());
        rest = rest.get(quote + 2..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

const WORD: usize = 8;

/// Eight bytes, the first one lowest; zeros after the end.
#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk::<WORD>() {
        Some(word) => u64::from_le_bytes(*word),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// The highest bit of each byte that separates or may: commas, quotes, ends of lines.
#[inline]
fn separators(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The highest bit of each byte that is not `byte`; no carry goes from one byte to the next.
    let others = |byte: u8| {
        let difference = word ^ u64::from_ne_bytes([byte; WORD]);
        ((difference & LOW) + LOW) | difference
    };
    !(others(b',') & others(b'"') & others(b'\n') & others(b'\r')) & !LOW
}
