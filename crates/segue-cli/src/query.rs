//! Arguments for seeds, list and filters, shared by several commands, and the query made from them.

use std::path::{Path, PathBuf};

use segue::recommend::Shuffle;
use segue::{Features, Filter, Query, Recommender, Seed, SeedKind, SeedVector};

use crate::failure::Failure;
use crate::named::{resolve, tracks_of};
use crate::output::Output;
use crate::value::{at_least_one, attribute, features, seed_vector, share, target, weighed, yes_or_no};

/// What the tracks should be like, beyond one track.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Seeds (each may be given more than once; append *W for a weight)")]
pub(crate) struct SeedArgs {
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
    /// Like the tracks of a playlist: M3U, XSPF, CSV, a Spotify or Last.fm export, a text with a track a line
    #[arg(long, value_name = "FILE")]
    pub(crate) like_playlist: Vec<PathBuf>,
    /// Like a track that is not in the catalogue: danceability=0.8,tempo=120,genre=pop,explicit=no
    #[arg(long, value_name = "NAME=VALUE,...", value_parser = features)]
    pub(crate) like_features: Vec<Features>,
    /// Like a recording that the catalogue lacks, by its vector: a NumPy file or a list of numbers, - for standard input
    #[arg(long, value_name = "[COLUMN=]FILE", value_parser = seed_vector)]
    pub(crate) like_vector: Vec<SeedVector>,
}

/// What else is wanted of the list.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Ranking")]
pub(crate) struct ListArgs {
    /// Prefer tracks near this value, such as energy=0.9; all targets count alike
    #[arg(long, value_name = "NAME=VALUE", value_parser = target)]
    pub(crate) target: Vec<(String, f64)>,
    /// At most so many tracks of each artist
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) per_artist: Option<usize>,
    /// At most so many tracks of each album
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) per_album: Option<usize>,
    /// Trade similarity for variety: 0 = most similar, 1 = most diverse
    #[arg(long, value_name = "D", default_value_t = 0.0, value_parser = share)]
    pub(crate) diversity: f64,
    /// Randomise the ranking: lower each similarity at random by up to S, 0 to 1
    #[arg(long, value_name = "S", value_parser = share)]
    pub(crate) shuffle: Option<f64>,
    /// Random seed of --shuffle
    #[arg(long, value_name = "N", default_value_t = 0, requires = "shuffle")]
    pub(crate) seed: u64,
    /// Never the same artist twice in a row where it can be avoided; the default for playlists (--spaced=no)
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_or_no)]
    pub(crate) spaced: Option<bool>,
    /// Every version of a work, such as its remixes and live recordings, not only the most fitting one
    #[arg(long)]
    pub(crate) versions: bool,
    /// Songs of a season too, such as Christmas songs, though no seed is one
    #[arg(long)]
    pub(crate) seasonal: bool,
    /// Say why each track is recommended
    #[arg(long)]
    pub(crate) why: bool,
}

/// Which tracks may be listed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Filters (everything that is given must hold)")]
pub(crate) struct FilterArgs {
    /// At least this value, such as tempo=120; attributes are the columns with numbers
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    pub(crate) min: Vec<(String, f64)>,
    /// At most this value
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    pub(crate) max: Vec<(String, f64)>,
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
    /// None of these words in title or album
    #[arg(long, alias = "without-word", value_name = "WORD", value_delimiter = ',')]
    pub(crate) without_words: Vec<String>,
    /// Only tracks with explicit lyrics, or only tracks without
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub(crate) explicit: Option<bool>,
    /// None of these tracks: an id, or a playlist file
    #[arg(long, alias = "never", value_name = "ID|FILE")]
    pub(crate) without: Vec<String>,
    /// Fail if a smaller share of a playlist file is found, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) min_found: Option<f64>,
    /// Tempo within PERCENT of the first track's, or of half or double it
    #[arg(long, value_name = "PERCENT")]
    pub(crate) tempo_within: Option<f64>,
    /// A key that can be mixed with the first track's, by the Camelot wheel
    #[arg(long)]
    pub(crate) harmonic: bool,
    /// Every release of every version; the default with --profile classic
    #[arg(long, conflicts_with = "songs")]
    pub(crate) all_releases: bool,
    /// Each song once, in one version; the default but with --profile classic
    #[arg(long)]
    pub(crate) songs: bool,
}

