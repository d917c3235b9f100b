//! Guards the Parquet reader against deep nesting and reads past the end of the file.
//!
//! The crate `parquet` follows nested columns by recursion and trusts the number of children of each: a footer of
//! some kilobytes can overflow the stack, which, like a failed allocation, aborts the process. So the schema in the
//! footer (Thrift's compact protocol) is checked here first.
//!
//! When it skips a page header, the crate does not notice the end of the file: a header that claims a list of 10^9
//! numbers keeps it busy for minutes. So the end of the file is made an error ([`Bounded`]).

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use bytes::Bytes;
use parquet::file::reader::{ChunkReader, Length};

use super::table::PARQUET_MAGIC as MAGIC;

/// The size of the footer's length and the magic.
const TRAILER: u64 = 4 + MAGIC.len() as u64;
/// The maximum depth of nested columns; a list of texts takes three levels.
const MAX_DEPTH: usize = 64;

/// The field ids of the schema in the footer and of the number of children of a column, from `parquet.thrift`.
const SCHEMA: i64 = 2;
const CHILDREN: i64 = 5;

/// A file in which reading past the end is an error.
pub(super) struct Bounded<S>(pub(super) S);

impl<S: Length> Length for Bounded<S> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<S: ChunkReader> ChunkReader for Bounded<S> {
    type T = Bounded<S::T>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        self.0.get_read(start).map(Bounded)
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

/// Checks the nesting of the columns of a Parquet file, and rewinds it.
///
/// # Errors
/// Describes what is wrong with the footer.
pub(super) fn check_nesting(mut source: impl Read + Seek) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    let length = source.seek(SeekFrom::End(0)).map_err(said)?;
    let end = length.checked_sub(TRAILER).ok_or("it is cut off")?;
    source.seek(SeekFrom::Start(end)).map_err(said)?;
    let mut trailer = [0; TRAILER as usize];
    source.read_exact(&mut trailer).map_err(said)?;
    let [a, b, c, d, magic @ ..] = trailer;
    if magic != MAGIC {
        return Err("its end is missing".into());
    }
    let footer_length = u32::from_le_bytes([a, b, c, d]);
    let start = end.checked_sub(footer_length.into()).ok_or("its footer is longer than the file")?;
    source.seek(SeekFrom::Start(start)).map_err(said)?;
    let mut footer = vec![0; footer_length as usize];
    source.read_exact(&mut footer).map_err(said)?;
    check_footer(&footer)?;
    source.rewind().map_err(said)
}

fn check_footer(footer: &[u8]) -> Result<(), String> {
    let mut thrift = Thrift(footer);
    let mut field = 0;
    while let Some(kind) = thrift.field(&mut field).ok_or(DAMAGED)? {
        match (field, kind) {
            (SCHEMA, ThriftType::LIST) => thrift.check_schema()?,
            (_, kind) => thrift.skip(kind, MAX_DEPTH).ok_or(DAMAGED)?,
        }
    }
    Ok(())
}

const DAMAGED: &str = "its footer is damaged";

/// The type of a value in Thrift's compact protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ThriftType(u8);

impl ThriftType {
    const LIST: Self = Self(9);
    const STRUCT: Self = Self(12);
}

/// A reader of Thrift's compact protocol; holds the bytes not yet read.
struct Thrift<'a>(&'a [u8]);

