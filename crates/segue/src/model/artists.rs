//! The artists of each track, and the mean features of each artist's tracks.

use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;

use super::feature::{Feature, Ranks};
use crate::catalogue::{Attribute, Catalogue, Row, TextField, artist_names};
use crate::error::Result;

/// A list of numbers for every row, stored one after the other.
#[derive(Debug, Default)]
pub(super) struct Lists {
    ends: Vec<usize>,
    items: Vec<u32>,
}

impl Lists {
    /// Appends the list of the next row, without repeated items.
    pub(super) fn push(&mut self, items: impl Iterator<Item = u32>) {
        let start = self.items.len();
        for item in items {
            if !self.items.get(start..).is_some_and(|list| list.contains(&item)) {
                self.items.push(item);
            }
        }
        self.ends.push(self.items.len());
    }

    pub(super) fn get(&self, row: usize) -> &[u32] {
        let start = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let extent = start.zip(self.ends.get(row).copied());
        extent.and_then(|(start, end)| self.items.get(start..end)).unwrap_or_default()
    }

    /// The lists, row after row.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.ends.len()).map(|row| self.get(row))
    }
}

/// Numbers names from 0 in the order of their first occurrence.
#[derive(Debug, Default)]
pub(super) struct Numbers<'a>(HashMap<&'a str, u32>);

impl<'a> Numbers<'a> {
    pub(super) fn of(&mut self, name: &'a str) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(name).or_insert(next)
    }

    /// All names, by number.
    pub(super) fn names(&self) -> Vec<&'a str> {
        let mut names: Vec<(u32, &str)> = self.0.iter().map(|(name, number)| (*number, *name)).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }
}

/// The artists of a catalogue.
#[derive(Debug, Default)]
pub(crate) struct Artists {
    /// The artists of every track.
    pub(super) of_row: Lists,
    pub(super) tracks: Vec<f64>,
    /// For some features the mean of each artist's tracks.
    means: Vec<(Feature, Vec<f64>)>,
    /// For some vector columns the mean vector of each artist's tracks, one after the other.
    vectors: Vec<(Arc<str>, Vec<f64>)>,
    /// The popularity of each artist's most popular track, if it is needed.
    peaks: Vec<f64>,
}

