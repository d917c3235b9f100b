//! Decoding of files to text, for all formats, and sanitising of text for one line.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use crate::charset::{Charset, Undecodable};
use crate::error::{Error, Result};

/// Decodes a file to a text without byte-order mark; an error if it contains NUL or is not in a known encoding.
pub(super) fn decode<'a>(name: &str, bytes: &'a [u8]) -> Result<(Cow<'a, str>, Charset)> {
    let (text, charset) = Charset::decode(bytes).map_err(|Undecodable { charset, at }| {
        let problem = match at {
            Some(at) => format!("line {} is not {charset} (byte {})", line_of(bytes, at), at + 1),
            None => format!("is {charset}, but not valid"),
        };
        Error::input(name, format!("{problem}; is the file whole? Save it as UTF-8"))
    })?;
    if let Some(at) = memchr(0, text.as_bytes()) {
        let line = line_of(text.as_bytes(), at);
        let problem =
            format!("line {line} holds a NUL byte, which no playlist does; is it a file of another kind?");
        return Err(Error::input(name, problem));
    }
    Ok((text, charset))
}

/// The line of a byte, from 1.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    1 + memchr_iter(b'\n', bytes.get(..at).unwrap_or_default()).count() as u64
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

    fn problem(name: &str, bytes: &[u8]) -> String {
        decode(name, bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_text_has_no_mark() {
        assert_eq!(decode("a.csv", b"\xef\xbb\xbf\xef\xbb\xbfid").unwrap(), ("id".into(), Charset::Utf8));
        assert_eq!(decode("a.txt", b"\xff\xfea\0").unwrap(), ("a".into(), Charset::Utf16Le));
        let latin = ("#EXTM3U\né".into(), Charset::Windows1252);
        assert_eq!(decode("a.m3u8", b"#EXTM3U\n\xe9").unwrap(), latin);
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        assert_eq!(
            problem("a.m3u8", &["é é\na".as_bytes(), b"\xe9"].concat()),
            "a.m3u8: line 2 is not UTF-8 (byte 8); is the file whole? Save it as UTF-8"
        );
        assert_eq!(
            problem("a.txt", b"\xff\xfea\0b"),
            "a.txt: is UTF-16, but not valid; is the file whole? Save it as UTF-8"
        );
        for bytes in [&b"id\n\n\0"[..], b"\xff\xfei\0d\0\n\0\n\0\0\0"] {
            assert_eq!(
                problem("a.csv", bytes),
                "a.csv: line 3 holds a NUL byte, which no playlist does; is it a file of another kind?"
            );
        }
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
