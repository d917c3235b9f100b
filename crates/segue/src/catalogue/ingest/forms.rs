//! The forms in which people and programs write values, each known by the value alone: `3:50`, `68%`, `F♯m`, `Yes`.
//! What only a whole column shows, such as shares in per cent, is in `scale`; lists of names are in `names`.

use super::conversions::Form;
use super::report::Reason;
use super::value::Raw;
use crate::catalogue::Attribute;

/// Reads the value of a known attribute, and the form that it had if it was not a plain number.
///
/// # Errors
/// If it is no number in any form, not finite, or not whole where that is wanted. A duration may have a fraction.
pub(super) fn attribute(attribute: Attribute, raw: Raw<'_>) -> Result<(Option<f64>, Option<Form>), Reason> {
    let (number, form) = match (raw.number(), raw) {
        (Err(Reason::NotANumber), Raw::Text(text)) => match written(attribute, text.trim()) {
            Some((number, form)) => (Some(number), Some(form)),
            None => return Err(Reason::NotANumber),
        },
        (number, _) => (number?, None),
    };
    match number {
        Some(number) if attribute.is_whole() && attribute != Attribute::DurationMs && !is_whole(number) => {
            Err(Reason::NotWhole)
        }
        // In whole milliseconds, or in seconds and with a fraction; `scale` tells.
        Some(number) if number.abs() > f64::from(i32::MAX) && attribute.is_whole() => Err(Reason::NotWhole),
        number => Ok((number, form)),
    }
}

fn is_whole(number: f64) -> bool {
    // The cast truncates and saturates, so only whole numbers in range survive it.
    f64::from(number as i32) == number
}

/// A number that is not written as one.
fn written(attribute: Attribute, text: &str) -> Option<(f64, Form)> {
    let special = match attribute {
        Attribute::DurationMs => clock(text).map(|seconds| ((seconds * 1000.0).round(), Form::Clock)),
        Attribute::Key => key(text).map(|key| (f64::from(key.pitch), key.form)),
        Attribute::Mode => {
            mode(text).or_else(|| key(text)?.major).map(|major| (f64::from(u8::from(major)), Form::ModeName))
        }
        _ => None,
    };
    special.or_else(|| with_unit(attribute, text)).or_else(|| with_separators(attribute, text))
}

/// `68%`, `230 ms`, `-6.7 dB`, `87 bpm`.
fn with_unit(attribute: Attribute, text: &str) -> Option<(f64, Form)> {
    let number = |text: &str| -> Option<f64> {
        let text = text.trim();
        text.parse().ok().or_else(|| with_separators(attribute, text).map(|(number, _)| number))
    };
    if let Some(percent) = text.strip_suffix('%') {
        let is_share = *attribute.range().end() == 1.0;
        return Some((number(percent)? / if is_share { 100.0 } else { 1.0 }, Form::PercentSign));
    }
    let units: &[(&str, f64)] = match attribute {
        Attribute::DurationMs => &[("ms", 1.0), ("sec", 1000.0), ("s", 1000.0)],
        Attribute::Tempo => &[("bpm", 1.0)],
        Attribute::Loudness => &[("db", 1.0)],
        _ => &[],
    };
    let lower = text.to_ascii_lowercase();
    units.iter().find_map(|(unit, scale)| Some((number(lower.strip_suffix(unit)?)? * scale, Form::Unit)))
}

/// Numbers with thousands separators, decimal commas, or a minus sign of typographers.
fn with_separators(attribute: Attribute, text: &str) -> Option<(f64, Form)> {
    if let Some(rest) = text.strip_prefix('\u{2212}') {
        let number = rest.parse().ok().or_else(|| with_separators(attribute, rest).map(|(number, _)| number));
        return number.map(|number: f64| (-number, Form::DecimalComma));
    }
    if attribute.is_whole()
        && let Some(number) = thousands(text)
    {
        return Some((number, Form::Thousands));
    }
    let is_decimal = text.matches(',').count() == 1 && !text.contains('.');
    let number = is_decimal.then(|| text.replace(',', ".").parse().ok())?;
    number.map(|number| (number, Form::DecimalComma))
}

/// Groups of three digits behind the first, all divided by the same sign; by a dot only if there are several, since one
/// is a decimal point.
fn thousands(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let separator = digits.chars().find(|sign| !sign.is_ascii_digit())?;
    let known = matches!(separator, ',' | '.' | ' ' | '\'' | '’' | '_' | '\u{a0}' | '\u{202f}');
    let mut groups = digits.split(separator);
    let first = groups.next()?;
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = groups.collect();
    let fits = known
        && (1..=3).contains(&first.len())
        && is_number(first)
        && groups.iter().all(|group| group.len() == 3 && is_number(group))
        && (separator != '.' || groups.len() > 1);
    let plain = || text.replace(separator, "").parse().ok();
    if fits { plain() } else { None }
}

