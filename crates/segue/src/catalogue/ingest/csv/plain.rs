//! The fast path for plain fields, parsed in place: short decimal numbers, and texts without a doubled quote.
//!
//! Nearly all fields are plain; others are left to `records`, which knows the whole grammar. Every function here
//! gives the result of `records`, or `None`.

use std::ops::Range;

use memchr::memchr;

const WORD: usize = 8;
/// The lower bits of each byte of a word.
const LOW: u64 = repeated(0x7f);

/// The fields of one record, from its first byte on.
pub(crate) struct PlainFields<'a> {
    bytes: &'a [u8],
    /// Where the next field begins.
    at: usize,
    /// The byte after the last field.
    separator: u8,
}

impl<'a> PlainFields<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, separator: b',' }
    }

    /// The end of the record, including its line end, if the last field read was its last.
    pub(super) fn end(&self) -> Option<usize> {
        matches!(self.separator, b'\n' | b'\r').then_some(self.at)
    }

    fn begin(&self) -> Option<()> {
        (self.separator == b',').then_some(())
    }

    fn word(&self, at: usize) -> Option<u64> {
        self.bytes.get(at..)?.first_chunk::<WORD>().map(|word| u64::from_le_bytes(*word))
    }

    fn finish(&mut self, end: usize) -> Option<()> {
        self.separator = *self.bytes.get(end)?;
        self.at = end + 1;
        matches!(self.separator, b',' | b'\n' | b'\r').then_some(())
    }

    /// The range of the next field, without its quotes.
    #[inline]
    pub(crate) fn text(&mut self) -> Option<Range<usize>> {
        self.begin()?;
        let start = self.at;
        if self.bytes.get(start) == Some(&b'"') {
            let quoted = self.bytes.get(start + 1..)?;
            let quoted = quoted.get(..memchr(b'"', quoted)?)?;
            let end = start + 1 + quoted.len();
            // `PieceReader::skip` counts one line per record.
            if memchr(b'\n', quoted).is_some() {
                return None;
            }
            self.finish(end + 1)?;
            return Some(start + 1..end);
        }
        let mut at = start;
        loop {
            let word = self.word(at)?;
            // Line ends are control characters; `finish` refuses fields with other ones.
            let found = !(others(word, b',') & not_control(word)) & !LOW;
            if found != 0 {
                let end = at + first_byte(found);
                self.finish(end)?;
                return Some(start..end);
            }
            at += WORD;
        }
    }

    /// The next field as a number.
    #[inline]
    pub(crate) fn number(&mut self) -> Option<f64> {
        self.begin()?;
        let negative = self.bytes.get(self.at) == Some(&b'-');
        let start = self.at + usize::from(negative);
        let (mantissa, decimals, end) = self.short_number(start).or_else(|| self.long_number(start))?;
        if self.bytes.get(end) == Some(&b'e') {
            return self.scientific();
        }
        self.finish(end)?;
        // Both operands are exact, so the division rounds once and gives the nearest f64 (Clinger 1990), as the parser
        // of the standard library does.
        let number = mantissa as f64 / POWERS_OF_TEN.get(decimals)?;
        Some(if negative { -number } else { number })
    }

    /// The next field as a number with an exponent, of any length.
    fn scientific(&mut self) -> Option<f64> {
        let field = self.text()?;
        let number: f64 = str::from_utf8(self.bytes.get(field)?).ok()?.parse().ok()?;
        (number.abs() <= f64::from(f32::MAX)).then_some(number)
    }

    /// Digits with or without a point, at most seven characters: their value without the point, the number of digits
    /// after the point, and the end.
    #[inline]
    fn short_number(&self, start: usize) -> Option<(u64, usize, usize)> {
        let word = self.word(start)? ^ repeated(b'0');
        let others = (((word & LOW) + repeated(0x76)) | word) & !LOW;
        if others == 0 {
            return None;
        }
        let whole = first_byte(others);
        let (digits, decimals, end) = if self.bytes.get(start + whole) == Some(&b'.') {
            let end = first_byte(others & (others - 1));
            if end == WORD {
                return None;
            }
            let before = (1 << (8 * whole)) - 1;
            ((word & before) | (word >> 8 & !before), end - whole - 1, end)
        } else {
            (word, 0, whole)
        };
        let count = whole + decimals;
        if count == 0 {
            return None;
        }
        // Shifted to the highest bytes: zeros come before the digits.
        Some((number_of_digits(digits << (64 - 8 * count)), decimals, start + end))
    }

    /// Like [`Self::short_number`], for at most fifteen digits.
    fn long_number(&self, start: usize) -> Option<(u64, usize, usize)> {
        const MAX_DIGITS: usize = 15;
        let (mut mantissa, mut digits, mut point) = (0, 0, None);
        for byte in self.bytes.get(start..)?.iter().take(MAX_DIGITS + 2) {
            match byte {
                b'0'..=b'9' => {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    digits += 1;
                }
                b'.' if point.is_none() => point = Some(digits),
                _ => break,
            }
        }
        let decimals = point.map_or(0, |whole| digits - whole);
        let end = start + digits + usize::from(point.is_some());
        (1..=MAX_DIGITS).contains(&digits).then_some((mantissa, decimals, end))
    }
}

