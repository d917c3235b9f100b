//! Checks the sizes that Arrow IPC data claims before they are trusted.
//!
//! The crate `arrow-ipc` allocates as much as a message or a compressed buffer claims to hold. If one wrong bit
//! makes that an exabyte, the allocation fails and aborts the process, which cannot be caught. So every claim is
//! first compared with the length of the file or message, or with the most that the compressed bytes can unpack to. The
//! content of columns is not checked here.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use arrow_ipc::{
    Block, CompressionType, Message, MessageHeader, RecordBatch, root_as_footer, root_as_message,
};

/// The magic at the start and the end of an Arrow IPC file; a stream has none.
pub(super) const MAGIC: &[u8] = b"ARROW1";
/// The size of the footer's length and the magic.
const TRAILER: u64 = 4 + MAGIC.len() as u64;
/// The continuation marker at the start of every message; files older than 2019 lack it.
pub(super) const CONTINUATION: &[u8] = &[0xff; 4];
/// The size of the marker of a message and of the length of its metadata.
const PREFIX: u64 = 8;
/// The size of the uncompressed length before the bytes of a compressed buffer.
const CLAIM: u64 = 8;
/// The maximum size of a zstd frame header, which may hold the uncompressed length.
const ZSTD_HEADER: u64 = 18;
/// Added to the bound on the uncompressed length, for tiny frames.
const SLACK: u64 = 1 << 20;

/// Checks the sizes in an Arrow IPC file, and rewinds it.
///
/// # Errors
/// Describes the first impossible size.
pub(super) fn check_sizes(mut source: impl Read + Seek) -> Result<(), String> {
    let length = source.seek(SeekFrom::End(0)).map_err(said)?;
    let mut sizes = Sizes { source, length };
    sizes.check_file()?;
    sizes.source.rewind().map_err(said)
}

/// An Arrow IPC stream whose messages are checked, each before its first byte is given out. One message is in memory at
/// a time, and no more of it than the source has.
pub(super) struct CheckedStream<R> {
    source: R,
    message: Cursor<Vec<u8>>,
    is_over: bool,
}

impl<R: Read> CheckedStream<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, message: Cursor::default(), is_over: false }
    }

    /// Reads and checks the next message, if there is one.
    fn advance(&mut self) -> Result<(), String> {
        let mut bytes = std::mem::take(self.message.get_mut());
        bytes.clear();
        self.message.set_position(0);
        // The end-of-stream marker is optional.
        self.is_over = self.append(&mut bytes, PREFIX)? == 0;
        if self.is_over {
            return Ok(());
        }
        let whole = |read: u64, wanted: u64| if read == wanted { Ok(()) } else { Err("it is cut off") };
        whole(bytes.len() as u64, PREFIX)?;
        let length = bytes.strip_prefix(CONTINUATION).map(number).ok_or("a message lacks its mark")?;
        self.is_over = length == 0;
        if length > 0 {
            whole(self.append(&mut bytes, length.into())?, length.into())?;
            let metadata = bytes.len();
            let body = body_length(&message(&bytes)?)?;
            whole(self.append(&mut bytes, body)?, body)?;
            let (metadata, body) = bytes.split_at_checked(metadata).ok_or("it is cut off")?;
            if let Some(batch) = batch(&message(metadata)?) {
                let length = body.len() as u64;
                Sizes { source: Cursor::new(body), length }.check_batch(&batch, 0, length)?;
            }
        }
        self.message = Cursor::new(bytes);
        Ok(())
    }

    /// Appends the next bytes of the source, up to `most`; returns how many there were.
    fn append(&mut self, bytes: &mut Vec<u8>, most: u64) -> Result<u64, String> {
        self.source.by_ref().take(most).read_to_end(bytes).map(|read| read as u64).map_err(said)
    }
}

impl<R: Read> Read for CheckedStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let is_read = self.message.position() >= self.message.get_ref().len() as u64;
        if is_read && !self.is_over {
            // Of no other kind: the reader takes an early end for that of the stream.
            self.advance().map_err(|problem| io::Error::new(io::ErrorKind::InvalidData, problem))?;
        }
        self.message.read(buffer)
    }
}

/// A message with its prefix, as the format has it.
fn message(bytes: &[u8]) -> Result<Message<'_>, String> {
    let prefix = if bytes.starts_with(CONTINUATION) { CONTINUATION.len() + 4 } else { 4 };
    root_as_message(bytes.get(prefix..).unwrap_or_default()).map_err(said)
}

fn body_length(message: &Message<'_>) -> Result<u64, String> {
    u64::try_from(message.bodyLength())
        .map_err(|_| format!("a message claims {} bytes", message.bodyLength()))
}

/// The batch of a message that has one.
fn batch<'a>(message: &Message<'a>) -> Option<RecordBatch<'a>> {
    match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message.header_as_dictionary_batch()?.data(),
        _ => None,
    }
}

struct Sizes<R> {
    source: R,
    length: u64,
}