/// The seconds of `3:50`, `1:02:03` or `0:03.5`.
fn clock(text: &str) -> Option<f64> {
    let mut parts = text.rsplit(':');
    let (seconds, minutes) = (parts.next()?, parts.next()?);
    let hours = parts.next().unwrap_or("0");
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let fits = parts.next().is_none()
        && whole.len() <= 2
        && [whole, fraction, minutes, hours].into_iter().all(is_number);
    let [hours, minutes, seconds]: [f64; 3] =
        [hours.parse().ok()?, minutes.parse().ok()?, seconds.parse().ok()?];
    let in_range = seconds < 60.0 && (text.matches(':').count() == 1 || minutes < 60.0);
    (fits && in_range).then_some(hours * 3600.0 + minutes * 60.0 + seconds)
}

/// The text of a key if it names a mode too; else missing.
pub(super) fn mode_of_key(raw: Raw<'_>) -> Raw<'_> {
    match raw {
        Raw::Text(text) if key(text.trim()).is_some_and(|key| key.major.is_some()) => raw,
        _ => Raw::Missing,
    }
}

/// A key by its name.
#[derive(Debug, PartialEq)]
struct Key {
    /// Its pitch class, C 0 to B 11.
    pitch: u8,
    /// Whether it is major, if its name says so.
    major: Option<bool>,
    form: Form,
}

/// A key by its name (`C#`, `D♭ minor`, `F♯m`, `C♯/D♭ Major`) or by its place on the Camelot wheel (`8A`).
fn key(text: &str) -> Option<Key> {
    if let Some((pitch, major)) = camelot(text) {
        return Some(Key { pitch, major: Some(major), form: Form::CamelotKey });
    }
    let (note, mut rest) = note(text)?;
    // The same key by its other name.
    if let Some(other) = rest.trim_start().strip_prefix('/') {
        let (same, after) = self::note(other.trim_start())?;
        if same != note {
            return None;
        }
        rest = after;
    }
    let word = rest.trim().trim_start_matches(['-', '_']);
    let major = match word {
        "" => None,
        "m" => Some(false),
        "M" => Some(true),
        word => Some(mode(word)?),
    };
    Some(Key { pitch: note, major, form: Form::KeyName })
}

/// The pitch class of a note with its accidental, and what follows.
fn note(text: &str) -> Option<(u8, &str)> {
    let mut letters = text.chars();
    let pitch: i8 = match letters.next()?.to_ascii_uppercase() {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    };
    let rest = letters.as_str();
    const ACCIDENTALS: [(&str, i8); 6] =
        [("#", 1), ("♯", 1), ("b", -1), ("♭", -1), (" sharp", 1), (" flat", -1)];
    let accidental = ACCIDENTALS.iter().find_map(|(sign, shift)| Some((rest.strip_prefix(sign)?, *shift)));
    let (rest, shift) = accidental.unwrap_or((rest, 0));
    Some(((pitch + shift).rem_euclid(12) as u8, rest))
}

/// The pitch class of a key of the Camelot wheel, and whether it is major. Each step of the wheel is a fifth.
fn camelot(text: &str) -> Option<(u8, bool)> {
    let major = match text.chars().last()? {
        'A' | 'a' => false,
        'B' | 'b' => true,
        _ => return None,
    };
    let hour: u8 = text.get(..text.len() - 1)?.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    // 8B is C major, 8A is A minor.
    let steps = (hour + 12 - 8) % 12;
    let from = if major { 0 } else { 9 };
    Some(((from + 7 * steps) % 12, major))
}

/// Whether a word names the major mode.
fn mode(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "major" | "maj" | "dur" => Some(true),
        "minor" | "min" | "moll" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(column: Attribute, text: &str) -> Result<(Option<f64>, Option<Form>), Reason> {
        attribute(column, Raw::text_or_missing(text))
    }

    #[test]
    fn numbers_are_read_in_every_form_that_they_are_written_in() {
        use Attribute::*;
        for (column, text, number, form) in [
            (DurationMs, "230666", 230_666.0, None),
            (DurationMs, "230666.0", 230_666.0, None),
            (DurationMs, "230.666", 230.666, None),
            (DurationMs, "3:50", 230_000.0, Some(Form::Clock)),
            (DurationMs, "03:50.5", 230_500.0, Some(Form::Clock)),
            (DurationMs, "1:02:03", 3_723_000.0, Some(Form::Clock)),
            (DurationMs, "75:00", 4_500_000.0, Some(Form::Clock)),
            (DurationMs, "230,666", 230_666.0, Some(Form::Thousands)),
            (DurationMs, "1.230.666", 1_230_666.0, Some(Form::Thousands)),
            (DurationMs, "230\u{202f}666", 230_666.0, Some(Form::Thousands)),
            (DurationMs, "230666 ms", 230_666.0, Some(Form::Unit)),
            (DurationMs, "230 s", 230_000.0, Some(Form::Unit)),
            (Popularity, "103,703,628", 103_703_628.0, Some(Form::Thousands)),
            (Popularity, "68%", 68.0, Some(Form::PercentSign)),
            (Popularity, "68,0", 68.0, Some(Form::DecimalComma)),
            (Energy, "68%", 0.68, Some(Form::PercentSign)),
            (Energy, "67,6 %", 0.676, Some(Form::PercentSign)),
            (Energy, "0,676", 0.676, Some(Form::DecimalComma)),
            (Instrumentalness, "1,01e-06", 1.01e-6, Some(Form::DecimalComma)),
            (Loudness, "-6,746", -6.746, Some(Form::DecimalComma)),
            (Loudness, "-6.7 dB", -6.7, Some(Form::Unit)),
            (Loudness, "\u{2212}6.7", -6.7, Some(Form::DecimalComma)),
            (Tempo, "118,211", 118.211, Some(Form::DecimalComma)),
            (Tempo, "87 BPM", 87.0, Some(Form::Unit)),
        ] {
            let read = read(column, text);
            assert!(
                matches!(read, Ok((Some(found), as_form)) if (found - number).abs() < 1e-9 && as_form == form),
                "{column} {text}: {read:?}"
            );
        }
    }

    #[test]
    fn keys_and_modes_are_read_by_name() {
        use Attribute::{Key, Mode};
        for (text, pitch, major) in [
            ("C", 0.0, None),
            ("C#", 1.0, None),
            ("Db", 1.0, None),
            ("F♯m", 6.0, Some(0.0)),
            ("B♭ Major", 10.0, Some(1.0)),
            ("C♯/D♭ Major", 1.0, Some(1.0)),
            ("b minor", 11.0, Some(0.0)),
            ("Cb", 11.0, None),
            ("8A", 9.0, Some(0.0)),
            ("8B", 0.0, Some(1.0)),
            ("1A", 8.0, Some(0.0)),
            ("12B", 4.0, Some(1.0)),
            ("-1", -1.0, None),
        ] {
            assert_eq!(read(Key, text).unwrap().0, Some(pitch), "{text}");
            if let Some(major) = major {
                assert_eq!(read(Mode, text).unwrap().0, Some(major), "{text}");
            }
        }
        assert_eq!(read(Mode, "Major").unwrap().0, Some(1.0));
        assert_eq!(read(Mode, "min").unwrap().0, Some(0.0));
        for wrong in ["H", "13A", "0B", "C#/D", "Cx", "major third", "A♭ lydian"] {
            assert_eq!(read(Key, wrong), Err(Reason::NotANumber), "{wrong}");
        }
    }

    #[test]
    fn what_has_no_form_is_refused() {
        use Attribute::*;
        for (column, text, reason) in [
            (Energy, "loud", Reason::NotANumber),
            (Energy, "1,5,5", Reason::NotANumber),
            (Energy, "1.234,5", Reason::NotANumber),
            (Energy, "%", Reason::NotANumber),
            (Energy, "3:50", Reason::NotANumber),
            (Energy, "C#", Reason::NotANumber),
            (Energy, "inf", Reason::NotFinite),
            (DurationMs, "3:75", Reason::NotANumber),
            (DurationMs, "3:5:", Reason::NotANumber),
            (DurationMs, "2020-01-01", Reason::NotANumber),
            (DurationMs, "9999999999", Reason::NotWhole),
            (Popularity, "3.5", Reason::NotWhole),
        ] {
            assert_eq!(read(column, text), Err(reason), "{column} {text}");
        }
        for missing in ["", "nan", "NaN", "N/A", "-", r"\N", "null"] {
            assert_eq!(read(Energy, missing), Ok((None, None)), "{missing:?}");
        }
    }
}
