//! What a person can wish for in recommendations: from words of the command line to a query.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use segue::catalogue::{Attribute, Column};
use segue::playlist;
use segue::recommend::{Features, Filter, Seed, SeedKind, Shuffle};
use segue::{Query, Recommender, Row};

use crate::args::at_least_one;
use crate::commands::recommend::resolve;
use crate::failure::Failure;
use crate::output::{Output, count, several};

/// What the tracks should be like, beyond one track.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Seeds (each may be given more than once; *W at the end weighs it)")]
pub(crate) struct Seeds {
    /// Like this track too
    #[arg(long, value_name = "TRACK[*W]")]
    pub(crate) like: Vec<String>,
    /// Not like this track
    #[arg(long, value_name = "TRACK[*W]")]
    pub(crate) unlike: Vec<String>,
    /// Like this artist's tracks
    #[arg(long, value_name = "ARTIST[*W]")]
    pub(crate) like_artist: Vec<String>,
    /// Not like this artist's tracks
    #[arg(long, value_name = "ARTIST[*W]")]
    pub(crate) unlike_artist: Vec<String>,
    /// Like tracks of this genre
    #[arg(long, value_name = "GENRE[*W]")]
    pub(crate) like_genre: Vec<String>,
    /// Not like tracks of this genre
    #[arg(long, value_name = "GENRE[*W]")]
    pub(crate) unlike_genre: Vec<String>,
    /// Like the tracks of a playlist: CSV, M3U, XSPF, JSPF, or a text with a track a line
    #[arg(long, value_name = "FILE")]
    pub(crate) like_playlist: Vec<PathBuf>,
    /// Like a track that is not in the catalogue: danceability=0.8,tempo=120,genre=pop,explicit=no
    #[arg(long, value_name = "NAME=VALUE,...", value_parser = features)]
    pub(crate) like_features: Vec<Features>,
}

/// What else is wanted of the list.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Wishes")]
pub(crate) struct Wishes {
    /// Prefer tracks near this value, such as energy=0.9; all targets count alike
    #[arg(long, value_name = "NAME=VALUE", value_parser = target)]
    pub(crate) target: Vec<(Attribute, f64)>,
    /// At most so many tracks of each artist
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) per_artist: Option<usize>,
    /// At most so many tracks of each album
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) per_album: Option<usize>,
    /// From 0, the most similar, to 1, as unlike each other as can be
    #[arg(long, value_name = "D", default_value_t = 0.0, value_parser = share)]
    pub(crate) diversity: f64,
    /// Chance in the ranking: as if each track were less similar by up to so much, 0 to 1
    #[arg(long, value_name = "S", value_parser = share)]
    pub(crate) shuffle: Option<f64>,
    /// The same number shuffles in the same way
    #[arg(long, value_name = "N", default_value_t = 0, requires = "shuffle")]
    pub(crate) seed: u64,
    /// Say why each track is recommended
    #[arg(long)]
    pub(crate) why: bool,
}

/// Which tracks may be listed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Filters (everything that is given must hold)")]
pub(crate) struct Limits {
    /// At least this value, such as tempo=120; attributes are the columns with numbers
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    pub(crate) min: Vec<(Attribute, f64)>,
    /// At most this value
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    pub(crate) max: Vec<(Attribute, f64)>,
    /// One of these genres
    #[arg(long, value_name = "GENRE")]
    pub(crate) genre: Vec<String>,
    /// None of these genres
    #[arg(long, alias = "not-genre", value_name = "GENRE")]
    pub(crate) without_genre: Vec<String>,
    /// One of these artists
    #[arg(long, value_name = "ARTIST")]
    pub(crate) artist: Vec<String>,
    /// None of these artists
    #[arg(long, alias = "not-artist", value_name = "ARTIST")]
    pub(crate) without_artist: Vec<String>,
    /// Only tracks with explicit lyrics, or only tracks without
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub(crate) explicit: Option<bool>,
    /// None of these tracks: an id, or a playlist file
    #[arg(long, alias = "never", value_name = "ID|FILE")]
    pub(crate) without: Vec<String>,
    /// A tempo within so many per cent of the first track's, of its half or of its double
    #[arg(long, value_name = "PERCENT")]
    pub(crate) tempo_within: Option<f64>,
    /// A key that can be mixed with the first track's, by the Camelot wheel
    #[arg(long)]
    pub(crate) harmonic: bool,
    /// Every release of a song; the default with --profile classic
    #[arg(long, conflicts_with = "songs")]
    pub(crate) all_releases: bool,
    /// Each song once; the default but with --profile classic
    #[arg(long)]
    pub(crate) songs: bool,
}

