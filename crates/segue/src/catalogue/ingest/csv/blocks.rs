//! Reads a file in blocks and cuts these into pieces of whole records, to be parsed in parallel.
//!
//! Where a record ends depends on every quote before it, so cutting is sequential. It scans for little but quotes,
//! and is many times as fast as parsing.

use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr2};

use super::plain::PlainFields;
use super::records::{Position, RecordBuffer, closing_quote, newlines};
use super::{CsvProblem, MAX_FIELDS, MAX_RECORD};
use crate::catalogue::ingest::input::read_fully;

/// The size of a block in bytes; it grows if a record does not fit.
const BLOCK_BYTES: usize = 1 << 19;
/// A piece ends at the first end of a record after this many bytes.
const PIECE_BYTES: usize = 1 << 15;
/// The maximum length of an accepted record, with its quotes and commas: in the worst case all its characters are
/// doubled quotes, and all fields are quoted.
const MAX_ENCODED_RECORD: usize = 2 * MAX_RECORD + 3 * MAX_FIELDS;

/// Some records as raw bytes of the file.
#[derive(Debug, Default)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
}

/// Whole records within a block.
#[derive(Debug, Clone)]
struct Piece {
    /// The line on which it begins, from 1.
    line: u64,
    bytes: Range<usize>,
}

impl Block {
    /// The number of pieces, each of which can be parsed independently.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(crate) fn piece(&self, piece: usize) -> PieceReader<'_> {
        let piece = self.pieces.get(piece).cloned().unwrap_or(Piece { line: 1, bytes: 0..0 });
        PieceReader::new(self.bytes.get(piece.bytes).unwrap_or_default(), piece.line)
    }
}

/// Reads the records of a piece, each by the fast path ([`PlainFields`]) or the general one ([`RecordBuffer`]).
#[derive(Debug)]
pub(crate) struct PieceReader<'a> {
    bytes: &'a [u8],
    position: Position,
}

impl<'a> PieceReader<'a> {
    fn new(bytes: &'a [u8], line: u64) -> Self {
        Self { bytes, position: Position { at: 0, line } }
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The fields of the next record, for the fast path. Does not advance to the record after it.
    #[inline]
    pub(crate) fn plain(&mut self) -> PlainFields<'a> {
        self.position.skip_line_ends(self.bytes);
        PlainFields::new(self.bytes, self.position.at)
    }

    /// Advances past the record whose fields were read by the fast path; false, without advancing, if it has more
    /// fields or is too long.
    #[inline]
    pub(crate) fn skip(&mut self, fields: &PlainFields<'_>) -> bool {
        let end = fields.end().filter(|end| end - self.position.at <= MAX_RECORD);
        if let Some(end) = end {
            self.position.line += u64::from(self.bytes.get(end - 1) == Some(&b'\n'));
            self.position.at = end;
        }
        end.is_some()
    }

    /// Reads the next record by the general path; false if there is none.
    pub(in crate::catalogue::ingest) fn read(
        &mut self,
        record: &mut RecordBuffer,
    ) -> Result<bool, CsvProblem> {
        record.read(self.bytes, &mut self.position)
    }
}

/// Reads blocks.
pub(in crate::catalogue::ingest) struct CsvReader {
    source: Box<dyn Read + Send>,
    block: usize,
    piece: usize,
    /// Bytes read but not yet returned; they begin with a record.
    rest: Vec<u8>,
    /// The line on which `rest` begins, from 1.
    line: u64,
    ended: bool,
    /// The rest of the block that the header was in.
    first: Option<Block>,
}

impl CsvReader {
    pub(in crate::catalogue::ingest) fn new(source: Box<dyn Read + Send>) -> Self {
        Self::with_sizes(source, BLOCK_BYTES, PIECE_BYTES)
    }

    /// A reader with other sizes of blocks and pieces, at least 1. The records do not depend on them.
    pub(super) fn with_sizes(source: Box<dyn Read + Send>, block: usize, piece: usize) -> Self {
        Self { source, block, piece, rest: Vec::new(), line: 1, ended: false, first: None }
    }

