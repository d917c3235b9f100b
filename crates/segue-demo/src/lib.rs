//! A generator of catalogues: invented tracks with the distributions of real ones, to try Segue without
//! data and to test it with any number of tracks. This module decides which track is listed where.
//! Nothing in this crate reads a file or depends on the engine.
//!
//! A catalogue is a range of track numbers, divided into one run per genre. A track is a pure function of
//! the seed and its number (`track`), so the memory needed does not depend on the number of tracks. Random
//! numbers come from `stream`, names from `names`, `lexicon` and `tongues`, and the statistics of real music,
//! with their source, from `facts` and `genres`. Only `+ - * /` and square roots of IEEE 754 are used, which are
//! correctly rounded everywhere, so every machine writes the same bytes.
//!
//! As in the real file, each genre has a block of rows; a track of several genres has a row in each; some
//! recordings recur under other ids on other albums; tracks by one artist are alike; a few are silent.

#![forbid(unsafe_code)]

mod facts;
mod genres;
mod lexicon;
mod names;
mod row;
mod stream;
mod tongues;
mod track;

use std::io;

use genres::GENRES;
use row::Rows;
use stream::{Domain, Stream, mix};
use track::{Block, Track};

/// `progress` is called each time this many tracks are written.
const PROGRESS: u64 = 8192;

/// A generated catalogue: `tracks` distinct track ids, the same bytes for the same `tracks` and
/// `seed` on every machine.
///
/// ```
/// use segue_demo::Demo;
///
/// let mut csv = Vec::new();
/// let rows = Demo { tracks: 100, seed: 1 }.write_csv(&mut csv, |_| {})?;
/// assert!(rows >= 100);
/// assert!(csv.starts_with(b"track_id,artists,album_name,track_name,popularity,"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demo {
    /// The number of tracks. There are about 1.27 times as many rows.
    pub tracks: u64,
    /// The seed of the random numbers: another seed gives another catalogue.
    pub seed: u64,
}

impl Demo {
    /// Writes the catalogue as CSV with the columns of the Spotify Tracks Dataset, in blocks by
    /// genre; `out` need not be buffered. Calls `progress` with the number of tracks written so far,
    /// every 8192 tracks and at the end. Returns the number of data rows written: a track that several
    /// genres list has a row in each of their blocks.
    ///
    /// Takes about a microsecond per row, and memory that does not depend on the number of tracks.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    pub fn write_csv(&self, out: impl io::Write, mut progress: impl FnMut(u64)) -> io::Result<u64> {
        let mut rows = Rows::new(out)?;
        let mut track = Track::default();
        let blocks = self.blocks();
        let (mut tracks, mut written) = (0, 0);
        for block in &blocks {
            for number in block.start..block.end {
                self.write_row(&mut rows, &mut track, block, number, block)?;
                written += 1;
                tracks += 1;
                if tracks % PROGRESS == 0 {
                    progress(tracks);
                }
            }
            for (guest, share) in listed_too(&blocks, block.place) {
                for number in (guest.start..guest.end).filter(|&number| self.lists(block, number, share)) {
                    self.write_row(&mut rows, &mut track, guest, number, block)?;
                    written += 1;
                }
            }
        }
        rows.flush()?;
        progress(tracks);
        Ok(written)
    }

    /// The runs of track numbers of the genres, in the order of the file; together `0..tracks`.
    fn blocks(&self) -> Vec<Block> {
        let all: u64 = GENRES.iter().map(|genre| u64::from(genre.tracks)).sum();
        let mut before = 0;
        let mut blocks = Vec::with_capacity(GENRES.len());
        let mut start = 0;
        for (place, genre) in GENRES.iter().enumerate() {
            before += u64::from(genre.tracks);
            let end = (u128::from(self.tracks) * u128::from(before) / u128::from(all)) as u64;
            blocks.push(Block { place, genre, lexicon: lexicon::lexicon(genre.name), start, end });
            start = end;
        }
        blocks
    }

    /// Whether the genre of `block` lists a track of another's run, or one of its own a second time.
    /// Half of all tracks are sociable, as a track of several genres tends to have many. With `share`
    /// x, a sociable track is listed with probability 2x - x^2, any other with x^2: on average, x.
    fn lists(&self, block: &Block, number: u64, share: u64) -> bool {
        let sociable = Stream::new(self.seed, Domain::Listing, number).chance(1, 2);
        let mut stream = Stream::new(self.seed ^ mix(block.place as u64), Domain::Listing, number);
        let (first, second) = (stream.chance(share, 10_000), stream.chance(share, 10_000));
        if sociable { first || second } else { first && second }
    }

    fn write_row<W: io::Write>(
        &self,
        rows: &mut Rows<W>,
        track: &mut Track,
        home: &Block,
        number: u64,
        listed: &Block,
    ) -> io::Result<()> {
        track.fill(self.seed, home, number);
        rows.write(&self.id(number), track, listed.genre.name)
    }

    /// The id of a track. Its first half is a bijection of the number, so no two tracks share one.
    fn id(&self, number: u64) -> [u8; 22] {
        let high = mix(number.wrapping_add(mix(self.seed)));
        row::id(high, Stream::new(self.seed, Domain::Id, number).bits())
    }
}

