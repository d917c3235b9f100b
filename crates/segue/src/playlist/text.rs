//! Decoding of files to text, for all formats, and sanitising of text for one line.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::{Format, m3u};
use crate::error::{Error, Result};

/// Decodes a file to a text without byte-order mark; an error if it contains NUL or is not in a known encoding.
pub(super) fn decode<'a>(name: &str, bytes: &'a [u8], format: Option<Format>) -> Result<Cow<'a, str>> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Error::input(name, "is text in UTF-16, UTF-8 was wanted; save it as UTF-8"));
    }
    let mut bytes = bytes;
    // Some programs write a second byte-order mark.
    while let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        bytes = rest;
    }
    if let Some(at) = memchr(0, bytes) {
        let line = line_of(bytes, at);
        let problem =
            format!("line {line} holds a NUL byte, which no playlist does; is it a file of another kind?");
        return Err(Error::input(name, problem));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_)
            if format.map_or_else(|| m3u::begins(bytes), |format| format == Format::M3u8)
                && !promises_utf8(name) =>
        {
            Ok(bytes.iter().map(|byte| windows_1252(*byte)).collect())
        }
        Err(error) => {
            let (line, at) = (line_of(bytes, error.valid_up_to()), error.valid_up_to() + 1);
            Err(Error::input(name, format!("line {line} is not UTF-8 (byte {at}); save it as UTF-8")))
        }
    }
}

/// The line of a byte, from 1.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    1 + memchr_iter(b'\n', bytes.get(..at).unwrap_or_default()).count() as u64
}

fn promises_utf8(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("m3u8"))
}

/// Decodes a byte in Windows-1252, which is Latin-1 with printable characters for the bytes 0x80 to 0x9f.
fn windows_1252(byte: u8) -> char {
    const SIGNS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let sign = byte.checked_sub(0x80).and_then(|place| SIGNS.get(usize::from(place)));
    sign.copied().unwrap_or(char::from(byte))
}

/// The trimmed lines of a text with their numbers, from 1; line ends are `\n`, `\r\n` or `\r`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    (1..).zip(text.split(end).map(str::trim))
}

/// Trims a text and replaces control characters and other line separators by spaces, so that it stays on one line.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let breaks =
        |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}');
    let text = text.trim_matches(|character: char| character.is_whitespace() || breaks(character));
    match text.contains(breaks) {
        true => text.replace(breaks, " ").into(),
        false => text.into(),
    }
}

/// The first 300 characters of a text on one line, for errors.
pub(super) fn excerpt(text: &str) -> Cow<'_, str> {
    const MAX_CHARACTERS: usize = 300;
    match text.char_indices().nth(MAX_CHARACTERS).and_then(|(end, _)| text.get(..end)) {
        Some(start) => format!("{}...", one_line(start)).into(),
        None => one_line(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(name: &str, bytes: &[u8], format: Option<Format>) -> String {
        decode(name, bytes, format).unwrap_err().to_string()
    }

    #[test]
    fn marks_are_taken_away_and_latin_1_is_read_where_it_is_usual() {
        assert_eq!(decode("a.csv", b"\xef\xbb\xbf\xef\xbb\xbfid", None).unwrap(), "id");
        let latin = b"Beyonc\xe9 \x96 \x80 \x81";
        assert_eq!(decode("a.m3u", latin, Some(Format::M3u8)).unwrap(), "Beyoncé – € \u{81}");
        assert_eq!(decode("upload", b"#EXTM3U\n\xe9", None).unwrap(), "#EXTM3U\né");
        assert_eq!(decode("a.m3u", "Beyoncé".as_bytes(), Some(Format::M3u8)).unwrap(), "Beyoncé");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        assert_eq!(
            problem("a.m3u8", b"a\nBeyonc\xe9", Some(Format::M3u8)),
            "a.m3u8: line 2 is not UTF-8 (byte 9); save it as UTF-8"
        );
        assert_eq!(
            problem("a.txt", b"\xff\xfea\0", None),
            "a.txt: is text in UTF-16, UTF-8 was wanted; save it as UTF-8"
        );
        assert_eq!(
            problem("a.csv", b"id\n\n\0", Some(Format::Csv)),
            "a.csv: line 3 holds a NUL byte, which no playlist does; is it a file of another kind?"
        );
    }

    #[test]
    fn lines_end_in_three_ways() {
        for text in ["a\nb\n\nc", "a\r\nb\r\n\r\nc", "a\rb\r\rc"] {
            let lines: Vec<(u64, &str)> = lines(text).collect();
            assert_eq!(lines, [(1, "a"), (2, "b"), (3, ""), (4, "c")], "{text:?}");
        }
    }

    #[test]
    fn one_line_holds_any_text() {
        assert_eq!(one_line("\r\n a\nb\u{2028}c\u{85}d\0 "), "a b c d");
        assert_eq!(one_line("Élan"), "Élan");
    }
}
