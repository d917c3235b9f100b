//! The genres that tracks are listed under, collected while rows are read.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::LargeStringBuilder;
use arrow_array::{Array, LargeListArray, LargeStringArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};

/// The genres that each track is listed under, collected in the order of the listings.
#[derive(Default)]
pub(super) struct GenreListings {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// The last genre looked up: most rows have that of the row before.
    last: u32,
    /// The listings (track, genre) of the first row of each track, in the order of the tracks.
    firsts: Vec<(u32, u32)>,
    /// The listings of repeated rows.
    others: Vec<(u32, u32)>,
}

impl GenreListings {
    pub(super) fn list<'a>(&mut self, track: u32, genres: impl Iterator<Item = &'a str>) {
        for genre in genres {
            let genre = self.number(genre);
            self.firsts.push((track, genre));
        }
    }

    /// Adds genres to an earlier track.
    pub(super) fn list_again<'a>(&mut self, track: u32, genres: impl Iterator<Item = &'a str>) {
        for genre in genres {
            let genre = self.number(genre);
            self.others.push((track, genre));
        }
    }

    /// How many of so many tracks have a genre.
    pub(super) fn tracks(&self, tracks: usize) -> usize {
        let mut listed = vec![false; tracks];
        for (track, _) in self.firsts.iter().chain(&self.others) {
            listed.get_mut(*track as usize).into_iter().for_each(|listed| *listed = true);
        }
        listed.into_iter().filter(|listed| *listed).count()
    }

    /// Forgets the tracks that are not kept, and numbers the others anew.
    pub(super) fn retain(&mut self, kept: &[bool]) {
        let mut next = 0;
        let number = |kept: &bool| {
            next += u32::from(*kept);
            kept.then(|| next - 1)
        };
        let numbers: Vec<Option<u32>> = kept.iter().map(number).collect();
        for listings in [&mut self.firsts, &mut self.others] {
            listings.retain_mut(|(track, _)| {
                let number = numbers.get(*track as usize).copied().flatten();
                number.inspect(|number| *track = *number).is_some()
            });
        }
    }

    fn number(&mut self, genre: &str) -> u32 {
        if self.names.get(self.last as usize).is_some_and(|last| last == genre) {
            return self.last;
        }
        self.last = match self.numbers.get(genre) {
            Some(&number) => number,
            None => {
                let number = self.names.len() as u32;
                self.names.push(genre.to_owned());
                self.numbers.insert(genre.to_owned(), number);
                number
            }
        };
        self.last
    }

    /// The first genre of each track, and the lists of all.
    pub(super) fn finish(&mut self, tracks: usize) -> (Vec<Option<&str>>, LargeListArray) {
        self.others.sort_by_key(|(track, _)| *track);
        let mut firsts = Vec::with_capacity(tracks);
        let (mut items, mut offsets) = (LargeStringBuilder::new(), Vec::with_capacity(tracks + 1));
        offsets.push(0i64);
        let mut count = 0;
        let mut firsts_listed = self.firsts.iter().copied().peekable();
        let mut others_listed = self.others.iter().copied().peekable();
        let mut listed: Vec<u32> = Vec::new();
        // The last track listed under each genre, to drop repeated listings.
        let mut last_met: Vec<Option<u32>> = vec![None; self.names.len()];
        for track in 0..tracks as u32 {
            listed.clear();
            let is_listed = |listing: &(u32, u32)| listing.0 == track;
            while let Some((_, genre)) =
                firsts_listed.next_if(is_listed).or_else(|| others_listed.next_if(is_listed))
            {
                if let Some(last) = last_met.get_mut(genre as usize)
                    && last.replace(track) != Some(track)
                {
                    listed.push(genre);
                }
            }
            let name = |genre: &u32| self.names.get(*genre as usize).map(String::as_str);
            firsts.push(listed.first().and_then(name));
            listed.iter().filter_map(name).for_each(|name| items.append_value(name));
            count += listed.len() as i64;
            offsets.push(count);
        }
        let items: LargeStringArray = items.finish();
        debug_assert_eq!(items.len() as i64, count);
        let field = Arc::new(Field::new("item", DataType::LargeUtf8, false));
        (firsts, LargeListArray::new(field, OffsetBuffer::new(offsets.into()), Arc::new(items), None))
    }
}
