//! A single raw value, and its conversion to text, number or boolean. Rows and columns are not known here.

use std::borrow::Cow;

use half::f16;

use super::report::{MAX_TEXT, Reason};

/// A value as it is in the input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Raw<'a> {
    Missing,
    /// A text that is not empty.
    Text(&'a str),
    NotUtf8(&'a [u8]),
    Whole(i64),
    Number(f64),
    Boolean(bool),
    /// A list of numbers.
    Vector(Numbers<'a>),
    /// A value of a type that no column of a catalogue is read from.
    Other,
}

/// A list of numbers, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Numbers<'a> {
    Half(&'a [f16]),
    Single(&'a [f32]),
    Double(&'a [f64]),
}

impl Numbers<'_> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Half(numbers) => numbers.len(),
            Self::Single(numbers) => numbers.len(),
            Self::Double(numbers) => numbers.len(),
        }
    }

    /// Appends the numbers in single precision, `wanted` of them; NaN stands for a missing one.
    ///
    /// # Errors
    /// If there are not as many, or one is infinite; some may have been appended.
    pub(crate) fn append_to(self, out: &mut Vec<f32>, wanted: usize) -> Result<(), Reason> {
        if self.len() != wanted {
            return Err(Reason::VectorLength { wanted, found: self.len() });
        }
        let start = out.len();
        match self {
            Self::Half(numbers) => out.extend(numbers.iter().copied().map(f32::from)),
            Self::Single(numbers) => out.extend_from_slice(numbers),
            Self::Double(numbers) => out.extend(numbers.iter().map(|number| *number as f32)),
        }
        match out.iter().skip(start).any(|number| number.is_infinite()) {
            true => Err(Reason::NotFinite),
            false => Ok(()),
        }
    }
}

impl<'a> Raw<'a> {
    /// A text, or missing if it is empty.
    pub(crate) fn text_or_missing(text: &'a str) -> Self {
        if text.is_empty() { Self::Missing } else { Self::Text(text) }
    }

    /// Reads a text. Words such as `None` are real titles and are kept.
    pub(crate) fn text(self) -> Result<Option<Cow<'a, str>>, Reason> {
        match self {
            Self::Missing => Ok(None),
            Self::Text(text) if text.len() > MAX_TEXT => Err(Reason::TooLong { bytes: text.len() }),
            Self::Text(text) => Ok(Some(text.into())),
            Self::NotUtf8(_) => Err(Reason::NotUtf8),
            Self::Whole(number) => Ok(Some(number.to_string().into())),
            Self::Number(number) => Ok(Some(number.to_string().into())),
            Self::Boolean(_) | Self::Vector(_) | Self::Other => Err(Reason::WrongType { wanted: "text" }),
        }
    }

    /// Reads a number within the range of an `f32`; NaN is missing.
    pub(crate) fn number(self) -> Result<Option<f64>, Reason> {
        let number = match self {
            Self::Missing => return Ok(None),
            Self::Number(number) if number.is_nan() => return Ok(None),
            Self::Number(number) => number,
            Self::Whole(number) => number as f64,
            Self::Boolean(yes) => f64::from(u8::from(yes)),
            Self::Text(text) => match number_in(text)? {
                Some(number) => number,
                None => return Ok(None),
            },
            Self::NotUtf8(_) => return Err(Reason::NotANumber),
            Self::Vector(_) | Self::Other => return Err(Reason::WrongType { wanted: "a number" }),
        };
        // So products and squares of two numbers are finite in f64.
        match number.abs() <= f64::from(f32::MAX) {
            true => Ok(Some(number)),
            false => Err(Reason::NotFinite),
        }
    }

    /// Reads a number of a column that is not known: true and false are 1 and 0.
    pub(crate) fn number_or_boolean(self) -> Result<Option<f64>, Reason> {
        match (self.number(), self.boolean()) {
            (Err(_), Ok(Some(yes))) => Ok(Some(f64::from(u8::from(yes)))),
            (number, _) => number,
        }
    }

    /// Reads 1, 0, or a word for true or false, such as `yes`, `E` for explicit or `clean`.
    pub(crate) fn boolean(self) -> Result<Option<bool>, Reason> {
        match self {
            Self::Missing => Ok(None),
            Self::Boolean(yes) => Ok(Some(yes)),
            Self::Number(number) if number == 0.0 || number == 1.0 => Ok(Some(number == 1.0)),
            Self::Whole(number @ (0 | 1)) => Ok(Some(number == 1)),
            Self::Number(_) | Self::Whole(_) => Err(Reason::NotABoolean),
            Self::NotUtf8(_) => Err(Reason::NotABoolean),
            Self::Text(text) => {
                let text = text.trim_ascii();
                let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
                match () {
                    () if means_missing(text) => Ok(None),
                    () if is_one_of(&TRUE) => Ok(Some(true)),
                    () if is_one_of(&FALSE) => Ok(Some(false)),
                    () => Err(Reason::NotABoolean),
                }
            }
            Self::Vector(_) | Self::Other => Err(Reason::WrongType { wanted: "true or false" }),
        }
    }

    /// The value as a text, with invalid UTF-8 replaced.
    pub(crate) fn to_text(self) -> String {
        match self {
            Self::Missing | Self::Other => String::new(),
            Self::Vector(numbers) => format!("a list of {} numbers", numbers.len()),
            Self::Text(text) => text.to_owned(),
            Self::NotUtf8(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Boolean(yes) => yes.to_string(),
        }
    }

    /// The first 200 characters of the value, for messages; `None` if it is missing.
    pub(crate) fn shown(self) -> Option<String> {
        let text = self.to_text();
        (!text.is_empty()).then(|| text.chars().take(200).collect())
    }
}

/// Words for true and false; `E` marks explicit tracks.
const TRUE: [&str; 9] = ["true", "1", "yes", "y", "t", "e", "explicit", "x", "1.0"];
const FALSE: [&str; 9] = ["false", "0", "no", "n", "f", "clean", "not explicit", "non-explicit", "0.0"];

fn number_in(text: &str) -> Result<Option<f64>, Reason> {
    let text = text.trim_ascii();
    match text.parse::<f64>() {
        Ok(number) => Ok(Some(number).filter(|number| !number.is_nan())),
        Err(_) if means_missing(text) => Ok(None),
        Err(_) => Err(Reason::NotANumber),
    }
}

/// Whether a text in a numeric or boolean column stands for a missing value.
fn means_missing(text: &str) -> bool {
    const WORDS: [&str; 11] = ["", "na", "n/a", "#n/a", "<na>", "none", "null", "nan", "-", "--", r"\N"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Raw<'_> {
        Raw::text_or_missing(text)
    }

    #[test]
    fn numbers_are_read_and_what_is_none_is_told_apart() {
        assert_eq!(text(" 1.01e-06 ").number(), Ok(Some(1.01e-6)));
        assert_eq!(Raw::Boolean(true).number(), Ok(Some(1.0)));
        for missing in ["", "  ", "NA", "None", "null", "<NA>", "nan", "-", r"\N"] {
            assert_eq!(text(missing).number(), Ok(None), "{missing:?}");
        }
        for (wrong, reason) in [
            ("loud", Reason::NotANumber),
            ("1,5", Reason::NotANumber),
            ("0x10", Reason::NotANumber),
            ("-inf", Reason::NotFinite),
            ("1e39", Reason::NotFinite),
            ("1e999", Reason::NotFinite),
        ] {
            assert_eq!(text(wrong).number(), Err(reason), "{wrong}");
        }
        assert_eq!(Raw::Number(f64::NAN).number(), Ok(None));
        assert_eq!(Raw::NotUtf8(b"\xff").number(), Err(Reason::NotANumber));
    }

    #[test]
    fn words_that_look_missing_are_real_titles() {
        for title in ["None", "NA", "null", "nan", " "] {
            assert_eq!(text(title).text(), Ok(Some(title.into())));
        }
        assert_eq!(text("").text(), Ok(None));
        assert_eq!(Raw::Number(1989.0).text(), Ok(Some("1989".into())));
        assert_eq!(Raw::NotUtf8(b"caf\xe9").text(), Err(Reason::NotUtf8));
        assert_eq!(text(&"x".repeat(65_537)).text(), Err(Reason::TooLong { bytes: 65_537 }));
    }

    #[test]
    fn numbers_of_other_columns_may_be_nan_or_booleans() {
        for (raw, found) in [
            (text("NaN"), None),
            (Raw::Number(f64::NAN), None),
            (text("True"), Some(1.0)),
            (Raw::Boolean(false), Some(0.0)),
            (text("0.5"), Some(0.5)),
        ] {
            assert_eq!(raw.number_or_boolean(), Ok(found));
        }
        assert_eq!(text("inf").number_or_boolean(), Err(Reason::NotFinite));
        assert_eq!(text("loud").number_or_boolean(), Err(Reason::NotANumber));
    }

    #[test]
    fn booleans_are_words_or_digits() {
        for (raw, found) in [("True", Some(true)), ("FALSE", Some(false)), ("1", Some(true)), ("", None)] {
            assert_eq!(text(raw).boolean(), Ok(found));
        }
        for (word, found) in [("Yes", true), ("E", true), ("n", false), ("Clean", false), ("1.0", true)] {
            assert_eq!(text(word).boolean(), Ok(Some(found)), "{word}");
        }
        assert_eq!(text("maybe").boolean(), Err(Reason::NotABoolean));
        assert_eq!(Raw::Number(2.0).boolean(), Err(Reason::NotABoolean));
    }

    #[test]
    fn shown_values_are_short_and_valid() {
        assert_eq!(text(&"é".repeat(9_000)).shown().unwrap().chars().count(), 200);
        assert_eq!(Raw::NotUtf8(b"a\xffb").shown().unwrap(), "a\u{fffd}b");
    }
}
