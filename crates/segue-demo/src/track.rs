//! One track as a pure function of (seed, block, number): artists, title, album and features.
//! Nothing here knows how a track is written or which other genres list it.
//!
//! A feature is the genre's curve at a normal deviate, the weighted sum of three: the artist's, the
//! album's and the track's own. Each has the correlations of real music between the features. So
//! tracks by one artist are nearer to each other than to the rest of the genre.

use super::facts::{FEATURES, Features, Genre, SCALES, value};
use super::genres::POOLED;
use super::lexicon::Lexicon;
use super::names;
use super::stream::{Domain, Stream, mix};

/// A re-release repeats a recording in the same window of this many tracks, so that the number of
/// re-releases of a recording does not grow with the catalogue.
const WINDOW: u64 = 256;
/// The share of re-releases that have the popularity of the original, in per cent.
const AS_POPULAR: u64 = 38;
/// The share of singles, whose album has their own title, in per cent.
const SINGLES: u64 = 18;
/// The probability that a guest is followed by another, in per cent.
const ANOTHER_GUEST: u64 = 28;
const MAX_ARTISTS: usize = 6;
/// One in this many tracks has a loudness within a few thousandths of 0 dB, as four of the 89,740
/// real tracks have. They are rare, but dominate a profile that divides by loudness.
const UP_TO_ZERO: u64 = 12_000;
const MAX_ALBUMS: u64 = 12;

/// The tracks of one genre: a range of track numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) place: usize,
    pub(super) genre: &'static Genre,
    pub(super) lexicon: &'static Lexicon,
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Block {
    /// How many artists the genre's tracks are drawn from: five for every four of the statistics, as
    /// some are never drawn.
    fn artists(&self) -> u64 {
        let artists = (self.end - self.start) as f64 * f64::from(self.genre.artists) / 800.0;
        (artists as u64).max(1)
    }

    /// The number of an artist of this genre, unique over all genres.
    const fn artist(&self, rank: u64) -> u64 {
        ((self.place as u64) << 48) ^ rank
    }

    /// The track whose recording this track repeats: itself, or an earlier one of the block.
    fn original(&self, seed: u64, number: u64) -> u64 {
        let window = (number - (number - self.start) % WINDOW).max(self.start);
        let mut original = number;
        while original > window {
            let mut stream = Stream::new(seed, Domain::Rerelease, original);
            if !stream.chance(u64::from(self.genre.copies), 1000) {
                break;
            }
            // The cube makes a few recordings recur often.
            let uniform = stream.uniform();
            let back = (original - window) as f64 * uniform * uniform * uniform;
            original = window + (back as u64).min(original - window - 1);
        }
        original
    }
}

/// A track without id and genre. Reused, to avoid allocations.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// Joined by `;`.
    pub(super) artists: String,
    pub(super) album: String,
    pub(super) title: String,
    /// In the order of the curves: see [`Features`]. Duration in seconds.
    pub(super) features: Features<f64>,
    pub(super) explicit: bool,
    pub(super) major: bool,
    pub(super) key: u64,
    pub(super) time_signature: u64,
}

impl Track {
    /// Replaces this by the track of a number in a block.
    pub(super) fn fill(&mut self, seed: u64, block: &Block, number: u64) {
        let original = block.original(seed, number);
        let mut recording = Stream::new(seed, Domain::Recording, original);
        let rank = rank(block.artists(), &mut recording);
        let artist = block.artist(rank);

        let single = recording.chance(SINGLES, 100);
        let album = if single {
            mix(artist) ^ mix(original)
        } else {
            let albums = 1 + Stream::new(seed, Domain::Album, artist).below(MAX_ALBUMS);
            mix(artist).wrapping_add(recording.below(albums))
        };
        self.sound(seed, block, artist, album, &mut recording);
        self.name(seed, block, rank, &mut recording);
        self.album.clear();
        let first = self.artists.split(';').next().unwrap_or_default();
        if original != number {
            let mut release = Stream::new(seed, Domain::Release, number);
            if !release.chance(AS_POPULAR, 100) {
                self.features[FEATURES - 1] = popularity(seed, block, artist, &mut release);
            }
            names::collection(&mut self.album, first, &mut release);
        } else if single {
            self.album.push_str(&self.title);
        } else {
            names::album(&mut self.album, block.lexicon, first, Stream::new(seed, Domain::Name, album));
        }
    }

    fn sound(&mut self, seed: u64, block: &Block, artist: u64, album: u64, recording: &mut Stream) {
        let genre = block.genre;
        let of_artist = deviates(&mut Stream::new(seed, Domain::Artist, artist));
        let of_album = deviates(&mut Stream::new(seed, Domain::Album, album));
        let own = deviates(recording);
        let parts = of_artist.iter().zip(&POOLED.artist).zip(of_album.iter().zip(&POOLED.album));
        let parts = parts.zip(own.iter().zip(&POOLED.own));
        let curves = self.features.iter_mut().zip(genre.curves.iter().zip(&SCALES));
        for ((feature, (curve, scale)), parts) in curves.zip(parts) {
            let (((artist, artists), (album, albums)), (own, owns)) = parts;
            *feature = value(curve, scale, artist * artists + album * albums + own * owns);
        }
        let [_, _, loudness, ..] = &mut self.features;
        if loudness.abs() < 0.0005 || recording.chance(1, UP_TO_ZERO) {
            *loudness = (1 + recording.below(4)) as f64 * 0.001;
        }
        self.explicit = recording.chance(u64::from(genre.explicit), 1000);
        self.major = recording.chance(u64::from(genre.major), 1000);
        let [minor, major] = &POOLED.keys;
        self.key = recording.place(if self.major { major } else { minor }, 10_000) as u64;
        let [silent, one, three, five] = genre.metre;
        let four = 1000 - silent - one - three - five;
        self.time_signature = match recording.place(&[silent, one, three, five, four], 1000) {
            0 => 0,
            1 => 1,
            2 => 3,
            3 => 5,
            _ => 4,
        };
        if self.time_signature == 0 {
            self.hush();
        }
    }

