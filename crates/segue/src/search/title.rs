//! From a title, perhaps with an artist, to the track that is most likely meant.

use crate::catalogue::{Attribute, Catalogue, Row, TextField, artist_names};
use crate::error::Result;

/// The track that a title was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TitleMatch {
    /// The track.
    pub row: Row,
    /// How many tracks match as well as it does; 1 if it is the only one.
    pub candidates: usize,
    /// Whether it was named by its id or its whole title, not by a part of it.
    pub exact: bool,
}

/// How well a track answers to a title, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    ExactTitle,
    ExactTitleAndArtist,
    ExactTitleArtistInPart,
    TitleInPart,
    TitleAndArtistInPart,
}

/// Finds the track that `text` most likely means: `title`, `title - artist`, or else `artist - title`.
///
/// An exact title is best, then an exact title narrowed by an artist, then a part of a title; letter case is
/// ignored. Among those that match equally well it is the most popular one, then the lowest row. One pass
/// over the titles, in parallel; a second one if nothing was found.
///
/// # Errors
/// [`crate::Error::Index`] if the catalogue's file is damaged.
pub fn find(catalogue: &Catalogue, text: &str) -> Result<Option<TitleMatch>> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    // Titles contain " - " too, so every place may be the one that divides.
    let divisions: Vec<(&str, &str)> = text
        .match_indices(DIVIDER)
        .filter_map(|(at, _)| Some((text.get(..at)?.trim(), text.get(at + DIVIDER.len()..)?.trim())))
        .filter(|(before, after)| !before.is_empty() && !after.is_empty())
        .collect();
    // Every title that fits contains the shortest part that may be one.
    let shortest = divisions.first().map_or(text.as_str(), |(before, _)| before);
    let found = best(catalogue, shortest, &text, &divisions)?;
    match (found, divisions.last()) {
        (None, Some((_, shortest))) => {
            let swapped: Vec<(&str, &str)> =
                divisions.iter().map(|(before, after)| (*after, *before)).collect();
            best(catalogue, shortest, &text, &swapped)
        }
        (found, _) => Ok(found),
    }
}

/// The best of the tracks whose titles contain `part`.
fn best(
    catalogue: &Catalogue,
    part: &str,
    text: &str,
    divisions: &[(&str, &str)],
) -> Result<Option<TitleMatch>> {
    let mut best: Option<(Fit, f64, Row)> = None;
    let mut candidates = 0;
    for row in super::containing(catalogue, &[TextField::TrackName], part)? {
        let title = catalogue.required_text(TextField::TrackName, row)?.to_lowercase();
        let artists = catalogue.required_text(TextField::Artists, row)?.to_lowercase();
        let Some(fit) = fit(&title, &artists, text, divisions) else { continue };
        let popularity = catalogue.number(Attribute::Popularity, row)?;
        match &best {
            Some((known, ..)) if fit > *known => continue,
            Some((known, ..)) if fit == *known => candidates += 1,
            _ => candidates = 1,
        }
        if best.is_none_or(|(known, most, _)| fit < known || popularity > most) {
            best = Some((fit, popularity, row));
        }
    }
    let exact = |fit: Fit| fit <= Fit::ExactTitleArtistInPart;
    Ok(best.map(|(fit, _, row)| TitleMatch { row, candidates, exact: exact(fit) }))
}

const DIVIDER: &str = " - ";

fn fit(title: &str, artists: &str, text: &str, divisions: &[(&str, &str)]) -> Option<Fit> {
    let divided = divisions.iter().filter_map(|(wanted, artist)| {
        let artist_fits = artist_names(artists).any(|name| name == *artist);
        match (title == *wanted, artist_fits, title.contains(wanted), artists.contains(artist)) {
            (true, true, ..) => Some(Fit::ExactTitleAndArtist),
            (true, _, _, true) => Some(Fit::ExactTitleArtistInPart),
            (_, _, true, true) => Some(Fit::TitleAndArtistInPart),
            _ => None,
        }
    });
    let whole = match () {
        () if title == text => Some(Fit::ExactTitle),
        () if title.contains(text) => Some(Fit::TitleInPart),
        () => None,
    };
    divided.chain(whole).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_fit_is_the_lesser() {
        let judge = |title: &str, artists: &str, text: &str| {
            let divisions: Vec<_> = text
                .match_indices(DIVIDER)
                .map(|(at, _)| (&text[..at], &text[at + DIVIDER.len()..]))
                .collect();
            fit(title, artists, text, &divisions)
        };
        assert_eq!(judge("ghost - acoustic", "ben", "ghost - acoustic"), Some(Fit::ExactTitle));
        assert_eq!(
            judge("ghost - acoustic", "ben", "ghost - acoustic - ben"),
            Some(Fit::ExactTitleAndArtist)
        );
        assert_eq!(judge("comedy", "gen hoshino;x", "comedy - gen"), Some(Fit::ExactTitleArtistInPart));
        assert_eq!(judge("comedy night", "gen", "comedy"), Some(Fit::TitleInPart));
        assert_eq!(judge("comedy night", "gen hoshino", "comedy - hoshino"), Some(Fit::TitleAndArtistInPart));
        assert_eq!(judge("comedy", "gen", "comedy - drake"), None);
    }
}
