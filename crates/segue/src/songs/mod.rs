//! Songs: which tracks of a catalogue are releases of one recording.
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
//! Titles, artists and measurements are compared by hashes of 64 bits; among a million tracks the probability of a
//! collision is below one in ten million.

mod group;
mod sound;
#[cfg(test)]
mod suite;
mod title;
mod words;

use arrow_buffer::{ScalarBuffer, ToByteSlice};
use rayon::prelude::*;
use twox_hash::XxHash3_64;

use self::title::{Album, Title};
use crate::blocks::BLOCK;
use crate::catalogue::{Attribute, Catalogue, Row, TextField, artist_names};
use crate::error::Result;

/// The song of every track of a catalogue, as a number: the first row that is a release of it.
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
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Songs(ScalarBuffer<u32>);

impl Songs {
    /// Finds the songs of a catalogue.
    ///
    /// The cost is that of reading all titles and artists and of sorting the rows a few times. Runs in parallel; the
    /// result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub fn find(catalogue: &Catalogue) -> Result<Self> {
        if catalogue.numbers(Attribute::DurationMs).is_none() {
            return Ok(Self(catalogue.rows().map(|row| row.0).collect::<Vec<_>>().into()));
        }
        let rows = titled_alike(catalogue)?;
        let rows = rows.into_par_iter().with_min_len(BLOCK);
        let releases = rows.map(|row| Release::new(catalogue, row)).collect::<Result<Vec<_>>>()?;
        Ok(Self(group::songs(catalogue, releases)?.into()))
    }

    /// Songs read from an index. The numbers are not trusted: see [`Self::song_of`].
    pub(crate) fn from_numbers(numbers: ScalarBuffer<u32>) -> Self {
        Self(numbers)
    }

    pub(crate) fn numbers(&self) -> &ScalarBuffer<u32> {
        &self.0
    }

    /// The number of tracks.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no track.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The song of a track: the first row that is a release of it. A row beyond the end, and one whose number in a
    /// damaged file is beyond the end, is a song of its own.
    pub fn song_of(&self, row: Row) -> Row {
        let song = self.0.get(row.index()).copied().filter(|song| (*song as usize) < self.len());
        song.map_or(row, Row)
    }

    /// All releases of the song of a track, in order, among them the track; cost is linear in the number of
    /// tracks.
    pub fn releases(&self, row: Row) -> impl Iterator<Item = Row> {
        let song = self.song_of(row);
        (0..self.len() as u32).map(Row).filter(move |other| self.song_of(*other) == song)
    }

    /// The number of songs; cost is linear in the number of tracks.
    pub fn count(&self) -> usize {
        (0..).zip(self.0.iter()).filter(|(row, song)| row == *song).count()
    }

    /// Checks that every song is numbered by its first row; the error describes the first violation.
    pub(crate) fn check(&self) -> std::result::Result<(), String> {
        for (row, &song) in (0u32..).zip(self.0.iter()) {
            if song > row {
                return Err(format!("row {row} is a release of the song {song}, which comes after it"));
            }
            let first = self.song_of(Row(song)).0;
            if first != song {
                return Err(format!("row {row} is a release of the song {song}, itself one of {first}"));
            }
        }
        Ok(())
    }
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
