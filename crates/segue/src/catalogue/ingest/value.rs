//! One value as a source holds it, and what it is read as. Rows and columns are not known here.

use std::borrow::Cow;

use super::report::{MAX_TEXT, Reason};

/// A value as the source holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Raw<'a> {
    Missing,
    Text(&'a [u8]),
    Whole(i64),
    Number(f64),
    Boolean(bool),
    /// A value of a type that no column of a catalogue is read from.
    Other,
}

impl<'a> Raw<'a> {
    /// Reads a text; an empty one is missing. Words such as `None` are real titles and stay.
    pub(crate) fn text(self) -> Result<Option<Cow<'a, str>>, Reason> {
        match self {
            Self::Missing | Self::Text([]) => Ok(None),
            Self::Text(bytes) if bytes.len() > MAX_TEXT => Err(Reason::TooLong { bytes: bytes.len() }),
            Self::Text(bytes) => {
                str::from_utf8(bytes).map(|text| Some(text.into())).map_err(|_| Reason::NotUtf8)
            }
            Self::Whole(number) => Ok(Some(number.to_string().into())),
            Self::Number(number) => Ok(Some(number.to_string().into())),
            Self::Boolean(_) | Self::Other => Err(Reason::WrongType { wanted: "text" }),
        }
    }

    /// Reads a finite number.
    pub(crate) fn number(self) -> Result<Option<f64>, Reason> {
        let number = match self {
            Self::Missing => return Ok(None),
            Self::Number(number) => number,
            Self::Whole(number) => number as f64,
            Self::Boolean(yes) => f64::from(u8::from(yes)),
            Self::Text(bytes) => match number_in(bytes)? {
                Some(number) => number,
                None => return Ok(None),
            },
            Self::Other => return Err(Reason::WrongType { wanted: "a number" }),
        };
        // Products and squares of numbers in the range of an f32 are finite in f64.
        match number.abs() <= f64::from(f32::MAX) {
            true => Ok(Some(number)),
            false => Err(Reason::NotFinite),
        }
    }

    /// Reads a whole number of 32 bits; `5.0` is one.
    pub(crate) fn whole(self) -> Result<Option<f64>, Reason> {
        let number = self.number()?;
        match number {
            Some(number)
                if number.fract() != 0.0 || number < f64::from(i32::MIN) || number > f64::from(i32::MAX) =>
            {
                Err(Reason::NotWhole)
            }
            number => Ok(number),
        }
    }

    /// Reads `true`, `false`, 1 or 0.
    pub(crate) fn boolean(self) -> Result<Option<bool>, Reason> {
        match self {
            Self::Missing => Ok(None),
            Self::Boolean(yes) => Ok(Some(yes)),
            Self::Number(number) if number == 0.0 || number == 1.0 => Ok(Some(number == 1.0)),
            Self::Whole(number @ (0 | 1)) => Ok(Some(number == 1)),
            Self::Number(_) | Self::Whole(_) => Err(Reason::NotABoolean),
            Self::Text(bytes) => {
                let text = bytes.trim_ascii();
                let is = |word: &str| text.eq_ignore_ascii_case(word.as_bytes());
                match () {
                    () if means_missing(text) => Ok(None),
                    () if is("true") || is("1") => Ok(Some(true)),
                    () if is("false") || is("0") => Ok(Some(false)),
                    () => Err(Reason::NotABoolean),
                }
            }
            Self::Other => Err(Reason::WrongType { wanted: "true or false" }),
        }
    }

    /// What a message shows of the value.
    pub(crate) fn shown(self) -> Option<String> {
        match self {
            Self::Missing | Self::Other => None,
            Self::Text(bytes) => {
                // A character has at most four bytes, so the cut leaves at least 200 of them if there are more.
                let start = bytes.get(..800).unwrap_or(bytes);
                Some(String::from_utf8_lossy(start).chars().take(200).collect())
            }
            Self::Whole(number) => Some(number.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Boolean(yes) => Some(yes.to_string()),
        }
    }
}

fn number_in(bytes: &[u8]) -> Result<Option<f64>, Reason> {
    let bytes = bytes.trim_ascii();
    let parsed = str::from_utf8(bytes).ok().and_then(|text| text.parse::<f64>().ok());
    match parsed {
        Some(number) => Ok(Some(number)),
        None if means_missing(bytes) => Ok(None),
        None => Err(Reason::NotANumber),
    }
}

/// Whether a text where a number or a boolean belongs stands for no value at all.
fn means_missing(text: &[u8]) -> bool {
    ["", "na", "n/a", "#n/a", "<na>", "none", "null"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Raw<'_> {
        Raw::Text(text.as_bytes())
    }

    #[test]
    fn numbers_are_read_and_what_is_none_is_told_apart() {
        assert_eq!(text(" 1.01e-06 ").number(), Ok(Some(1.01e-6)));
        assert_eq!(Raw::Boolean(true).number(), Ok(Some(1.0)));
        for missing in ["", "  ", "NA", "None", "null", "<NA>"] {
            assert_eq!(text(missing).number(), Ok(None), "{missing:?}");
        }
        for (wrong, reason) in [
            ("loud", Reason::NotANumber),
            ("1,5", Reason::NotANumber),
            ("0x10", Reason::NotANumber),
            ("nan", Reason::NotFinite),
            ("-inf", Reason::NotFinite),
            ("1e39", Reason::NotFinite),
            ("1e999", Reason::NotFinite),
        ] {
            assert_eq!(text(wrong).number(), Err(reason), "{wrong}");
        }
        assert_eq!(Raw::Number(f64::NAN).number(), Err(Reason::NotFinite));
        assert_eq!(Raw::Text(b"\xff").number(), Err(Reason::NotANumber));
    }

    #[test]
    fn whole_numbers_have_no_fraction_and_fit() {
        assert_eq!(text("73.0").whole(), Ok(Some(73.0)));
        assert_eq!(text("-1").whole(), Ok(Some(-1.0)));
        assert_eq!(text("3.5").whole(), Err(Reason::NotWhole));
        assert_eq!(text("4294967296").whole(), Err(Reason::NotWhole));
    }

    #[test]
    fn words_that_look_missing_are_real_titles() {
        for title in ["None", "NA", "null", "nan", " "] {
            assert_eq!(text(title).text(), Ok(Some(title.into())));
        }
        assert_eq!(text("").text(), Ok(None));
        assert_eq!(Raw::Number(1989.0).text(), Ok(Some("1989".into())));
        assert_eq!(Raw::Text(b"caf\xe9").text(), Err(Reason::NotUtf8));
        assert_eq!(text(&"x".repeat(65_537)).text(), Err(Reason::TooLong { bytes: 65_537 }));
    }

    #[test]
    fn booleans_are_words_or_digits() {
        for (raw, found) in [("True", Some(true)), ("FALSE", Some(false)), ("1", Some(true)), ("", None)] {
            assert_eq!(text(raw).boolean(), Ok(found));
        }
        assert_eq!(text("yes").boolean(), Err(Reason::NotABoolean));
        assert_eq!(Raw::Number(2.0).boolean(), Err(Reason::NotABoolean));
    }

    #[test]
    fn shown_values_are_short_and_valid() {
        assert_eq!(text(&"é".repeat(9_000)).shown().unwrap().chars().count(), 200);
        assert_eq!(Raw::Text(b"a\xffb").shown().unwrap(), "a\u{fffd}b");
    }
}
