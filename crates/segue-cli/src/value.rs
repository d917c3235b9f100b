//! Parsers for the values of options.

use segue::{Attribute, Features};

pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number from 1 on was wanted".into()),
    }
}

/// Splits a seed into its text and weight: `imagine*2` is `("imagine", 2.0)`. Without a positive number after the last
/// `*` the weight is 1, so `F**k` is a title.
pub(crate) fn weighed(text: &str) -> (&str, f64) {
    match text.rsplit_once('*').map(|(text, weight)| (text, weight.parse::<f64>())) {
        Some((text, Ok(weight))) if weight > 0.0 && weight.is_finite() => (text.trim_end(), weight),
        _ => (text, 1.0),
    }
}

pub(crate) fn attribute(text: &str) -> Result<(Attribute, f64), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE was wanted, such as energy=0.9")?;
    let value: f64 = value.trim().parse().map_err(|_| format!("{value:?} is no number"))?;
    if !value.is_finite() {
        return Err(format!("{value} is no number to compare with"));
    }
    match Attribute::named(name.trim()) {
        Some(attribute) => Ok((attribute, value)),
        None => {
            let names: Vec<&str> = Attribute::ALL.iter().map(|attribute| attribute.name()).collect();
            Err(format!("{name:?} is no attribute; there are: {}", names.join(", ")))
        }
    }
}

/// `NAME=VALUE`, where the value is in the range of the attribute.
pub(crate) fn target(text: &str) -> Result<(Attribute, f64), String> {
    let (attribute, value) = attribute(text)?;
    match attribute.range().contains(&value) {
        true => Ok((attribute, value)),
        false => {
            let (least, most) = attribute.range().into_inner();
            Err(format!("{attribute} is {value}, {least} to {most} was wanted"))
        }
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
        assert_eq!(features.attributes, [(Attribute::Energy, 0.5), (Attribute::Tempo, 120.0)]);
        assert_eq!((features.genres, features.explicit), (vec!["pop".to_owned()], Some(false)));
        for wrong in ["", "energy", "energy=x", "loud=1", "energy=inf", "explicit=maybe"] {
            assert!(super::features(wrong).is_err(), "{wrong}");
        }
    }
}
