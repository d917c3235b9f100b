//! Parses query parameters. Duplicate, unknown, and invalid ones are errors.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use axum::http::Uri;
use percent_encoding::percent_decode;

use crate::fault::Fault;

/// The most characters of a search query.
const LONGEST_QUERY: usize = 1000;

/// The parameters that have not been taken yet.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn of(uri: &Uri) -> Result<Self, Fault> {
        let mut params = Vec::new();
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name =
                decoded(name).ok_or_else(|| Fault::parameter("a parameter", "its name is not UTF-8"))?;
            let value = decoded(value).ok_or_else(|| Fault::parameter(&name, "not UTF-8"))?;
            if params.iter().any(|(other, _)| *other == name) {
                return Err(Fault::parameter(&name, "given twice"));
            }
            params.push((name, value));
        }
        Ok(Self(params))
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(at).1)
    }

    pub(crate) fn required(&mut self, name: &str) -> Result<String, Fault> {
        self.text(name).ok_or_else(|| Fault::parameter(name, "missing"))
    }

    /// The search query `q`, at most [`LONGEST_QUERY`] characters.
    pub(crate) fn query(&mut self) -> Result<String, Fault> {
        let text = self.required("q")?;
        match text.chars().count() <= LONGEST_QUERY {
            true => Ok(text),
            false => Err(Fault::parameter("q", format!("at most {LONGEST_QUERY} characters were wanted"))),
        }
    }

    /// A number within a range.
    pub(crate) fn number<T: FromStr + PartialOrd + Display>(
        &mut self,
        name: &str,
        range: RangeInclusive<T>,
    ) -> Result<Option<T>, Fault> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse() {
            Ok(value) if range.contains(&value) => Ok(Some(value)),
            _ => {
                let (least, most) = range.into_inner();
                let problem = format!("a number from {least} to {most} was wanted, not {:?}", clipped(&text));
                Err(Fault::parameter(name, problem))
            }
        }
    }

    /// All numbers whose names begin with a prefix, by the rest of their names.
    pub(crate) fn numbers_of(&mut self, prefix: &str) -> Result<Vec<(String, f64)>, Fault> {
        let taken = self.0.extract_if(.., |(name, _)| name.len() > prefix.len() && name.starts_with(prefix));
        let read = |(name, text): (String, String)| {
            let value = text.parse().ok().filter(|value: &f64| value.is_finite());
            let wanted = || Fault::parameter(&name, format!("a number was wanted, not {:?}", clipped(&text)));
            let value = value.ok_or_else(wanted)?;
            Ok((name.strip_prefix(prefix).unwrap_or(&name).to_owned(), value))
        };
        taken.map(read).collect()
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, Fault> {
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => {
                Err(Fault::parameter(name, format!("true or false was wanted, not {:?}", clipped(other))))
            }
        }
    }

    /// A comma-separated list; empty if it is missing.
    pub(crate) fn list(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// Refuses unknown parameters, for example a misspelt `limt=5`, instead of ignoring them.
    pub(crate) fn none_left(self) -> Result<(), Fault> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Fault::parameter(clipped(name), "there is no such parameter")),
        }
    }
}

/// Truncates a client's text for an error message.
pub(crate) fn clipped(text: &str) -> &str {
    const MOST: usize = 80;
    text.char_indices().nth(MOST).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8().ok().map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Result<Params, Fault> {
        Params::of(&format!("/x?{query}").parse().unwrap())
    }

    #[test]
    fn values_are_decoded() {
        let mut params = params("q=caf%C3%A9+noir&k=7&&why").unwrap();
        assert_eq!(params.text("q").as_deref(), Some("café noir"));
        assert_eq!(params.number("k", 1..=9), Ok(Some(7)));
        assert_eq!(params.number("k", 1..=9), Ok(None));
        assert_eq!(params.text("why").as_deref(), Some(""));
        params.none_left().unwrap();
    }

    #[test]
    fn numbers_are_taken_by_the_beginning_of_their_names() {
        let mut params = params("min_energy=0.5&k=1&min_a%20b=-2e1&min_=3").unwrap();
        let found = params.numbers_of("min_").unwrap();
        assert_eq!(found, [("energy".to_owned(), 0.5), ("a b".to_owned(), -20.0)]);
        assert_eq!(params.number("k", 1..=9), Ok(Some(1)));
        assert!(params.none_left().unwrap_err().detail.starts_with("min_: "));
        for value in ["", "x", "inf", "nan", "1,5", "1e999"] {
            let mut params = super::tests::params(&format!("min_energy={value}")).unwrap();
            assert!(params.numbers_of("min_").unwrap_err().detail.starts_with("min_energy: a number"));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for query in ["q=%ff", "%ff=1", "k=1&k=2"] {
            params(query).unwrap_err();
        }
        for value in ["0", "10", "1.5", "", "NaN", "99999999999999999999"] {
            let fault = params(&format!("k={value}")).unwrap().number("k", 1..=9).unwrap_err();
            assert!(fault.detail.starts_with("k: a number from 1 to 9"), "{}", fault.detail);
        }
        assert!(params("x=nan").unwrap().number("x", 0.0..=1.0).is_err());
        assert!(params("x=yes").unwrap().flag("x").is_err());
        assert_eq!(
            params("limt=1").unwrap().none_left().unwrap_err().detail,
            "limt: there is no such parameter"
        );
    }
}
