//! Bytes, a block at a time, cut into pieces that begin and end with whole records.
//!
//! Where a record ends depends on every quote before it, so cutting is sequential; it looks at little else
//! than quotes and is many times as fast as splitting.

use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr2};

use super::plain::PlainFields;
use super::records::{Position, RecordBuffer, closing_quote, newlines};
use super::{CsvProblem, MAX_FIELDS, MAX_RECORD};
use crate::catalogue::ingest::input::read_fully;

/// The bytes of a block: it grows where a record does not fit.
const BLOCK: usize = 1 << 19;
/// A piece ends at the first end of a record after so many bytes.
const PIECE: usize = 1 << 15;
/// No record that is taken is so long, quotes and commas included: in the worst case, all characters of it
/// are doubled quotes, and all fields quoted.
const LONGEST: usize = 2 * MAX_RECORD + 3 * MAX_FIELDS;

/// Some records as they lie in the file.
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
    /// The number of pieces, each of which can be split by itself.
    pub(crate) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// What lies between two cuts.
    pub(crate) fn piece(&self, piece: usize) -> PieceReader<'_> {
        let piece = self.pieces.get(piece).cloned().unwrap_or(Piece { line: 1, bytes: 0..0 });
        PieceReader::new(self.bytes.get(piece.bytes).unwrap_or_default(), piece.line)
    }
}

/// Reads the records of a piece, each in one of two ways.
#[derive(Debug)]
pub(crate) struct PieceReader<'a> {
    bytes: &'a [u8],
    position: Position,
}

impl<'a> PieceReader<'a> {
    fn new(bytes: &'a [u8], line: u64) -> Self {
        Self { bytes, position: Position { at: 0, line } }
    }

    /// The bytes of the piece.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The fields of the next record, if they are plain; that record stays the next one.
    #[inline]
    pub(crate) fn plain(&mut self) -> PlainFields<'a> {
        self.position.skip_line_ends(self.bytes);
        PlainFields::new(self.bytes, self.position.at)
    }

    /// Goes on to the next record, of this one all fields having been plain and read; false if they were not
    /// all of its fields.
    #[inline]
    pub(crate) fn skip(&mut self, fields: &PlainFields<'_>) -> bool {
        let end = fields.end().filter(|end| end - self.position.at <= MAX_RECORD);
        if let Some(end) = end {
            self.position.line += u64::from(self.bytes.get(end - 1) == Some(&b'\n'));
            self.position.at = end;
        }
        end.is_some()
    }

    /// Reads the next record, of whatever kind; false if there is none.
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
    /// What was read and not yet handed out: it begins with a record.
    rest: Vec<u8>,
    /// The line on which it begins.
    line: u64,
    ended: bool,
    /// What is left of the block that the header was in.
    first: Option<Block>,
}

impl CsvReader {
    pub(in crate::catalogue::ingest) fn new(source: Box<dyn Read + Send>) -> Self {
        Self::with_sizes(source, BLOCK, PIECE)
    }

    /// A reader of blocks and pieces of other sizes, at least 1: what is read does not depend on them.
    pub(super) fn with_sizes(source: Box<dyn Read + Send>, block: usize, piece: usize) -> Self {
        Self { source, block, piece, rest: Vec::new(), line: 1, ended: false, first: None }
    }

    /// Reads the first record; `None` if there is none.
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

    /// Replaces the content of `block` by the next records; says whether there were bytes for it.
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
            // Cut anew after the block has grown: it does so only for a record that is longer.
            ends = cuts(bytes.get(..filled).unwrap_or_default(), self.piece);
            if !ends.is_empty() {
                break;
            }
            // A record that cannot be taken; splitting it says why.
            self.ended |= filled > self.piece.saturating_add(LONGEST);
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

/// Where pieces of at least so many bytes end, after the end of a line that is not within quotes. The bytes
/// begin with a record.
fn cuts(bytes: &[u8], piece: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    // What lies between `unquoted` and the next opening quote is not within quotes.
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

/// The next quote that begins a field, among bytes that are not within quotes.
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