impl SeedArgs {
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
            && self.like_vector.is_empty()
    }

    /// Resolves the seeds.
    pub(crate) fn resolve(
        &self,
        recommender: &Recommender,
        min_found: Option<f64>,
        out: &Output,
    ) -> Result<Vec<Seed>, Failure> {
        let mut seeds = Vec::new();
        for (texts, sign) in [(&self.like, 1.0), (&self.unlike, -1.0)] {
            for text in texts {
                let (text, weight) = weighed(text);
                let row = resolve(recommender, text, out)?;
                seeds.push(Seed::track(row).weight(sign * weight));
            }
        }
        let mut add = |names: &[String], kind: fn(String) -> SeedKind, sign: f64| {
            let weighed = names.iter().map(|name| weighed(name));
            seeds.extend(
                weighed.map(|(name, weight)| Seed::from(kind(name.to_owned())).weight(sign * weight)),
            );
        };
        add(&self.like_artist, SeedKind::Artist, 1.0);
        add(&self.unlike_artist, SeedKind::Artist, -1.0);
        add(&self.like_genre, SeedKind::Genre, 1.0);
        add(&self.unlike_genre, SeedKind::Genre, -1.0);
        for path in &self.like_playlist {
            seeds.extend(tracks_of(path, recommender, min_found, out)?.into_iter().map(Seed::track));
        }
        seeds.extend(self.like_features.iter().cloned().map(Seed::from));
        seeds.extend(self.like_vector.iter().cloned().map(|vector| Seed::from(SeedKind::Vector(vector))));
        Ok(seeds)
    }
}

impl ListArgs {
    /// A query with these arguments, for a list that may be written as a playlist.
    pub(crate) fn query(
        &self,
        seeds: Vec<Seed>,
        limit: usize,
        filter: Filter,
        profile: Option<String>,
        is_playlist: bool,
    ) -> Query {
        let mut query = Query::like(seeds)
            .limit(limit)
            .filter(filter)
            .per_artist(self.per_artist)
            .per_album(self.per_album)
            .diversity(self.diversity)
            .spaced(self.spaced.unwrap_or(is_playlist))
            .versions(self.versions)
            .seasonal(self.seasonal)
            .why(self.why);
        query.profile = profile;
        query.targets.clone_from(&self.target);
        query.shuffle = self.shuffle.map(|amount| Shuffle { amount, seed: self.seed });
        query
    }
}

impl FilterArgs {
    /// `--all-releases` is `Some(true)`, `--songs` is `Some(false)`; without either, the default of the profile.
    pub(crate) fn all_releases(&self) -> Option<bool> {
        (self.all_releases || self.songs).then_some(self.all_releases)
    }

    pub(crate) fn filter(&self, recommender: &Recommender, out: &Output) -> Result<Filter, Failure> {
        let mut filter =
            Filter::default().explicit(self.explicit).tempo_within(self.tempo_within).harmonic(self.harmonic);
        for (attribute, least) in &self.min {
            filter = filter.range(attribute, *least..);
        }
        for (attribute, most) in &self.max {
            filter = filter.range(attribute, ..=*most);
        }
        for text in &self.without {
            match Path::new(text).is_file() {
                true => filter.without.extend(tracks_of(Path::new(text), recommender, self.min_found, out)?),
                false => filter.without.push(resolve(recommender, text, out)?),
            }
        }
        filter.genres.clone_from(&self.genre);
        filter.without_genres.clone_from(&self.without_genre);
        filter.artists.clone_from(&self.artist);
        filter.without_artists.clone_from(&self.without_artist);
        filter.without_words.clone_from(&self.without_words);
        Ok(filter)
    }
}
