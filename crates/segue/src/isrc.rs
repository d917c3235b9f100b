//! International Standard Recording Codes (ISO 3901).

/// An ISRC: two letters of a country or registrar, three letters or digits of a registrant, two digits of the year and
/// five of the recording, such as `GBAYE0601477`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Isrc([u8; Self::LENGTH]);

impl Isrc {
    const LENGTH: usize = 12;

    /// Reads a code in any case, also with hyphens or spaces between its parts (`GB-AYE-06-01477`) or with the label
    /// `ISRC` before it; `None` if the text has another form.
    ///
    /// ```
    /// use segue::Isrc;
    ///
    /// assert_eq!(Isrc::parse("gb-aye-06-01477").map(|isrc| isrc.to_string()).as_deref(), Some("GBAYE0601477"));
    /// assert_eq!(Isrc::parse("Bohemian Rhapsody"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let label = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("isrc"));
        let text = if label { text.get(4..)?.trim_start_matches([':', ' ']) } else { text };
        let mut code = [0; Self::LENGTH];
        let mut places = code.iter_mut();
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            *places.next()? = byte.to_ascii_uppercase();
        }
        let (&[a, b], rest) = code.split_first_chunk()?;
        let (registrant, digits) = rest.split_first_chunk::<3>()?;
        let is_code = a.is_ascii_uppercase()
            && b.is_ascii_uppercase()
            && registrant.iter().all(u8::is_ascii_alphanumeric)
            && digits.iter().all(u8::is_ascii_digit);
        is_code.then_some(Self(code))
    }

    /// The code: twelve capital letters and digits.
    pub fn as_str(&self) -> &str {
        // All bytes are ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The code as a number in base 36: different for different codes, and in their order.
    pub(crate) fn number(self) -> u64 {
        self.0.iter().fold(0, |number, byte| {
            let digit = if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 };
            number * 36 + u64::from(digit)
        })
    }
}

impl std::fmt::Display for Isrc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_however_they_are_written() {
        for text in
            ["GBAYE0601477", "gbaye0601477", "GB-AYE-06-01477", " GB AYE 06 01477 ", "ISRC GB-AYE-06-01477"]
        {
            assert_eq!(Isrc::parse(text).unwrap().as_str(), "GBAYE0601477", "{text}");
        }
        assert!(Isrc::parse("QZ9Y61900001").is_some(), "digits in the registrant");
    }

    #[test]
    fn what_has_another_form_is_no_code() {
        for text in [
            "",
            "-",
            "GBAYE060147",
            "GBAYE06014770",
            "1BAYE0601477",
            "GBAYEX601477",
            "GB_AYE_06_01477",
            "ISRC",
            "GBÄYE060147",
            "ÅBAYE0601477",
            "isrcé",
            "5060001275192",
        ] {
            assert_eq!(Isrc::parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_have_the_order_of_codes() {
        let numbers = ["AA0000000000", "AA0009999999", "GBAYE0601477", "ZZZZZ9999999"];
        assert!(numbers.map(|code| Isrc::parse(code).unwrap().number()).is_sorted());
    }
}
