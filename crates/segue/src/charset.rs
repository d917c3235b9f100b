//! The character encodings of text files: which one a file is in, and decoding to UTF-8.
//!
//! UTF-8 and UTF-16 are recognised with and without a byte-order mark. Bytes that are none of these are taken for
//! Windows-1252, which also reads Latin-1: the encoding of old playlists, and of CSV that Excel saves in Western
//! Europe and America. No bytes are invalid in it, so it comes last, and a file that is mostly valid UTF-8 is
//! damaged UTF-8 instead.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A character encoding of text files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Charset {
    /// UTF-8, with or without a byte-order mark; so also ASCII.
    #[default]
    Utf8,
    /// UTF-16, the low byte first, as Windows writes it.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Windows-1252: Latin-1, with printable characters for the bytes 0x80 to 0x9f.
    Windows1252,
}

/// Bytes that are not valid in their encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Undecodable {
    pub(crate) charset: Charset,
    /// The position of the first byte that is not valid; `None` if it is not known (UTF-16).
    pub(crate) at: Option<usize>,
}

impl Charset {
    /// The encoding that a byte-order mark at the start of a file names, and the length of the mark.
    pub(crate) fn of_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        // Some programs write the mark of UTF-8 twice.
        const MARKS: [(&[u8], Charset); 4] = [
            (b"\xef\xbb\xbf\xef\xbb\xbf", Charset::Utf8),
            (b"\xef\xbb\xbf", Charset::Utf8),
            (b"\xff\xfe", Charset::Utf16Le),
            (b"\xfe\xff", Charset::Utf16Be),
        ];
        let mark = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark));
        mark.map(|(mark, charset)| (*charset, mark.len()))
    }

    /// UTF-16 without a mark, by the start of a file: of most characters, which are ASCII in any header, one byte
    /// is NUL.
    pub(crate) fn utf16_of_start(bytes: &[u8]) -> Option<Self> {
        const LOOKED_AT: usize = 1024;
        const FEWEST: usize = 4;
        let (mut low_first, mut high_first, mut pairs) = (0, 0, 0);
        for pair in bytes.get(..LOOKED_AT).unwrap_or(bytes).chunks_exact(2) {
            pairs += 1;
            match pair {
                [0, 0] => return None,
                [_, 0] => low_first += 1,
                [0, _] => high_first += 1,
                _ => (),
            }
        }
        // The other byte may be NUL too, as in half of an emoji.
        let is_most =
            |count: usize, others: usize| pairs >= FEWEST && count * 2 > pairs && others * 4 < count;
        match () {
            () if is_most(low_first, high_first) => Some(Self::Utf16Le),
            () if is_most(high_first, low_first) => Some(Self::Utf16Be),
            () => None,
        }
    }

    /// The encoding of a whole file, and the length of its byte-order mark. The cost is linear in the number of bytes.
    pub(crate) fn of(bytes: &[u8]) -> (Self, usize) {
        Self::of_mark(bytes).unwrap_or_else(|| {
            let charset = Self::utf16_of_start(bytes).unwrap_or_else(|| match is_utf8(bytes) {
                true => Self::Utf8,
                false => Self::Windows1252,
            });
            (charset, 0)
        })
    }

    /// Decodes a whole file, without its mark.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Self), Undecodable> {
        let (charset, mark) = Self::of(bytes);
        let marked = bytes.get(mark..).unwrap_or_default();
        if charset == Self::Utf8 {
            return match std::str::from_utf8(marked) {
                Ok(text) => Ok((text.into(), charset)),
                Err(error) => Err(Undecodable { charset, at: Some(mark + error.valid_up_to()) }),
            };
        }
        let text = charset.encoding().decode_without_bom_handling_and_without_replacement(marked);
        text.map(|text| (text, charset)).ok_or(Undecodable { charset, at: None })
    }

    /// The decoder of this encoding.
    pub(crate) fn encoding(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    /// Its name: `UTF-16`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether bytes are UTF-8, although some of them may be damaged: there are no more invalid sequences than valid ones
/// of several bytes, which hardly ever occur by chance (`Ã©`).
fn is_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid >= invalid
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn decoded(bytes: &[u8]) -> Option<(String, Charset)> {
        Charset::decode(bytes).ok().map(|(text, charset)| (text.into_owned(), charset))
    }

    #[test]
    fn encodings_are_recognised_with_and_without_marks() {
        let text = "name,artist\nHalo,Beyoncé\n愛,😀\n";
        for (bytes, charset) in [
            (text.as_bytes().to_vec(), Charset::Utf8),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), Charset::Utf8),
            ([b"\xef\xbb\xbf\xef\xbb\xbf", text.as_bytes()].concat(), Charset::Utf8),
            (utf16(text, u16::to_le_bytes), Charset::Utf16Le),
            (utf16(text, u16::to_be_bytes), Charset::Utf16Be),
            (utf16(&format!("\u{feff}{text}"), u16::to_le_bytes), Charset::Utf16Le),
            (utf16(&format!("\u{feff}{text}"), u16::to_be_bytes), Charset::Utf16Be),
        ] {
            assert_eq!(decoded(&bytes), Some((text.to_owned(), charset)), "{bytes:?}");
        }
        let windows = b"Beyonc\xe9 \x96 \x80 \x81 na\xefve";
        assert_eq!(decoded(windows), Some(("Beyoncé – € \u{81} naïve".into(), Charset::Windows1252)));
        assert_eq!(decoded(b""), Some((String::new(), Charset::Utf8)));
        assert!(matches!(Charset::decode(b"plain"), Ok((Cow::Borrowed("plain"), Charset::Utf8))));
    }

    #[test]
    fn nul_bytes_elsewhere_do_not_make_utf_16() {
        for bytes in [&b"a\0b\0c\0d\0"[..], b"a\0b\0c\0d\0e"] {
            assert_eq!(Charset::of(bytes).0, Charset::Utf16Le, "{bytes:?}");
        }
        for bytes in
            [&b"id\n\n\0"[..], b"abc\0def", b"a\0\0b", b"a\0\0\0b\0\0\0", b"\0\0\0\0", b"\0", b"a\0bcdefg"]
        {
            assert_eq!(Charset::of(bytes).0, Charset::Utf8, "{bytes:?}");
        }
    }

    #[test]
    fn damaged_text_is_no_other_text() {
        let damaged = |bytes| Charset::decode(bytes).unwrap_err();
        // One byte is wrong among many that are right.
        let bytes = [b"\xef\xbb\xbf", "é é é ".as_bytes(), b"\xe9."].concat();
        assert_eq!(damaged(&bytes), Undecodable { charset: Charset::Utf8, at: Some(12) });
        assert_eq!(damaged(bytes.get(3..).unwrap()).at, Some(9));
        // Half a surrogate pair, and half a character.
        for bytes in [&b"\xff\xfea\0\x3d\xd8"[..], b"\xff\xfea\0b"] {
            assert_eq!(damaged(bytes), Undecodable { charset: Charset::Utf16Le, at: None });
        }
    }

    #[test]
    fn an_encoding_has_a_name() {
        let all = [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be, Charset::Windows1252];
        assert_eq!(all.map(|charset| charset.to_string()), ["UTF-8", "UTF-16", "UTF-16", "Windows-1252"]);
        for charset in all {
            assert!(
                charset.encoding().name().eq_ignore_ascii_case(charset.name()) || charset.name() == "UTF-16"
            );
        }
    }
}