/// The blocks whose tracks a genre lists too, and how many of 10,000 of each.
fn listed_too(blocks: &[Block], place: usize) -> impl Iterator<Item = (&Block, u64)> {
    blocks.iter().flat_map(move |block| {
        let links = block.genre.also.iter().filter(move |link| usize::from(link.0) == place);
        links.map(move |link| (block, u64::from(link.1)))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    fn csv(tracks: u64, seed: u64) -> Vec<u8> {
        let mut out = Vec::new();
        Demo { tracks, seed }.write_csv(&mut out, |_| {}).unwrap();
        out
    }

    fn rows(bytes: &[u8]) -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(bytes).records().map(Result::unwrap).collect()
    }

    /// FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv/>.
    fn checksum(bytes: &[u8]) -> u64 {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn the_bytes_depend_on_nothing_but_tracks_and_seed() {
        assert_eq!(csv(2000, 7), csv(2000, 7));
        assert_ne!(csv(2000, 7), csv(2000, 8));
    }

    /// A change here changes all generated catalogues: document it in the CHANGELOG.
    #[test]
    fn the_bytes_are_those_of_every_earlier_version() {
        let bytes = csv(1000, 1);
        let first = String::from_utf8(bytes.clone()).unwrap().lines().nth(1).unwrap().to_owned();
        let pinned = "ax9733qO5659vH0EZlnRKs,Flora Teldford,Bridges in the Harbour,My Open Stranger,31,284484\
             ,False,0.563,0.465,7,-9.135,1,0.0513,0.738,0.0,0.0858,0.637,112.982,4,acoustic";
        assert_eq!(first, pinned);
        assert_eq!(checksum(&bytes), 0x157f_57d6_a317_c04d);
    }

    #[test]
    fn catalogues_of_any_size_have_exactly_their_tracks() {
        assert_eq!(csv(0, 1), (row::HEADER.join(",") + "\n").as_bytes());
        for (tracks, seed) in [(1, 1), (113, 2), (1000, u64::MAX), (20_000, 0)] {
            let rows = rows(&csv(tracks, seed));
            let ids: HashSet<&str> = rows.iter().map(|row| &row[0]).collect();
            assert_eq!(ids.len() as u64, tracks);
        }
    }

    #[test]
    fn blocks_cover_any_number_of_tracks() {
        for tracks in [0, 1, 89_740, 10_000_000, u64::MAX] {
            let blocks = Demo { tracks, seed: 1 }.blocks();
            assert_eq!(blocks.first().unwrap().start, 0);
            assert!(blocks.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert_eq!(blocks.last().unwrap().end, tracks);
        }
    }

    #[test]
    fn progress_and_the_count_of_rows_are_true() {
        let (mut out, mut seen) = (Vec::new(), Vec::new());
        let written =
            Demo { tracks: 20_000, seed: 1 }.write_csv(&mut out, |tracks| seen.push(tracks)).unwrap();
        assert_eq!(written, rows(&out).len() as u64);
        assert_eq!(seen, [8192, 16_384, 20_000]);
    }

    #[test]
    fn every_value_is_in_the_range_of_spotify() {
        let genres: HashSet<&str> = GENRES.iter().map(|genre| genre.name).collect();
        for row in rows(&csv(20_000, 3)) {
            assert_eq!(row.len(), 20);
            let number = |column: usize| row[column].parse::<f64>().unwrap();
            let within = |column: usize, least: f64, greatest: f64| {
                assert!((least..=greatest).contains(&number(column)), "column {column} of {row:?}");
            };
            assert!(row[0].len() == 22 && row[0].bytes().all(|byte| byte.is_ascii_alphanumeric()), "{row:?}");
            assert!(row.iter().take(4).all(|text| !text.trim().is_empty() && !text.contains('~')), "{row:?}");
            within(4, 0.0, 100.0);
            within(5, 8000.0, 5_400_000.0);
            assert!(["True", "False"].contains(&&row[6]));
            for share in [7, 8, 12, 13, 14, 15, 16] {
                within(share, 0.0, 1.0);
            }
            within(9, 0.0, 11.0);
            within(10, -60.0, 5.0);
            assert_ne!(number(10), 0.0, "tempo is divided by loudness");
            within(11, 0.0, 1.0);
            within(17, 0.0, 250.0);
            assert!([0.0, 1.0, 3.0, 4.0, 5.0].contains(&number(18)));
            assert!(genres.contains(&row[19]));
        }
    }

    #[test]
    fn tracks_are_listed_again_and_released_again_as_often_as_real_ones() {
        let rows = rows(&csv(20_000, 3));
        let repeated = 1.0 - 20_000.0 / rows.len() as f64;
        assert!(
            (0.19..0.24).contains(&repeated),
            "{repeated} of the rows repeat an id; 0.213 of the real ones"
        );

        let mut alike: HashMap<String, HashSet<&str>> = HashMap::new();
        for row in &rows {
            let features: Vec<&str> =
                (4..19).filter(|&column| column != 6).map(|column| &row[column]).collect();
            alike.entry(features.join(",")).or_default().insert(&row[0]);
        }
        let shared: usize = alike.values().map(HashSet::len).filter(|&ids| ids > 1).sum();
        let shared = shared as f64 / 20_000.0;
        assert!((0.04..0.08).contains(&shared), "{shared} share their features; 0.059 of the real tracks");
    }

    #[test]
    fn the_rows_of_one_track_differ_in_nothing_but_the_genre() {
        let mut first: HashMap<String, Vec<String>> = HashMap::new();
        for row in rows(&csv(5000, 3)) {
            let fields: Vec<String> = row.iter().take(19).map(str::to_owned).collect();
            assert_eq!(&fields, first.entry(row[0].to_owned()).or_insert_with(|| fields.clone()));
        }
    }
}
