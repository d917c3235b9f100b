//! Songs: which tracks of a catalogue are releases of one recording, and which are versions of one work.
//!
//! A catalogue lists a recording under an id for every single, album and compilation that it is on. Two
//! tracks are *releases of one song* if
//!
//! - their artists are the same, in any order, and they sound alike,
//! - their first artist is the same, and they sound all but identical, or
//! - they are identical: the duration and all measurements, whoever is named as artist;
//!
//! and in any case their titles are the same without the name of an edition (`title`), and their durations are near
//! (`sound`, which also defines *alike*).
//!
//! A catalogue without durations has no releases: every track is a song of its own. Other measurements that it lacks
//! count as different, so that durations must then agree to a tenth of a second.
//!
//! A live version, a remix, a cover or another performance is another song here, and so is a version with another
//! guest. In doubt, tracks are different songs: showing one twice is a smaller fault than hiding one behind another.
//!
//! A *work* is what the versions of a song have in common (`work`): live recordings, remixes, acoustic and sped-up
//! versions have the same first artist and the same title but for the version. Releases of one song are of one work.
//! A cover by another artist is another work, and so are the parts of a suite. In doubt, works are different too.
//!
//! Some tracks belong only among their own: songs of a season, speech, interludes, noise, karaoke. `kind` tells them.
//!
//! Titles, artists and measurements are compared by hashes of 64 bits; among a million tracks the probability of a
//! collision is below one in ten million.

mod group;
mod kind;
mod named;
mod sound;
#[cfg(test)]
mod suite;
mod title;
mod words;
mod work;
mod work_words;

use arrow_buffer::{ScalarBuffer, ToByteSlice};
use rayon::prelude::*;
use twox_hash::XxHash3_64;

pub use self::kind::Kinds;
pub(crate) use self::named::{Likeness, NamedTitle, is_mistyped};
use self::title::{Album, Title};
use crate::blocks::BLOCK;
use crate::catalogue::{Attribute, Catalogue, Row, TextField, artist_names};
use crate::error::{Result, unless_stopped};
use crate::progress::Progress;

/// The song, the work and the kinds of every track of a catalogue. Songs and works are numbers: the first row that is a
/// release of the song, and the first that is a version of the work.
///
/// Cloning is cheap: the numbers are shared.
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
/// use segue::{Row, Songs};
///
/// let songs = Songs::find(&catalogue)?;
/// let releases: Vec<Row> = songs.releases(Row(0)).collect();
/// assert!(releases.iter().all(|row| songs.song_of(*row) == songs.song_of(Row(0))));
/// assert!(releases.iter().all(|row| songs.work_of(*row) == songs.work_of(Row(0))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Songs {
    songs: ScalarBuffer<u32>,
    works: ScalarBuffer<u32>,
    /// The kinds of every track, as bits.
    kinds: ScalarBuffer<u8>,
}

impl Songs {
    /// Finds the songs, works and kinds of a catalogue.
    ///
    /// The cost is that of reading all titles and artists and of sorting the rows a few times. Runs in parallel; the
    /// result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub fn find(catalogue: &Catalogue) -> Result<Self> {
        Self::find_unless_stopped(catalogue, &())
    }

    pub(crate) fn find_unless_stopped(catalogue: &Catalogue, progress: &dyn Progress) -> Result<Self> {
        if catalogue.numbers(Attribute::DurationMs).is_none() {
            let songs = catalogue.rows().map(|row| row.0).collect::<Vec<_>>();
            return Self::with_songs(songs.into(), catalogue, progress);
        }
        let rows = titled_alike(catalogue)?;
        let rows = rows.into_par_iter().with_min_len(BLOCK);
        unless_stopped(progress)?;
        let releases = rows.map(|row| Release::new(catalogue, row)).collect::<Result<Vec<_>>>()?;
        unless_stopped(progress)?;
        Self::with_songs(group::songs(catalogue, releases)?.into(), catalogue, progress)
    }

    /// Finds the works and kinds of a catalogue whose songs are known, as in an index that was built before there were
    /// works. The cost is that of reading all texts and of sorting the rows.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(crate) fn with_songs(
        songs: ScalarBuffer<u32>,
        catalogue: &Catalogue,
        progress: &dyn Progress,
    ) -> Result<Self> {
        unless_stopped(progress)?;
        let named = |row: u32| {
            let title = catalogue.required_text(TextField::TrackName, Row(row))?;
            let artists = catalogue.required_text(TextField::Artists, Row(row))?;
            let artist = artist_names(artists).next().filter(|artist| !artist.is_empty());
            Ok(artist.and_then(|artist| work::work(title, artist)).map(|work| (work, row)))
        };
        let rows = (0..catalogue.len() as u32).into_par_iter().with_min_len(BLOCK);
        let named = rows.filter_map(|row| named(row).transpose()).collect::<Result<Vec<_>>>()?;
        let song_of: Vec<u32> = catalogue.rows().map(|row| first_of(&songs, row).0).collect();
        unless_stopped(progress)?;
        let kinds = kind::all(catalogue)?.into();
        unless_stopped(progress)?;
        Ok(Self { works: group::works(&song_of, named).into(), songs, kinds })
    }

    /// Songs read from an index. The numbers are not trusted: see [`Self::song_of`].
    pub(crate) fn from_numbers(
        songs: ScalarBuffer<u32>,
        works: ScalarBuffer<u32>,
        kinds: ScalarBuffer<u8>,
    ) -> Self {
        Self { songs, works, kinds }
    }

    pub(crate) fn song_numbers(&self) -> &ScalarBuffer<u32> {
        &self.songs
    }

    pub(crate) fn work_numbers(&self) -> &ScalarBuffer<u32> {
        &self.works
    }

    pub(crate) fn kind_bits(&self) -> &ScalarBuffer<u8> {
        &self.kinds
    }

    /// The number of tracks.
    pub fn len(&self) -> usize {
        self.songs.len()
    }

    /// Whether there is no track.
    pub fn is_empty(&self) -> bool {
        self.songs.is_empty()
    }

    /// The song of a track: the first row that is a release of it. A row beyond the end, and one whose number in a
    /// damaged file is beyond the end, is a song of its own.
    pub fn song_of(&self, row: Row) -> Row {
        first_of(&self.songs, row)
    }

    /// The work that a track is a version of: the first row that is. The same holds for rows and numbers beyond the end
    /// as for [`Self::song_of`].
    pub fn work_of(&self, row: Row) -> Row {
        first_of(&self.works, row)
    }

    /// The kinds that a track is of; none beyond the end.
    pub fn kinds_of(&self, row: Row) -> Kinds {
        self.kinds.get(row.index()).copied().map(Kinds::from_bits).unwrap_or_default()
    }

    /// All releases of the song of a track, in order, among them the track; cost is linear in the number of
    /// tracks.
    pub fn releases(&self, row: Row) -> impl Iterator<Item = Row> {
        let song = self.song_of(row);
        (0..self.len() as u32).map(Row).filter(move |other| self.song_of(*other) == song)
    }

    /// The number of songs; cost is linear in the number of tracks.
    pub fn count(&self) -> usize {
        count(&self.songs)
    }

    /// The number of works; cost is linear in the number of tracks.
    pub fn count_works(&self) -> usize {
        count(&self.works)
    }

    /// Checks that every song and every work is numbered by its first row, that the releases of a song are of one work,
    /// and that there are such kinds; the error describes the first violation.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        for (numbers, is) in [(&self.songs, "release of the song"), (&self.works, "version of the work")] {
            for (row, &first) in (0u32..).zip(numbers.iter()) {
                if first > row {
                    return Err(format!("row {row} is a {is} {first}, which comes after it"));
                }
                let before = first_of(numbers, Row(first)).0;
                if before != first {
                    return Err(format!("row {row} is a {is} {first}, itself one of {before}"));
                }
            }
        }
        for row in (0..self.len() as u32).map(Row) {
            let song = self.song_of(row);
            if self.work_of(row) != self.work_of(song) {
                return Err(format!("row {} is of another work than {}, of the same song", row.0, song.0));
            }
        }
        if let Some((row, bits)) = (0..).zip(self.kinds.iter()).find(|(_, bits)| !Kinds::are_bits(**bits)) {
            let row: u32 = row;
            return Err(format!("row {row} is of kinds {bits:#b}, of which some are unknown"));
        }
        Ok(())
    }
}