impl Seeds {
    pub(crate) fn is_empty(&self) -> bool {
        let texts = [
            &self.like,
            &self.unlike,
            &self.like_artist,
            &self.unlike_artist,
            &self.like_genre,
            &self.unlike_genre,
        ];
        texts.iter().all(|texts| texts.is_empty())
            && self.like_playlist.is_empty()
            && self.like_features.is_empty()
    }

    /// The seeds that are meant.
    pub(crate) fn resolve(&self, recommender: &Recommender, out: &Output) -> Result<Vec<Seed>, Failure> {
        let mut seeds = Vec::new();
        for (texts, sign) in [(&self.like, 1.0), (&self.unlike, -1.0)] {
            for text in texts {
                let (text, weight) = weighed(text);
                let row = resolve(recommender, text, out)?;
                seeds.push(Seed { of: SeedKind::Track(row), weight: sign * weight });
            }
        }
        let mut add = |names: &[String], kind: fn(String) -> SeedKind, sign: f64| {
            seeds.extend(
                names
                    .iter()
                    .map(|name| weighed(name))
                    .map(|(name, weight)| Seed { of: kind(name.to_owned()), weight: sign * weight }),
            );
        };
        add(&self.like_artist, SeedKind::Artist, 1.0);
        add(&self.unlike_artist, SeedKind::Artist, -1.0);
        add(&self.like_genre, SeedKind::Genre, 1.0);
        add(&self.unlike_genre, SeedKind::Genre, -1.0);
        for path in &self.like_playlist {
            seeds.extend(tracks_of(path, recommender, out)?.into_iter().map(Seed::track));
        }
        let features = self.like_features.iter().cloned();
        seeds.extend(features.map(|features| Seed { of: SeedKind::Features(features), weight: 1.0 }));
        Ok(seeds)
    }
}

impl Wishes {
    /// A query with these wishes, within limits.
    pub(crate) fn query(
        &self,
        seeds: Vec<Seed>,
        limit: usize,
        filter: Filter,
        profile: Option<String>,
    ) -> Query {
        Query {
            limit,
            profile,
            filter,
            targets: self.target.clone(),
            per_artist: self.per_artist,
            per_album: self.per_album,
            diversity: self.diversity,
            shuffle: self.shuffle.map(|amount| Shuffle { amount, seed: self.seed }),
            why: self.why,
            ..Query::like(seeds)
        }
    }
}

impl Limits {
    /// Whether every release of a song is to be listed, if that was said.
    pub(crate) fn all_releases(&self) -> Option<bool> {
        (self.all_releases || self.songs).then_some(self.all_releases)
    }

    pub(crate) fn filter(&self, recommender: &Recommender, out: &Output) -> Result<Filter, Failure> {
        let mut ranges: Vec<(Attribute, f64, f64)> = Vec::new();
        let least = self.min.iter().map(|(attribute, value)| (*attribute, *value, f64::INFINITY));
        let most = self.max.iter().map(|(attribute, value)| (*attribute, f64::NEG_INFINITY, *value));
        for (attribute, least, most) in least.chain(most) {
            match ranges.iter_mut().find(|(known, ..)| *known == attribute) {
                Some(range) => *range = (attribute, range.1.max(least), range.2.min(most)),
                None => ranges.push((attribute, least, most)),
            }
        }
        let mut without = Vec::new();
        for text in &self.without {
            match Path::new(text).is_file() {
                true => without.extend(tracks_of(Path::new(text), recommender, out)?),
                false => without.push(resolve(recommender, text, out)?),
            }
        }
        Ok(Filter {
            ranges,
            genres: self.genre.clone(),
            without_genres: self.without_genre.clone(),
            artists: self.artist.clone(),
            without_artists: self.without_artist.clone(),
            explicit: self.explicit,
            without,
            tempo_within: self.tempo_within,
            harmonic: self.harmonic,
        })
    }
}

