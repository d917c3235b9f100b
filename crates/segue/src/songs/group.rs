//! Groups releases into songs by sorting and union-find instead of comparing all pairs.

use rayon::prelude::*;

use super::Release;
use super::sound::{Sound, longest};
use crate::catalogue::{Catalogue, Row};
use crate::error::Result;

/// A track is compared with at most this many songs of its title and artists, those nearest in duration: otherwise
/// the cost would be quadratic in the number of tracks of one name.
const COMPARED: usize = 16;

/// The song of every row: the first row that is a release of it. Rows that are not among `releases` are songs of
/// their own.
///
/// Tracks that match pairwise are joined transitively, and a chain can span a wider range of durations than one song
/// may have, so such groups are split again. All releases of a song therefore have the same title, and durations
/// that `longest` allows.
pub(super) fn songs(catalogue: &Catalogue, mut releases: Vec<Release>) -> Result<Vec<u32>> {
    let mut song: Vec<u32> = catalogue.rows().map(|row| row.0).collect();

    releases.par_sort_unstable_by_key(|release| (release.title, release.audio, release.row));
    for identical in releases.chunk_by(|a, b| (a.title, a.audio) == (b.title, b.audio)) {
        join_all(&mut song, identical);
    }
    let by_artists = |release: &Release| (release.title, release.artists);
    let all_artists = links(catalogue, &mut releases, by_artists, |shortest, longer, is_live| {
        shortest.is_alike(longer, is_live)
    })?;
    let by_first = |release: &Release| (release.title, release.first_artist);
    let first_artist = links(catalogue, &mut releases, by_first, |shortest, longer, _| {
        shortest.is_all_but_identical(longer)
    })?;
    for (row, first) in all_artists.into_iter().chain(first_artist) {
        join(&mut song, row, first);
    }

    resolve(&mut song);
    let first_of = |release: &Release| song.get(release.row as usize).copied().unwrap_or(release.row);
    let mut joined: Vec<(u32, Release)> =
        releases.iter().map(|release| (first_of(release), *release)).collect();
    joined.par_sort_unstable_by(|(a_song, a), (b_song, b)| {
        a_song.cmp(b_song).then(a.duration.total_cmp(&b.duration)).then(a.row.cmp(&b.row))
    });
    for joined in joined.chunk_by(|a, b| a.0 == b.0) {
        number(&mut song, joined);
    }
    Ok(song)
}

/// The work of every row: the first row that is a version of it. Rows of equal names are versions of one work, and so
/// are those of one song; `named` has the names.
pub(super) fn works(songs: &[u32], mut named: Vec<((u64, u64), u32)>) -> Vec<u32> {
    named.par_sort_unstable();
    let mut work: Vec<u32> = (0..songs.len() as u32).collect();
    (0..).zip(songs).for_each(|(row, song)| join(&mut work, row, *song));
    for versions in named.chunk_by(|a, b| a.0 == b.0) {
        if let Some(((_, first), others)) = versions.split_first() {
            others.iter().for_each(|(_, row)| join(&mut work, *row, *first));
        }
    }
    resolve(&mut work);
    work
}

/// The releases of one name that are one song, in ascending duration, as pairs: a row, and the row of the first
/// shorter release that it matches. `is_like` is called with the shorter, the longer, and whether the longer is live.
fn links(
    catalogue: &Catalogue,
    releases: &mut [Release],
    name: impl Fn(&Release) -> (u64, u64) + Sync,
    is_like: impl Fn(&Sound, &Sound, bool) -> bool + Sync,
) -> Result<Vec<(u32, u32)>> {
    releases.par_sort_unstable_by(|a, b| {
        name(a).cmp(&name(b)).then(a.duration.total_cmp(&b.duration)).then(a.row.cmp(&b.row))
    });
    let links = |named: &[Release]| {
        let mut shortest: Vec<(u32, Sound)> = Vec::new();
        let mut links = Vec::new();
        for release in named {
            let sound = Sound::of(catalogue, Row(release.row))?;
            let compared = shortest.len().saturating_sub(COMPARED);
            let mut known = shortest.iter().skip(compared);
            match known.find(|(_, known)| is_like(known, &sound, release.is_live)) {
                Some((first, _)) => links.push((release.row, *first)),
                None => shortest.push((release.row, sound)),
            }
        }
        Ok(links)
    };
    let named = releases.par_chunk_by(|a, b| name(a) == name(b)).filter(|named| named.len() > 1);
    Ok(named.map(links).collect::<Result<Vec<_>>>()?.concat())
}

/// Splits joined tracks, which have ascending durations, into songs and numbers these.
fn number(song: &mut [u32], mut joined: &[(u32, Release)]) {
    while let Some((_, shortest)) = joined.first() {
        let end = joined.partition_point(|(_, release)| release.duration <= longest(shortest.duration));
        // A NaN duration does not compare: its track is a song of its own.
        let (one, rest) = joined.split_at_checked(end.max(1)).unwrap_or_default();
        let first = one.iter().map(|(_, release)| release.row).min();
        for (_, release) in one {
            if let (Some(number), Some(first)) = (song.get_mut(release.row as usize), first) {
                *number = first;
            }
        }
        joined = rest;
    }
}

fn join_all(song: &mut [u32], releases: &[Release]) {
    if let Some((first, others)) = releases.split_first() {
        others.iter().for_each(|release| join(song, release.row, first.row));
    }
}

/// Joins the groups of two rows; the smaller root becomes that of both.
fn join(song: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root(song, a), root(song, b));
    if let Some(number) = song.get_mut(a.max(b) as usize) {
        *number = a.min(b);
    }
}

/// The root of a row's group, its smallest row. Parents are smaller than their children; paths are halved.
fn root(song: &mut [u32], mut row: u32) -> u32 {
    loop {
        let next = song.get(row as usize).copied().unwrap_or(row);
        if next == row {
            return row;
        }
        let after = song.get(next as usize).copied().unwrap_or(next);
        if let Some(number) = song.get_mut(row as usize) {
            *number = after;
        }
        row = after;
    }
}

/// Makes every row's parent its root. Parents are smaller, so in ascending order they are resolved already.
fn resolve(song: &mut [u32]) {
    for row in 0..song.len() {
        let next = song.get(row).copied().unwrap_or_default();
        let first = song.get(next as usize).copied().unwrap_or(next);
        if let Some(number) = song.get_mut(row) {
            *number = first;
        }
    }
}
