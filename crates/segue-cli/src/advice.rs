//! Adds to errors of the engine what to do about them on the command line, for example `; try: segue search TITLE`.

use segue::catalogue::Column;
use segue::{Attribute, Error};

/// The message of an error, with advice.
pub(crate) fn advised(error: &Error) -> String {
    let advice = match error {
        Error::NoIndex { .. } => ", a folder made by: segue build FILE -o DIR".to_owned(),
        Error::Occupied { .. } => "; choose another: -o DIR".to_owned(),
        Error::Busy { .. } => "; wait for it to end, or build elsewhere with -o".to_owned(),
        Error::TooManyRejects { .. } => {
            "; list them all with --rejects FILE, mend the input, or allow more with --max-rejects".to_owned()
        }
        Error::MissingColumns { missing, .. } => {
            let without = missing.iter().filter(|column| column.is_descriptive());
            let without: Vec<String> = without.map(|column| format!(" --allow-missing {column}")).collect();
            let colon = if without.is_empty() { "" } else { ":" };
            let without = without.concat();
            let is_attribute = |column: &Column| matches!(column, Column::Attribute(_));
            let is_needed = |column: &Column| !is_attribute(column) && !column.is_descriptive();
            let columns = || missing.iter();
            // A table that lacks most of Spotify's columns is none of Spotify's.
            let lacks_most =
                columns().filter(|column| is_attribute(column)).count() * 2 > Attribute::ALL.len();
            let own = match lacks_most && !columns().any(is_needed) {
                true => "; or compare columns of its own: segue build FILE --feature COLUMN --vector COLUMN",
                false => "",
            };
            let is_missing = |attribute| columns().any(|column| *column == Column::Attribute(attribute));
            let adapts = match columns().any(is_attribute)
                && !columns().any(|column| matches!(column, Column::Text(_)) && is_needed(column))
                && !Attribute::AUDIO.into_iter().all(is_missing)
            {
                true => "; or build a profile that does without: --profile segue",
                false => "",
            };
            format!(
                "{colon}{without}; if a column has another name here, give it: --map OTHER=ours{adapts}{own}"
            )
        }
        Error::NoTracks { empty, missing, .. } if !empty.is_empty() => {
            let columns = || empty.iter().filter_map(|name| Column::named(name));
            let without = columns().filter(|column| column.is_descriptive());
            let without: String = without.map(|column| format!(" --allow-missing {column}")).collect();
            let colon = if without.is_empty() { "" } else { "; to do without:" };
            let is_required = |column: &Column| missing.contains_key(column.name());
            let is_attribute = |column: &Column| matches!(column, Column::Attribute(_));
            let adapts = match columns().any(|column| is_attribute(&column) && is_required(&column)) {
                true => "; or build a profile that does without: --profile segue",
                false => "",
            };
            format!("{colon}{without}; if another column has the values, give it: --map OTHER=ours{adapts}")
        }
        Error::NoProfile { profile, known } => {
            let profiles = known.iter().chain([profile]).map(|name| format!(" --profile {name}"));
            format!("; build them with: segue build INPUT{}", profiles.collect::<String>())
        }
        Error::UnknownName { name, .. } => format!("; try: segue search {name:?}"),
        Error::UnknownTrack { .. } => "; try: segue search TITLE".to_owned(),
        Error::NoMatch { nearest, .. } if nearest.is_empty() => {
            "; look for it by other words: segue search WORDS".to_owned()
        }
        _ => String::new(),
    };
    format!("{error}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_follows_what_went_wrong() {
        let missing = |names: &[&'static str]| {
            let missing = names.iter().map(|name| Column::named(name).unwrap()).collect();
            let (input, layout) = ("a.csv".into(), "a table");
            let (others, header) = Default::default();
            advised(&Error::MissingColumns { input, layout, missing, others, header })
        };
        assert_eq!(
            missing(&["energy"]),
            "a.csv: read as a table, it lacks columns that an index needs: energy; \
             if a column has another name here, give it: --map OTHER=ours; \
             or build a profile that does without: --profile segue"
        );
        let all: Vec<&str> = Attribute::ALL.iter().map(|attribute| attribute.name()).collect();
        assert!(
            missing(&all).ends_with(
                "or compare columns of its own: segue build FILE --feature COLUMN --vector COLUMN"
            )
        );
        assert!(missing(&["energy", "explicit"]).contains("can do without: --allow-missing explicit; if a"));
        let none = Error::NoMatch { text: "x".into(), tracks: 3, nearest: Vec::new() };
        assert!(advised(&none).ends_with("3 titles; look for it by other words: segue search WORDS"));
        let near = Error::NoMatch { text: "x".into(), tracks: 3, nearest: vec!["y".into()] };
        assert!(advised(&near).ends_with("3 titles; near are y"));
    }
}