/// The tracks of the playlists of a file that the catalogue has, each once, and a word on those that it does not
/// have.
fn tracks_of(path: &Path, recommender: &Recommender, out: &Output) -> Result<Vec<Row>, Failure> {
    let name = path.display().to_string();
    let mut rows = Vec::new();
    let (mut listed, mut unknown) = (0, Vec::new());
    for playlist in read_playlists(path)? {
        listed += playlist.entries.len() + playlist.nameless.len();
        unknown.extend(playlist.nameless.iter().map(|place| format!("{place} names no track")));
        let resolved: Vec<segue::Result<Row>> =
            playlist.entries.par_iter().map(|entry| recommender.resolve_entry(&entry.mention)).collect();
        for (entry, row) in playlist.entries.iter().zip(resolved) {
            match row {
                Ok(row) if rows.contains(&row) => {}
                Ok(row) => rows.push(row),
                Err(error @ (segue::Error::UnknownTrack { .. } | segue::Error::NoMatch { .. })) => {
                    unknown.push(format!("{}: {error}", entry.place));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    if let Some(first) = unknown.first() {
        let (missing, listed) = (count(unknown.len()), several(listed, "track"));
        let message = format!("{missing} of {listed} of {name} are not in the catalogue; the first: {first}");
        if rows.is_empty() {
            return Err(Failure::Message(message));
        }
        out.remark(&message);
    }
    match rows.is_empty() {
        true => Err(Failure::Message(format!("{name} lists no track"))),
        false => Ok(rows),
    }
}

/// The playlists of a file that has several, as measuring and training need them.
pub(crate) fn read_many_playlists(path: &Path) -> Result<Vec<segue::playlist::Playlist>, Failure> {
    let playlists = read_playlists(path)?;
    match playlists.as_slice() {
        [only] if only.name.is_none() => Err(Failure::Message(format!(
            "{} is one list without a name, and playlists were wanted: CSV with the columns playlist_id and track_id",
            path.display()
        ))),
        _ => Ok(playlists),
    }
}

/// The playlists of a file, `-` for standard input.
pub(crate) fn read_playlists(path: &Path) -> Result<Vec<segue::playlist::Playlist>, Failure> {
    let name = path.display().to_string();
    let unreadable = |error: std::io::Error| Failure::Message(format!("cannot read {name}: {error}"));
    let bytes = match path == Path::new("-") {
        true => {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).map_err(unreadable)?;
            bytes
        }
        false => std::fs::read(path).map_err(unreadable)?,
    };
    Ok(playlist::read(&name, &bytes, None)?)
}

/// A text and the weight at its end: `imagine*2`.
fn weighed(text: &str) -> (&str, f64) {
    match text.rsplit_once('*').map(|(text, weight)| (text, weight.parse::<f64>())) {
        Some((text, Ok(weight))) if weight > 0.0 && weight.is_finite() => (text.trim_end(), weight),
        _ => (text, 1.0),
    }
}

fn attribute(text: &str) -> Result<(Attribute, f64), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE was wanted, such as energy=0.9")?;
    let value: f64 = value.trim().parse().map_err(|_| format!("{value:?} is no number"))?;
    if !value.is_finite() {
        return Err(format!("{value} is no number to compare with"));
    }
    match Column::named(name.trim()) {
        Some(Column::Attribute(attribute)) => Ok((attribute, value)),
        _ => {
            let names: Vec<&str> = Attribute::ALL.iter().map(|attribute| attribute.name()).collect();
            Err(format!("{name:?} is no attribute; there are: {}", names.join(", ")))
        }
    }
}

/// A value that an attribute can have.
fn target(text: &str) -> Result<(Attribute, f64), String> {
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
fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a number from 0 to 1 was wanted".into()),
    }
}

fn features(text: &str) -> Result<Features, String> {
    let mut features = Features::default();
    for part in text.split(',') {
        match part.split_once('=') {
            Some(("genre", genre)) => features.genres.push(genre.trim().to_owned()),
            Some(("explicit", value)) => features.explicit = Some(yes_or_no(value)?),
            _ => features.attributes.push(attribute(part)?),
        }
    }
    Ok(features)
}

fn yes_or_no(text: &str) -> Result<bool, String> {
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
        let features = features("energy=0.5, tempo=120,genre=pop,explicit=no").unwrap();
        assert_eq!(features.attributes, [(Attribute::Energy, 0.5), (Attribute::Tempo, 120.0)]);
        assert_eq!((features.genres, features.explicit), (vec!["pop".to_owned()], Some(false)));
        for wrong in ["", "energy", "energy=x", "loud=1", "energy=inf", "explicit=maybe"] {
            assert!(super::features(wrong).is_err(), "{wrong}");
        }
    }
}
