//! What a playlist file was recognised as, and what its entries say.

use std::io::Write;
use std::path::Path;

use segue::playlist::{self, Mention};
use serde::Serialize;

use crate::failure::{Failure, Outcome};
use crate::output::{Format, Output, count, pluralised};
use crate::table::{Column, Table};

/// Whether a file is a playlist by its extension. Tables of tracks are inspected as such, and as playlists only if no
/// catalogue can be made of them.
pub(super) fn is_one(path: &Path) -> bool {
    const EXTENSIONS: [&str; 12] =
        ["m3u", "m3u8", "xspf", "jspf", "pls", "wpl", "zpl", "cue", "uris", "txt", "json", "xml"];
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    path.is_file() && extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

/// The JSON of a playlist file.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    source: String,
    format: &'static str,
    kind: &'static str,
    encoding: &'static str,
    playlists: Vec<List>,
    entries: usize,
    /// How many entries say an id, an ISRC, title and artist, and else only a title or words.
    with_id: usize,
    with_isrc: usize,
    with_title_and_artist: usize,
    with_words_only: usize,
    /// How many name no track.
    nameless: usize,
    /// How many are no music.
    passed_over: usize,
    /// How many plays a listening history has.
    plays: usize,
}

#[derive(Debug, Serialize)]
struct List {
    name: Option<String>,
    entries: usize,
}

impl Summary {
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        let source = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| Failure::Message(format!("cannot read {source}: {error}")))?;
        let file = playlist::recognise(&source, &bytes, None)?;
        let lists = &file.playlists;
        let mentions = || lists.iter().flat_map(|list| &list.entries).map(|entry| &entry.mention);
        let are = |says: fn(&Mention) -> bool| mentions().filter(|mention| says(mention)).count();
        let sum = |count: fn(&playlist::Playlist) -> usize| lists.iter().map(count).sum();
        Ok(Self {
            source,
            format: file.format.name(),
            kind: file.kind,
            encoding: file.charset.name(),
            entries: sum(|list| list.entries.len()),
            with_id: are(|mention| mention.id.is_some()),
            with_isrc: are(|mention| mention.isrc.is_some()),
            with_title_and_artist: are(is_named),
            with_words_only: are(|mention| {
                !is_named(mention) && mention.id.is_none() && mention.isrc.is_none()
            }),
            nameless: sum(|list| list.nameless.len()),
            passed_over: sum(|list| list.passed_over),
            plays: sum(|list| list.plays),
            playlists: lists
                .iter()
                .map(|list| List { name: list.name.clone(), entries: list.entries.len() })
                .collect(),
        })
    }

    /// What it is, in words.
    pub(super) fn kind(&self) -> String {
        format!("{}, {}", self.kind, self.encoding)
    }

    pub(super) fn write(&self, stdout: &mut dyn Write) -> Outcome {
        let playlists = pluralised(self.playlists.len(), "playlist");
        writeln!(stdout, "{playlists}, {}", pluralised(self.entries, "track"))?;
        for (number, what) in [
            (self.with_id, "with an id"),
            (self.with_isrc, "with an ISRC"),
            (self.with_title_and_artist, "with title and artist"),
            (self.with_words_only, "with a title or words only"),
            (self.nameless, "that name no track"),
            (self.passed_over, "that are no music, passed over"),
            (self.plays, "plays, of which each track is one entry"),
        ] {
            if number > 0 {
                writeln!(stdout, "  {} {what}", count(number))?;
            }
        }
        Ok(())
    }
}

fn is_named(mention: &Mention) -> bool {
    mention.title.is_some() && mention.artist.is_some()
}

/// The number of playlists in the text output.
const SHOWN: usize = 20;

pub(super) fn run(path: &Path, out: &Output) -> Outcome {
    let seen = Summary::of(path)?;
    let rows = || {
        seen.playlists.iter().map(|list| [list.name.clone().unwrap_or_default(), list.entries.to_string()])
    };
    match out.format {
        Format::Json => out.json(&seen),
        Format::Csv => out.csv(["playlist", "entries"], rows()),
        _ => out.results(|stdout| {
            writeln!(stdout, "{}", out.bold(&out.line(&seen.source)))?;
            writeln!(stdout, "{}", seen.kind())?;
            seen.write(stdout)?;
            if seen.playlists.iter().any(|list| list.name.is_some()) {
                let mut table = Table::new([Column::text("playlist"), Column::number("entries")]);
                rows().take(SHOWN).for_each(|row| table.row(row));
                write!(stdout, "\n{}", out.table(&table))?;
            }
            Ok(())
        }),
    }
}
