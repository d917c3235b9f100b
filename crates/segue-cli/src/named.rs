//! Resolves tracks named on the command line or in playlist files to rows.

use std::path::Path;

use segue::playlist::{self, Playlist};
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

/// The tracks of all playlists of a file, each once. Those that the catalogue does not have are counted on standard
/// error.
pub(crate) fn tracks_of(path: &Path, recommender: &Recommender, out: &Output) -> Result<Vec<Row>, Failure> {
    let name = path.display().to_string();
    let mut rows = Vec::new();
    let (mut listed, mut unknown) = (0, Vec::new());
    for playlist in read_playlists(path)? {
        listed += playlist.entries.len() + playlist.nameless.len();
        unknown.extend(playlist.nameless.iter().map(|place| format!("{place} names no track")));
        let mentions: Vec<_> = playlist.entries.iter().map(|entry| &entry.mention).collect();
        let resolved = recommender.resolve_entries(&mentions, &())?;
        for (entry, row) in playlist.entries.iter().zip(resolved) {
            match row {
                Ok(row) if rows.contains(&row) => {}
                Ok(row) => rows.push(row),
                Err(error) => unknown.push(format!("{}: {error}", entry.place)),
            }
        }
    }
    if let Some(first) = unknown.first() {
        let (missing, listed) = (count(unknown.len()), pluralised(listed, "track"));
        let message = format!("{missing} of {listed} of {name} are not in the catalogue; the first: {first}");
        if rows.is_empty() {
            return Err(Failure::Message(message));
        }
        out.remark(&message);
    }
    match rows.is_empty() {
        true => Err(Failure::Message(format!("{name} lists no track"))),
        false => Ok(rows),
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
