//! Resolves tracks named on the command line or in playlist files to rows.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use segue::playlist::{self, Playlist};
use segue::recommend::FoundBy;
use segue::{Recommender, Row};

use crate::failure::Failure;
use crate::output::{Output, count, pluralised};

/// Resolves an id, URI or words to a track. Says on standard error which one was chosen if there were others or the
/// match is not exact.
pub(crate) fn resolve(recommender: &Recommender, text: &str, out: &Output) -> Result<Row, Failure> {
    let found = recommender.resolve(text)?;
    if found.candidates > 1 || !found.exact {
        let track = recommender.track(found.row)?;
        let choice = match found.candidates {
            1 => format!("the only track that matches {text:?}"),
            many => format!("the most popular of {} tracks that match alike", count(many)),
        };
        out.remark(&format!(
            "took {:?} by {} ({}), {choice}; its id is {}",
            track.track_name,
            track.artists.join(", "),
            track.album_name.unwrap_or("album unknown"),
            track.track_id,
        ));
    }
    Ok(found.row)
}

/// The tracks of all playlists of a file, each once. Says on standard error first if fewer than half were found, then
/// how many were not, and how those were found that are not as they were written. A failure if the share of those that
/// were found is below `min_found`.
pub(crate) fn tracks_of(
    path: &Path,
    recommender: &Recommender,
    min_found: Option<f64>,
    out: &Output,
) -> Result<Vec<Row>, Failure> {
    let name = path.display().to_string();
    let (mut rows, mut seen) = (Vec::new(), HashSet::new());
    let mut report = FoundReport::default();
    for playlist in read_playlists(path)? {
        for found in report.add(&playlist, recommender)? {
            if seen.insert(found) {
                rows.push(found);
            }
        }
    }
    let FoundReport { listed, unknown, .. } = &report;
    let found = listed - unknown.len();
    let share = found as f64 / (*listed).max(1) as f64;
    let wanted = min_found.filter(|least| share < *least);
    let few = format!("only {} of {} of {name} were found", count(found), pluralised(*listed, "track"));
    if let Some(least) = wanted {
        let first =
            unknown.first().map(|first| format!("; the first that was not: {first}")).unwrap_or_default();
        return Err(Failure::Message(format!("{few}, a share of {least} was wanted (--min-found){first}")));
    }
    if let Some(first) = unknown.first() {
        let (missing, listed) = (count(unknown.len()), pluralised(*listed, "track"));
        let message = format!("{missing} of {listed} of {name} are not in the catalogue; the first: {first}");
        if rows.is_empty() {
            return Err(Failure::Message(message));
        }
        if share < 0.5 {
            out.remark(&few);
        }
        out.remark(&message);
    }
    if report.is_remarkable() {
        out.remark(&format!("found {}", report.ways()));
    }
    match rows.is_empty() {
        true => Err(Failure::Message(format!("{name} lists no track"))),
        false => Ok(rows),
    }
}

/// How many entries of playlists were found, and how.
#[derive(Debug, Default)]
pub(crate) struct FoundReport {
    pub(crate) listed: usize,
    /// Those that were not found: where they are, and why.
    pub(crate) unknown: Vec<String>,
    ways: BTreeMap<FoundBy, usize>,
    /// Titles without an artist that several works have.
    ambiguous: usize,
}

impl FoundReport {
    /// Looks up the entries of a playlist. The tracks are in its order, some more than once.
    pub(crate) fn add(
        &mut self,
        playlist: &Playlist,
        recommender: &Recommender,
    ) -> Result<Vec<Row>, Failure> {
        self.listed += playlist.entries.len() + playlist.nameless.len();
        self.unknown.extend(playlist.nameless.iter().map(|place| format!("{place} names no track")));
        let mentions: Vec<_> = playlist.entries.iter().map(|entry| &entry.mention).collect();
        let mut rows = Vec::new();
        for (entry, found) in playlist.entries.iter().zip(recommender.resolve_entries(&mentions, &())?) {
            match found {
                Ok(found) => {
                    rows.push(found.row);
                    *self.ways.entry(found.by).or_default() += 1;
                    self.ambiguous += usize::from(found.candidates > 1);
                }
                Err(error) => self.unknown.push(format!("{}: {error}", entry.place)),
            }
        }
        Ok(rows)
    }

    /// Whether some entries were found otherwise than by what is written.
    fn is_remarkable(&self) -> bool {
        self.ways.keys().any(|by| !matches!(by, FoundBy::Id | FoundBy::Isrc | FoundBy::Name))
    }

    /// How many were found in which way: `3 by id, 2 by title alone`.
    pub(crate) fn ways(&self) -> String {
        let ways = self.ways.iter().map(|(by, found)| {
            let several = match self.ambiguous {
                several @ 1.. if *by == FoundBy::Title => {
                    format!(" ({} of them the most popular of several)", count(several))
                }
                _ => String::new(),
            };
            format!("{} {}{several}", count(*found), by.in_words())
        });
        ways.collect::<Vec<_>>().join(", ")
    }
}

/// The playlists of a file for `eval` and `train`, which need several: a single list without a name is an error.
pub(crate) fn read_many_playlists(path: &Path) -> Result<Vec<Playlist>, Failure> {
    let playlists = read_playlists(path)?;
    match playlists.as_slice() {
        [only] if only.name.is_none() => Err(Failure::Message(format!(
            "{} is one list without a name, and playlists were wanted: CSV with the columns playlist_id and track_id",
            path.display()
        ))),
        _ => Ok(playlists),
    }
}

/// The playlists of a file, or of standard input for `-`.
pub(crate) fn read_playlists(path: &Path) -> Result<Vec<Playlist>, Failure> {
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
