//! Building an index in memory.

use std::collections::HashSet;

use rayon::prelude::*;

use super::{Index, Space};
use crate::catalogue::{Catalogue, TextField, head};
use crate::error::{Error, Result, unless_stopped};
use crate::model::Profile;
use crate::progress::{Progress, Stage};

/// Builds an [`Index`]; see [`Index::builder`].
///
/// ```
/// # let mut csv = Vec::new();
/// # segue_demo::Demo { tracks: 300, seed: 1 }.write_csv(&mut csv, |_| ())?;
/// # let (catalogue, _) = segue::Ingest::new().read([segue::Input::bytes("demo.csv", csv)])?;
/// use segue::{Index, Profile};
///
/// let index = Index::builder().profile(Profile::segue()).profile(Profile::classic()).build(catalogue)?;
/// assert_eq!(index.space(None)?.name(), "segue");
///
/// let folder = tempfile::tempdir()?;
/// index.save(folder.path().join("mine.segue"))?;
/// assert_eq!(Index::open(folder.path().join("mine.segue"))?.len(), index.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct IndexBuilder<'a> {
    profiles: Vec<Profile>,
    map: bool,
    progress: &'a dyn Progress,
}

impl Default for IndexBuilder<'_> {
    fn default() -> Self {
        Self { profiles: Vec::new(), map: false, progress: &() }
    }
}

impl<'a> IndexBuilder<'a> {
    /// Adds a profile. The first one is used where none is named; if none is added, the index has the default profile.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profiles.push(profile);
        self
    }

    /// Adds several profiles.
    #[must_use]
    pub fn profiles(mut self, profiles: impl IntoIterator<Item = Profile>) -> Self {
        self.profiles.extend(profiles);
        self
    }

    /// Sets whether the index has a map of the tracks, laid out by the first profile ([`Index::with_map`]); without one by
    /// default.
    #[must_use]
    pub fn map(self, map: bool) -> Self {
        Self { map, ..self }
    }

    /// Reports the progress of building.
    #[must_use]
    pub fn progress(self, progress: &'a dyn Progress) -> Self {
        Self { progress, ..self }
    }

    /// Builds an index in memory: fits the profiles, computes the vectors, sorts the ids. Songs, trees and the text
    /// index are made on first use, or by [`Index::save`].
    ///
    /// # Errors
    /// [`Error::Profile`] if two profiles have one name or the catalogue lacks a column of one, [`Error::Index`] if the
    /// catalogue's file is damaged, [`Error::Stopped`].
    pub fn build(mut self, catalogue: Catalogue) -> Result<Index> {
        self.progress.start(Stage::Vectors, None);
        if self.profiles.is_empty() {
            self.profiles.push(Profile::default());
        }
        let mut names = HashSet::new();
        if let Some(repeated) = self.profiles.iter().find(|profile| !names.insert(profile.name())) {
            return Err(Error::profile(format!("the profile {} is given twice", repeated.name())));
        }
        let space = |profile| Space::fit_unless_stopped(profile, &catalogue, self.progress);
        let spaces = || self.profiles.iter().map(space).collect::<Result<Vec<_>>>();
        let rows_by_id = || sorted_by_id(&catalogue).into();
        unless_stopped(self.progress)?;
        let (spaces, rows_by_id) = rayon::join(spaces, rows_by_id);
        unless_stopped(self.progress)?;
        let (spaces, (songs, text)) = (spaces?, Default::default());
        let (song_numbers, map, opened) = Default::default();
        let index = Index { spaces, catalogue, rows_by_id, songs, song_numbers, text, map, opened };
        if self.map { index.with_map(None, self.progress) } else { Ok(index) }
    }
}

fn sorted_by_id(catalogue: &Catalogue) -> Vec<u32> {
    let id =
        |row: u32| catalogue.texts(TextField::TrackId).bytes(row as usize).ok().flatten().unwrap_or_default();
    // Most comparisons are decided by the first eight bytes, which are stored with the row.
    let mut keyed: Vec<(u64, u32)> = catalogue.rows().map(|row| (head(id(row.0)), row.0)).collect();
    keyed.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| id(a.1).cmp(id(b.1))));
    keyed.into_iter().map(|(_, row)| row).collect()
}