/// All exact in an f64.
const POWERS_OF_TEN: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

const fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; WORD])
}

/// Sets the highest bit of each byte of a word that is not `byte`.
#[inline]
fn others(word: u64, byte: u8) -> u64 {
    let difference = word ^ repeated(byte);
    // The addition does not carry from one byte to the next.
    ((difference & LOW) + LOW) | difference
}

/// Sets the highest bit of each byte of a word that is not an ASCII control character.
#[inline]
fn not_control(word: u64) -> u64 {
    ((word & LOW) + repeated(0x60)) | word
}

/// The first byte whose highest bit is set, if no other bits are; 8 if there is none.
#[inline]
fn first_byte(bits: u64) -> usize {
    bits.trailing_zeros() as usize / 8
}

/// The value of eight digits, the first one in the lowest byte (Lemire 2018).
#[inline]
fn number_of_digits(digits: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let first = (pairs & PAIRS).wrapping_mul(0x000f_4240_0000_0064);
    let second = (pairs >> 16 & PAIRS).wrapping_mul(0x0000_2710_0000_0001);
    first.wrapping_add(second) >> 32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::ingest::csv::records::{Position, RecordBuffer};

    fn number(field: &str) -> Option<f64> {
        let text = format!("{field},and what follows\n");
        PlainFields::new(text.as_bytes(), 0).number()
    }

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for field in ["", "-", ".", "-.", "1.2.3", "+1", " 1", "1 ", "0x1", "nan", "inf", "1e", "e5", "--1"] {
            assert_eq!(number(field), None, "{field}");
        }
        for field in ["\"1\"", "1234567890123456", "0.1234567890123456", "1e39", "1e999", "1é", "1\t"] {
            assert_eq!(number(field), None, "{field}");
        }
        assert_eq!(PlainFields::new(b"1.5", 0).number(), None, "its end is not known");
    }

    #[test]
    fn plain_numbers_are_read_whatever_their_length() {
        for field in ["0", "-7", "5.", ".5", "0.676", "123456", "1234567", "12345678", "0.00001", "-17.235"] {
            assert_eq!(number(field), field.parse().ok(), "{field}");
        }
        for field in ["123456789012345", "-1.23456789012345", "1.01e-06", "-2E5", "0000000000000.5"] {
            let found = number(field);
            assert!(found.is_none() || found == field.parse().ok(), "{field}");
        }
        assert_eq!(number("-0").map(f64::to_bits), Some((-0.0f64).to_bits()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn a_number_has_the_bits_that_it_is_parsed_to(
            field in "-?[0-9]{0,12}\\.?[0-9]{0,6}|-?0?\\.[0-9]{0,19}|[-+.0-9e]{0,9}|[0-9.]{1,4}e-?[0-9]{1,3}",
        ) {
            if let Some(number) = number(&field) {
                prop_assert_eq!(field.parse::<f64>().map(f64::to_bits), Ok(number.to_bits()));
            }
        }

        #[test]
        fn fields_that_are_taken_are_those_of_the_record(
            parts in proptest::collection::vec(
                prop_oneof![
                    3 => "[ab é]{1,20}",
                    4 => Just(",".to_owned()),
                    1 => Just("\"".to_owned()),
                    2 => Just("\n".to_owned()),
                    1 => Just("\r".to_owned()),
                    1 => Just("\t".to_owned()),
                    2 => "\"[ab,é\n]{0,9}\"",
                ],
                1..30,
            ),
            wanted in 1usize..6,
        ) {
            let text = parts.concat();
            let (mut position, mut record) = (Position { at: 0, line: 1 }, RecordBuffer::default());
            position.skip_line_ends(text.as_bytes());
            let mut fields = PlainFields::new(text.as_bytes(), position.at);
            let found: Option<Vec<Range<usize>>> = (0..wanted).map(|_| fields.text()).collect();
            if let (Some(found), Some(end)) = (found, fields.end()) {
                let line = position.line;
                prop_assert!(record.read(text.as_bytes(), &mut position).unwrap());
                let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
                prop_assert_eq!(found, record.record().texts().collect::<Vec<_>>());
                prop_assert_eq!(end, position.at);
                let ends_line = text.as_bytes()[end - 1] == b'\n';
                prop_assert_eq!(position.line, line + u64::from(ends_line));
            }
        }
    }
}