impl Artists {
    /// Collects the artists of a catalogue, and the means of `features` over their tracks. On one thread, in the order
    /// of the rows, so that sums are reproducible.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    pub(super) fn of_catalogue(catalogue: &Catalogue, features: Vec<Feature>, ranks: &Ranks) -> Result<Self> {
        let (mut numbers, mut of_row) = (Numbers::default(), Lists::default());
        for row in catalogue.rows() {
            let names = artist_names(catalogue.required_text(TextField::Artists, row)?);
            of_row.push(names.map(|name| numbers.of(name)));
        }
        let mut tracks = vec![0.0; numbers.0.len()];
        add_up(&of_row, |_| 1.0, &mut tracks);
        let mut values = Vec::new();
        let mut means = Vec::new();
        for feature in features {
            feature.values(catalogue, ranks, 0..catalogue.len(), &mut values);
            let mut sums = vec![0.0; tracks.len()];
            add_up(&of_row, |row| values.get(row).copied().unwrap_or_default(), &mut sums);
            sums.iter_mut().zip(&tracks).for_each(|(sum, tracks)| *sum /= tracks);
            means.push((feature, sums));
        }
        Ok(Self { of_row, tracks, means, ..Self::default() })
    }

    /// The artists alone, without means.
    ///
    /// # Errors
    /// [`crate::Error::Index`] if the catalogue's file is damaged.
    #[cfg(feature = "playlists")]
    pub(crate) fn named_in(catalogue: &Catalogue) -> Result<Self> {
        Self::of_catalogue(catalogue, Vec::new(), &Ranks::default())
    }

    /// Computes the mean vectors of a column over the tracks of each artist.
    pub(super) fn add_vectors(&mut self, catalogue: &Catalogue, name: &Arc<str>) {
        let Some(column) = catalogue.vectors(name) else { return };
        let mut means = vec![0.0; self.tracks.len() * column.dimension()];
        for (row, artists) in self.of_row.iter().enumerate() {
            for artist in artists {
                let mean = stretch_mut(&mut means, *artist as usize, column.dimension());
                mean.iter_mut().zip(column.components(row)).for_each(|(sum, value)| *sum += value);
            }
        }
        for (mean, tracks) in means.chunks_exact_mut(column.dimension()).zip(&self.tracks) {
            mean.iter_mut().for_each(|sum| *sum /= tracks);
        }
        self.vectors.push((Arc::clone(name), means));
    }

    /// Replaces the content of `columns`, one per component, by the mean vector of each row's artist; for several
    /// artists, by the mean of their means.
    pub(super) fn mean_vectors(&self, name: &str, rows: Range<usize>, columns: &mut [Vec<f64>]) {
        let means = self.vectors.iter().find(|(known, _)| **known == *name);
        let means = means.map_or(&[][..], |(_, means)| means);
        columns.iter_mut().for_each(Vec::clear);
        for row in rows {
            let artists = self.of_row.get(row);
            for (component, column) in columns.iter_mut().enumerate() {
                let dimension = means.len() / self.tracks.len().max(1);
                let of_artist = |artist: &u32| means.get(*artist as usize * dimension + component);
                let sum: f64 = artists.iter().filter_map(of_artist).sum();
                column.push(sum / artists.len().max(1) as f64);
            }
        }
    }

    /// Finds the popularity of each artist's most popular track.
    pub(super) fn add_peaks(&mut self, catalogue: &Catalogue) {
        let mut popularity = Vec::new();
        if let Some(column) = catalogue.numbers(Attribute::Popularity) {
            column.copy_to(0..catalogue.len(), &mut popularity);
        }
        self.peaks = vec![0.0; self.tracks.len()];
        for (artists, popularity) in self.of_row.iter().zip(popularity) {
            for artist in artists {
                if let Some(peak) = self.peaks.get_mut(*artist as usize) {
                    *peak = peak.max(popularity);
                }
            }
        }
    }

    /// Replaces the content of `out` by the popularity of the most popular track of each row's artist; for several
    /// artists, by the mean.
    pub(super) fn peaks(&self, rows: Range<usize>, out: &mut Vec<f64>) {
        out.clear();
        out.extend(rows.map(|row| self.mean(&self.peaks, row)));
    }

    /// The number of artists.
    pub(super) fn len(&self) -> usize {
        self.tracks.len()
    }

    pub(crate) fn of(&self, row: Row) -> &[u32] {
        self.of_row.get(row.index())
    }

    /// Replaces the content of `out` by the mean of a feature over the tracks of each row's artist; for several
    /// artists, by the mean of their means.
    pub(super) fn means(&self, feature: &Feature, rows: Range<usize>, out: &mut Vec<f64>) {
        let means = self.means.iter().find(|(known, _)| known == feature);
        let means = means.map_or(&[][..], |(_, means)| means);
        out.clear();
        out.extend(rows.map(|row| self.mean(means, row)));
    }

    /// The mean of a number of each artist over the artists of a row.
    fn mean(&self, of_artist: &[f64], row: usize) -> f64 {
        let artists = self.of_row.get(row);
        let numbers = artists.iter().filter_map(|artist| of_artist.get(*artist as usize));
        numbers.sum::<f64>() / artists.len().max(1) as f64
    }
}

fn stretch_mut(values: &mut [f64], at: usize, len: usize) -> &mut [f64] {
    values.get_mut(at * len..).and_then(|rest| rest.get_mut(..len)).unwrap_or_default()
}

/// Adds the value of every row to the sum of each item in its list.
fn add_up(lists: &Lists, value: impl Fn(usize) -> f64, sums: &mut [f64]) {
    for (row, list) in lists.iter().enumerate() {
        for item in list {
            if let Some(sum) = sums.get_mut(*item as usize) {
                *sum += value(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peaks_of_artists_are_those_of_their_most_popular_tracks() {
        let csv = "track_id,track_name,artists,popularity\na,A,X,10\nb,B,X;Y,40\nc,C,Y,70\nd,D,Z,0\n";
        let input = crate::catalogue::ingest::Input::bytes("songs.csv", csv);
        let needs =
            crate::model::Profile::new("mine", 1, &[(crate::model::Aspect::Fame, 1.0)]).unwrap().needs();
        let (catalogue, _) = crate::catalogue::ingest::Ingest::new().needs(needs).read([input]).unwrap();
        let mut artists = Artists::of_catalogue(&catalogue, Vec::new(), &Ranks::default()).unwrap();
        artists.add_peaks(&catalogue);
        let mut peaks = Vec::new();
        artists.peaks(0..4, &mut peaks);
        // X has 40, Y 70, Z 0; of two artists it is the mean.
        assert_eq!(peaks, [40.0, 55.0, 70.0, 0.0]);
    }

    #[test]
    fn lists_are_kept_apart_and_hold_an_item_once() {
        let mut lists = Lists::default();
        for items in [vec![3, 3, 1], vec![], vec![1]] {
            lists.push(items.into_iter());
        }
        assert_eq!(lists.iter().collect::<Vec<_>>(), [&[3, 1][..], &[], &[1]]);
        assert!(lists.get(3).is_empty());
    }
}