impl<R: Read + Seek> Sizes<R> {
    /// Checks a file, whose messages are listed in its footer.
    fn check_file(&mut self) -> Result<(), String> {
        let end = self.length.checked_sub(TRAILER).ok_or("it is cut off")?;
        let trailer = self.bytes(end, TRAILER)?;
        let (footer_length, magic) = trailer.split_at_checked(4).ok_or("it is cut off")?;
        if magic != MAGIC {
            return Err("its end is missing".into());
        }
        let footer_length = u64::from(number(footer_length));
        let start = end.checked_sub(footer_length).ok_or("its footer is longer than the file")?;
        let footer = self.bytes(start, footer_length)?;
        let footer = root_as_footer(&footer).map_err(said)?;
        let blocks =
            footer.dictionaries().into_iter().flatten().chain(footer.recordBatches().into_iter().flatten());
        for &block in blocks {
            let (offset, metadata, body) = self.block(&block)?;
            self.check_message(offset, metadata, body)?;
        }
        Ok(())
    }

    fn block(&self, block: &Block) -> Result<(u64, u64, u64), String> {
        let size =
            |value: i64| u64::try_from(value).map_err(|_| format!("a block has the impossible size {value}"));
        let (offset, metadata, body) =
            (size(block.offset())?, size(i64::from(block.metaDataLength()))?, size(block.bodyLength())?);
        let end = offset.checked_add(metadata).and_then(|end| end.checked_add(body));
        match end {
            Some(end) if end <= self.length && metadata >= PREFIX => Ok((offset, metadata, body)),
            _ => Err(format!(
                "a block of {metadata} and {body} bytes from byte {offset} on does not fit into it"
            )),
        }
    }

    /// Checks one message, whose body has at most `most` bytes.
    fn check_message(&mut self, offset: u64, metadata: u64, most: u64) -> Result<(), String> {
        let bytes = self.bytes(offset, metadata)?;
        let message = message(&bytes)?;
        let body = body_length(&message)?;
        if body > most {
            return Err(format!("a message claims {body} bytes"));
        }
        match batch(&message) {
            Some(batch) => self.check_batch(&batch, offset + metadata, body),
            None => Ok(()),
        }
    }

    fn check_batch(&mut self, batch: &RecordBatch<'_>, start: u64, body: u64) -> Result<(), String> {
        // Columns of null type take no bytes, so a batch may claim any number of rows.
        if batch.length() < 0 || batch.length() > i64::from(u32::MAX) {
            return Err(format!("a batch claims {} rows", batch.length()));
        }
        let compression = batch.compression();
        if cfg!(not(feature = "compression")) && compression.is_some() {
            return Err("it is compressed, which the crate segue reads with its feature compression".into());
        }
        for buffer in batch.buffers().into_iter().flatten() {
            let place = u64::try_from(buffer.offset()).ok().zip(u64::try_from(buffer.length()).ok());
            let fits =
                place.filter(|(from, length)| from.checked_add(*length).is_some_and(|end| end <= body));
            let (from, length) = fits.ok_or("a buffer lies outside of its message")?;
            let Some(compression) = compression else { continue };
            if length < CLAIM {
                continue;
            }
            let head = self.bytes(start + from, length.min(CLAIM + ZSTD_HEADER))?;
            let (claim, frame) = head.split_at_checked(CLAIM as usize).ok_or("it is cut off")?;
            let claim = claim.try_into().map(i64::from_le_bytes).unwrap_or_default();
            let most = unpacked_at_most(compression.codec(), frame, length - CLAIM);
            // Zero means an empty buffer, minus one an uncompressed one.
            if claim > 0 && claim.unsigned_abs() > most {
                return Err(format!(
                    "a buffer claims to unpack to {claim} bytes, its {} bytes unpack to {most} at most",
                    length - CLAIM
                ));
            }
        }
        Ok(())
    }

    fn bytes(&mut self, offset: u64, length: u64) -> Result<Vec<u8>, String> {
        if offset.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(format!("it is cut off: {length} bytes from byte {offset} on, of {}", self.length));
        }
        let mut bytes = vec![0; length as usize];
        self.source.seek(SeekFrom::Start(offset)).map_err(said)?;
        self.source.read_exact(&mut bytes).map_err(said)?;
        Ok(bytes)
    }
}

/// The most that a compressed buffer can unpack to, by its frame header or the maximum ratio of its codec.
fn unpacked_at_most(codec: CompressionType, frame: &[u8], length: u64) -> u64 {
    match codec {
        // A byte adds at most 255 to the length of a match.
        CompressionType::LZ4_FRAME => length.saturating_mul(255).saturating_add(SLACK),
        // A block of four bytes unpacks to at most 128 KiB.
        _ => {
            let most = length.saturating_mul(1 << 15).saturating_add(SLACK);
            let told = zstd_content_size(frame);
            told.map_or(most, |told| told.min(most))
        }
    }
}

#[cfg(feature = "compression")]
fn zstd_content_size(frame: &[u8]) -> Option<u64> {
    zstd::zstd_safe::get_frame_content_size(frame).ok().flatten()
}

/// Without the feature `compression` the reader refuses such buffers.
#[cfg(not(feature = "compression"))]
fn zstd_content_size(_: &[u8]) -> Option<u64> {
    None
}

fn number(bytes: &[u8]) -> u32 {
    bytes.try_into().map(u32::from_le_bytes).unwrap_or_default()
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