    /// Reads the first record, the header; `None` if there is none.
    pub(in crate::catalogue::ingest) fn read_header(&mut self) -> Result<Option<Vec<String>>, CsvProblem> {
        let mut block = Block::default();
        while self.read(&mut block)? {
            for number in 0..block.len() {
                let (mut piece, mut record) = (block.piece(number), RecordBuffer::default());
                if !piece.read(&mut record)? {
                    continue;
                }
                let Position { at, line } = piece.position;
                if let Some(piece) = block.pieces.get_mut(number) {
                    *piece = Piece { line, bytes: piece.bytes.start + at..piece.bytes.end };
                }
                block.pieces.drain(..number);
                self.first = Some(block);
                return Ok(Some(record.record().texts().collect()));
            }
        }
        Ok(None)
    }

    /// Replaces the content of `block` by the next records; false at the end of the file.
    pub(in crate::catalogue::ingest) fn read(&mut self, block: &mut Block) -> Result<bool, CsvProblem> {
        if let Some(first) = self.first.take() {
            *block = first;
            return Ok(true);
        }
        let Block { bytes, pieces } = block;
        pieces.clear();
        let mut filled = self.rest.len();
        bytes.resize(self.block.max(filled), 0);
        bytes.get_mut(..filled).unwrap_or_default().copy_from_slice(&self.rest);
        let mut ends = Vec::new();
        while !self.ended {
            if filled == bytes.len() {
                bytes.resize(2 * filled, 0);
            }
            let space = bytes.get_mut(filled..).unwrap_or_default();
            let wanted = space.len();
            let read = read_fully(&mut self.source, space).map_err(CsvProblem::Io)?;
            filled += read;
            self.ended = read < wanted;
            // Cutting starts over when the block has grown, which happens only for a record longer than the block.
            ends = cuts(bytes.get(..filled).unwrap_or_default(), self.piece);
            if !ends.is_empty() {
                break;
            }
            // The record is too long; parsing it reports the error.
            self.ended |= filled > self.piece.saturating_add(MAX_ENCODED_RECORD);
        }
        if self.ended {
            ends.push(filled);
        }
        let mut start = 0;
        for end in ends {
            let piece = bytes.get(start..end).unwrap_or_default();
            if piece.is_empty() {
                continue;
            }
            pieces.push(Piece { line: self.line, bytes: start..end });
            self.line += newlines(piece);
            start = end;
        }
        self.rest.clear();
        self.rest.extend_from_slice(bytes.get(start..filled).unwrap_or_default());
        Ok(!pieces.is_empty())
    }
}

/// The ends of pieces of at least `piece` bytes: positions after line ends that are not quoted. The bytes begin with
/// a record.
fn cuts(bytes: &[u8], piece: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    // The bytes from `unquoted` to the next opening quote are not quoted.
    let (mut next, mut unquoted) = (piece, 0);
    loop {
        let open = opening_quote(bytes, unquoted);
        let stretch = bytes.get(..open.unwrap_or(bytes.len())).unwrap_or_default();
        loop {
            let from = next.max(unquoted);
            let Some(end) = memchr2(b'\n', b'\r', stretch.get(from..).unwrap_or_default()) else { break };
            cuts.push(from + end + 1);
            next = from + end + 1 + piece;
        }
        match open.and_then(|open| closing_quote(bytes, open + 1)) {
            Some(close) => unquoted = close + 1,
            None => return cuts,
        }
    }
}

/// The next quote at the start of a field; `from` is not within quotes.
fn opening_quote(bytes: &[u8], from: usize) -> Option<usize> {
    let begins_field = |at: usize| {
        at.checked_sub(1).is_none_or(|before| matches!(bytes.get(before), Some(b',' | b'\n' | b'\r')))
    };
    let mut from = from;
    loop {
        let at = from + memchr(b'"', bytes.get(from..)?)?;
        if begins_field(at) {
            return Some(at);
        }
        from = at + 1;
    }
}