impl Thrift<'_> {
    /// Checks the schema: a list of columns in depth-first order, each followed by its children.
    fn check_schema(&mut self) -> Result<(), String> {
        let (kind, elements) = self.list().ok_or(DAMAGED)?;
        if kind != ThriftType::STRUCT {
            return Err(DAMAGED.into());
        }
        // The number of children still to come of each ancestor of the next column.
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..elements {
            let children = self.children().ok_or(DAMAGED)?;
            while open.pop_if(|left| *left == 0).is_some() {}
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            if children > elements {
                return Err(format!("a column has {children} children, where there are {elements} columns"));
            }
            if children > 0 {
                open.push(children);
            }
            if open.len() > MAX_DEPTH {
                return Err(format!("its columns are nested more than {MAX_DEPTH} deep"));
            }
        }
        Ok(())
    }

    /// Reads one column's description; returns its number of children.
    fn children(&mut self) -> Option<u64> {
        let (mut field, mut children) = (0, 0);
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (CHILDREN, ThriftType(3..=6)) => children = u64::try_from(self.zigzag()?).ok()?,
                (_, kind) => self.skip(kind, MAX_DEPTH)?,
            }
        }
        Some(children)
    }

    /// The next field's type, its number in `field`; the inner `None` at the end of the structure.
    fn field(&mut self, field: &mut i64) -> Option<Option<ThriftType>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *field = match head >> 4 {
            0 => self.zigzag()?,
            step => field.checked_add(step.into())?,
        };
        Some(Some(ThriftType(head & 15)))
    }

    fn list(&mut self) -> Option<(ThriftType, u64)> {
        let head = self.byte()?;
        let length = match head >> 4 {
            15 => self.varint()?,
            length => length.into(),
        };
        // Every element takes at least a byte.
        (length <= self.0.len() as u64).then_some((ThriftType(head & 15), length))
    }

    fn skip(&mut self, kind: ThriftType, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind.0 {
            1 | 2 => Some(()),
            3 => self.bytes(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.bytes(8),
            8 => {
                let length = self.varint()?;
                self.bytes(length)
            }
            9 | 10 => {
                let (kind, length) = self.list()?;
                (0..length).try_for_each(|_| self.skip_element(kind, depth))
            }
            11 => {
                let length = self.varint()?;
                let kinds = if length == 0 { 0 } else { self.byte()? };
                (0..length).try_for_each(|_| {
                    self.skip_element(ThriftType(kinds >> 4), depth)?;
                    self.skip_element(ThriftType(kinds & 15), depth)
                })
            }
            12 => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth)?;
                }
                Some(())
            }
            13 => self.bytes(16),
            _ => None,
        }
    }

    /// Skips an element of a list or map; unlike in a field, a boolean takes a byte there.
    fn skip_element(&mut self, kind: ThriftType, depth: usize) -> Option<()> {
        match kind.0 {
            1 | 2 => self.bytes(1),
            _ => self.skip(kind, depth),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, length: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(length).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        self.varint().map(|number| (number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer of columns with these numbers of children.
    fn footer(children: &[u8]) -> Vec<u8> {
        let count = children.len() as u32;
        let mut footer = vec![0x15, 2, 0x19, 0xfc];
        footer.extend([count as u8 | 0x80, (count >> 7) as u8 | 0x80, (count >> 14) as u8]);
        for children in children {
            // The repetition, a name, and the number of children.
            footer.extend([0x35, 0, 0x18, 1, b'x', 0x15, 2 * children, 0]);
        }
        footer.extend([0x16, 0, 0x19, 0x0c, 0]);
        footer
    }

    #[test]
    fn columns_of_tracks_are_not_too_deep() {
        check_footer(&footer(&[3, 0, 0, 1, 1, 0])).unwrap();
        check_footer(&footer(&[1; 60])).unwrap();
        // Wide is not deep.
        check_footer(&footer(&[&[60][..], &[1, 0].repeat(60)].concat())).unwrap();
    }

    #[test]
    fn what_would_overflow_the_stack_or_the_memory_is_refused() {
        assert!(check_footer(&footer(&[1; 100_000])).unwrap_err().contains("nested more than 64 deep"));
        assert!(check_footer(&footer(&[2; 100_000])).unwrap_err().contains("nested more than 64 deep"));
        assert!(check_footer(&footer(&[63, 0])).unwrap_err().contains("63 children"));
    }

    #[test]
    fn a_footer_cut_off_anywhere_is_an_error() {
        let whole = footer(&[3, 0, 0, 1, 1, 0]);
        for length in 0..whole.len() {
            assert!(check_footer(&whole[..length]).is_err(), "{length}");
        }
    }
}
