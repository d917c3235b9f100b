//! Parsers for the values of options.

use std::path::Path;
use std::time::Duration;

use segue::{Attribute, Features, Seed, SeedKind, SeedVector};

use crate::vector_file;

pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number from 1 on was wanted".into()),
    }
}

/// A time in minutes, such as `0.5`.
pub(crate) fn minutes(text: &str) -> Result<Duration, String> {
    let minutes = text.parse::<f64>().ok().filter(|minutes| *minutes > 0.0);
    let time = minutes.and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok());
    time.ok_or_else(|| "a number of minutes above 0 was wanted, such as 5".into())
}

/// Splits a seed into its text and weight: `imagine*2` is `("imagine", 2.0)`. Without a positive number after the last
/// `*` the weight is 1, so `F**k` is a title.
pub(crate) fn weighed(text: &str) -> (&str, f64) {
    match text.rsplit_once('*').map(|(text, weight)| (text, weight.parse::<f64>())) {
        Some((text, Ok(weight))) if weight > 0.0 && weight.is_finite() => (text.trim_end(), weight),
        _ => (text, 1.0),
    }
}

/// `NAME=VALUE`; the name may hold a `=` too.
pub(crate) fn attribute(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.rsplit_once('=').ok_or("NAME=VALUE was wanted, such as energy=0.9")?;
    let value: f64 = value.trim().parse().map_err(|_| format!("{value:?} is no number"))?;
    if !value.is_finite() {
        return Err(format!("{value} is no number to compare with"));
    }
    Ok((name.trim().to_owned(), value))
}

/// `NAME=VALUE`, where the value is in the range of the attribute, if it is a known one.
pub(crate) fn target(text: &str) -> Result<(String, f64), String> {
    let (name, value) = attribute(text)?;
    match Attribute::named(&name).map(|attribute| attribute.range()).filter(|range| !range.contains(&value)) {
        None => Ok((name, value)),
        Some(range) => {
            let (least, most) = range.into_inner();
            Err(format!("{name} is {value}, {least} to {most} was wanted"))
        }
    }
}

/// `NAME=W`, a weight from 0 on.
pub(crate) fn weight(text: &str) -> Result<(String, f64), String> {
    match attribute(text) {
        Ok((name, weight)) if weight >= 0.0 => Ok((name, weight)),
        _ => Err("NAME=W with a weight of at least 0 was wanted, such as clap=2".into()),
    }
}

/// A column of vectors and a file with one, `clap=song.npy`, or the file alone.
pub(crate) fn seed_vector(text: &str) -> Result<SeedVector, String> {
    let whole = Path::new(text);
    let (column, path) = match text.split_once('=') {
        Some((column, path)) if !whole.exists() => (Some(column.to_owned()), Path::new(path)),
        _ => (None, whole),
    };
    let components = vector_file::read(path)?;
    let seed = match column {
        Some(column) => Seed::vector_in(column, components),
        None => Seed::vector(components),
    };
    match seed.of {
        SeedKind::Vector(vector) => Ok(vector),
        _ => Err("a vector was wanted".into()),
    }
}

/// A number from 0 to 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a number from 0 to 1 was wanted".into()),
    }
}

pub(crate) fn features(text: &str) -> Result<Features, String> {
    let mut features = Features::default();
    for part in text.split(',') {
        match part.split_once('=') {
            Some(("genre", genre)) => features.genres.push(genre.trim().to_owned()),
            Some(("explicit", value)) => features.explicit = Some(yes_or_no(value)?),
            _ => {
                let (attribute, value) = attribute(part)?;
                features = features.attribute(attribute, value);
            }
        }
    }
    Ok(features)
}

pub(crate) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.trim() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("yes or no was wanted".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_stands_at_the_end_of_a_seed() {
        assert_eq!(weighed("imagine*2"), ("imagine", 2.0));
        assert_eq!(weighed("imagine *0.5"), ("imagine", 0.5));
        for text in ["imagine", "F**k", "***Flawless", "a*-1", "a*nan"] {
            assert_eq!(weighed(text), (text, 1.0));
        }
    }

    #[test]
    fn features_name_attributes_genres_and_whether_lyrics_are_explicit() {
        let features = features("energy=0.1, energy=0.5, tempo=120,genre=pop,explicit=no").unwrap();
        assert_eq!(features.attributes, [("energy".to_owned(), 0.5), ("tempo".to_owned(), 120.0)]);
        assert_eq!((features.genres, features.explicit), (vec!["pop".to_owned()], Some(false)));
        for wrong in ["", "energy", "energy=x", "energy=inf", "explicit=maybe"] {
            assert!(super::features(wrong).is_err(), "{wrong}");
        }
    }
}