    /// Turns this into silence or noise without a beat: tempo, danceability and valence are 0.
    const fn hush(&mut self) {
        let [danceability, energy, _, speechiness, .., valence, tempo, _, _] = &mut self.features;
        (*danceability, *speechiness, *valence, *tempo) = (0.0, 0.0, 0.0, 0.0);
        *energy *= 0.001;
    }

    fn name(&mut self, seed: u64, block: &Block, rank: u64, recording: &mut Stream) {
        let artists = block.artists();
        let write = |out: &mut String, rank| {
            let number = block.artist(rank);
            names::artist(out, block.lexicon, Stream::new(seed, Domain::Name, number));
        };
        self.artists.clear();
        write(&mut self.artists, rank);
        let mut guest = None;
        if recording.chance(u64::from(block.genre.guests), 1000) {
            // Guests have similar ranks; the steps are small, so that no artist comes twice.
            let step = artists / (MAX_ARTISTS as u64 * 3);
            let mut next = rank;
            for _ in 1..MAX_ARTISTS.min(artists as usize) {
                next = (next + 1 + recording.below(step.min(3))) % artists;
                self.artists.push(';');
                guest = Some(self.artists.len());
                write(&mut self.artists, next);
                if !recording.chance(ANOTHER_GUEST, 100) {
                    break;
                }
            }
        }
        self.title.clear();
        let guest = guest.and_then(|start| self.artists.get(start..));
        names::title(&mut self.title, block.lexicon, guest, recording);
    }
}

/// The rank of a track's artist among `artists`, the busiest first: a linear plus a quartic function
/// of a uniform number. Few artists have many tracks, most have few, and the linear term keeps the
/// number of tracks of the busiest independent of the size of the catalogue.
fn rank(artists: u64, stream: &mut Stream) -> u64 {
    let uniform = stream.uniform();
    let square = uniform * uniform;
    let rank = artists as f64 * (0.07 * uniform + 0.93 * square * square);
    (rank as u64).min(artists - 1)
}

/// A normal deviate for each feature, with the correlations of the features.
fn deviates(stream: &mut Stream) -> Features<f64> {
    let independent: Features<f64> = std::array::from_fn(|_| stream.normal());
    POOLED.cholesky.map(|line| line.iter().zip(&independent).map(|(factor, deviate)| factor * deviate).sum())
}

/// The popularity of a re-release that does not have that of the original.
fn popularity(seed: u64, block: &Block, artist: u64, release: &mut Stream) -> f64 {
    let [.., of_artist] = deviates(&mut Stream::new(seed, Domain::Artist, artist));
    let [.., share] = POOLED.artist;
    let own = release.normal() * (1.0 - share * share).sqrt();
    let ([.., curve], [.., scale]) = (&block.genre.curves, &SCALES);
    value(curve, scale, of_artist * share + own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genres::GENRES;
    use crate::lexicon::lexicon;

    fn block(name: &str, tracks: u64) -> Block {
        let (place, genre) = GENRES.iter().enumerate().find(|(_, genre)| genre.name == name).unwrap();
        Block { place, genre, lexicon: lexicon(name), start: 500, end: 500 + tracks }
    }

    #[test]
    fn a_rerelease_repeats_an_original_of_its_window() {
        let block = block("jazz", 5000);
        let mut copies = 0;
        for number in block.start..block.end {
            let original = block.original(3, number);
            assert!((block.start..=number).contains(&original));
            assert!(number - original < WINDOW);
            assert_eq!(block.original(3, original), original, "an original is nobody's copy");
            copies += u64::from(original != number);
        }
        assert!((2600..3000).contains(&copies), "{copies} of 5,000, of which 557 in 1,000 are copies");
    }

    #[test]
    fn a_rerelease_sounds_like_its_original() {
        let block = block("jazz", 2000);
        let number = (block.start..block.end).find(|&number| block.original(3, number) != number).unwrap();
        let (mut copy, mut original) = (Track::default(), Track::default());
        copy.fill(3, &block, number);
        original.fill(3, &block, block.original(3, number));
        assert_eq!(copy.features[..10], original.features[..10]);
        assert_eq!((&copy.artists, &copy.title), (&original.artists, &original.title));
        assert_ne!(copy.album, original.album);
    }

    #[test]
    fn tracks_by_one_artist_are_alike() {
        let block = block("rock", 20_000);
        let mut tracks: Vec<(String, f64)> = (block.start..block.end)
            .map(|number| {
                let mut track = Track::default();
                track.fill(3, &block, number);
                (track.artists, track.features[1])
            })
            .collect();
        let spread = |pairs: Vec<f64>| pairs.iter().map(|gap| gap * gap).sum::<f64>() / pairs.len() as f64;
        let anyone = spread(tracks.windows(2).map(|pair| pair[0].1 - pair[1].1).collect());
        tracks.sort_by(|left, right| left.0.cmp(&right.0));
        let same = tracks.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let one = spread(same.map(|pair| pair[0].1 - pair[1].1).collect());
        assert!(one < 0.75 * anyone, "{one} of {anyone}");
    }

    #[test]
    fn sleep_has_silence() {
        let block = block("sleep", 1000);
        let mut track = Track::default();
        let silent = (block.start..block.end).filter(|&number| {
            track.fill(3, &block, number);
            assert_eq!(track.time_signature == 0, track.features[8] == 0.0);
            track.time_signature == 0
        });
        assert!((80..200).contains(&silent.count()));
    }
}