/// The first row of a group, by the number of a row; the row itself if there is none or it is beyond the end.
fn first_of(numbers: &[u32], row: Row) -> Row {
    let first = numbers.get(row.index()).copied().filter(|first| (*first as usize) < numbers.len());
    first.map_or(row, Row)
}

/// The number of groups: of rows that are the first of theirs.
fn count(numbers: &[u32]) -> usize {
    (0..).zip(numbers).filter(|(row, first)| row == *first).count()
}

/// The rows whose title other rows have too. Most titles are unique, and their tracks need no further work.
fn titled_alike(catalogue: &Catalogue) -> Result<Vec<Row>> {
    let rows = (0..catalogue.len() as u32).into_par_iter().with_min_len(BLOCK);
    let title = |row| catalogue.required_text(TextField::TrackName, Row(row)).map(Title::read);
    let titles = rows.map(|row| Ok((title(row)?.hash, row)));
    let mut titles = titles.collect::<Result<Vec<(u64, u32)>>>()?;
    titles.par_sort_unstable();
    let titled = titles.chunk_by(|a, b| a.0 == b.0).filter(|titled| titled.len() > 1);
    Ok(titled.flatten().map(|(_, row)| Row(*row)).collect())
}

/// What is compared of a track, except its sound. Names are hashes.
#[derive(Debug, Clone, Copy)]
struct Release {
    row: u32,
    /// Milliseconds.
    duration: f64,
    /// The title without its edition.
    title: u64,
    /// All artists, and what the album says about the recording that the title does not.
    artists: u64,
    first_artist: u64,
    /// Duration and all measurements, to the last bit.
    audio: u64,
    /// A live recording: the same artists record a song live many times.
    is_live: bool,
}

impl Release {
    fn new(catalogue: &Catalogue, row: Row) -> Result<Self> {
        let title = Title::read(catalogue.required_text(TextField::TrackName, row)?);
        let album = Album::read(catalogue.text(TextField::AlbumName, row)?.unwrap_or_default(), &title);
        let artists = catalogue.required_text(TextField::Artists, row)?;
        let mut artists: Vec<u64> = artist_names(artists).map(title::hash_of).collect();
        let first_artist = artists.first().copied().unwrap_or_default();
        // Compilations list the artists in another order.
        artists.sort_unstable();
        artists.dedup();
        artists.push(album.hash);
        let duration = sound::measurement(catalogue, Attribute::DurationMs, row)?;
        let mut audio = vec![duration];
        for attribute in sound::MEASURED {
            audio.push(sound::measurement(catalogue, attribute, row)?);
        }
        // What is not measured is not identical.
        if audio.iter().any(|value| value.is_nan()) {
            audio.push(f64::from(row.0));
        }
        Ok(Self {
            row: row.0,
            duration,
            title: title.hash,
            artists: XxHash3_64::oneshot(artists.as_slice().to_byte_slice()),
            first_artist,
            audio: XxHash3_64::oneshot(audio.as_slice().to_byte_slice()),
            is_live: title.is_live || album.is_live,
        })
    }
}
