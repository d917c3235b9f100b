//! `POST /api/v1/playlists`: which tracks a playlist file names; and `POST /api/v1/playlists/{format}`: a playlist file of
//! tracks.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::response::Response;
use segue::playlist::{self, Entry, Format, Mention, Place, Playlist, WrittenFormat};
use segue::recommend::FoundBy;
use segue::{Error, Progress, Recommender, Row, Track};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;
use crate::answer::Answer;
use crate::body;
use crate::fault::{Fault, FaultKind, Problem};
use crate::metrics::QueryKind;
use crate::params::{Params, clipped};
use crate::path::Texts;
use crate::service::{ServedIndex, Service};

/// The most tracks of a playlist, read or written.
const MAX_TRACKS: usize = 10_000;
/// The most characters of a title, as of a search query.
const LONGEST_TITLE: usize = 1000;
/// The most characters of a file's name.
const LONGEST_NAME: usize = 255;

#[derive(Serialize)]
struct Found<'a> {
    playlists: Vec<FoundPlaylist<'a>>,
}

#[derive(Serialize)]
struct FoundPlaylist<'a> {
    name: Option<String>,
    found: usize,
    missing: usize,
    entries: Vec<FoundEntry<'a>>,
}

#[derive(Serialize)]
struct FoundEntry<'a> {
    place: String,
    mention: String,
    track: Option<Track<&'a str>>,
    by: Option<FoundBy>,
    problem: Option<String>,
}

/// Tracks of a playlist
///
/// Which tracks of the catalogue a playlist file names, by the rules of the command line: the id counts, or else title and
/// artist, as they are written or without decorations. The body is the file: M3U, XSPF, CSV, text, exports of Spotify, Apple Music,
/// Last.fm and others, of any `Content-Type`, at most 16 MiB and 10,000 tracks unless the operator of the service says otherwise.
#[utoipa::path(
    post,
    path = "/api/v1/playlists",
    tag = "playlists",
    params(
        ("name" = Option<String>, Query, description = "The name of the file; by its extension its format is known", max_length = 255, example = "evening.m3u8"),
        ("format" = Option<schema::ReadFormat>, Query, description = "Its format, if neither name nor content tells"),
    ),
    request_body(content((schema::PlaylistBytes = "application/octet-stream"))),
    responses(
        (status = 200, description = "What was found and what was not, in the order of the file", body = schema::FoundPlaylists),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn read(State(service): State<Arc<Service>>, request: Request) -> Result<Response, Fault> {
    // The other half is for the queue, and for writing the answer.
    let deadline = Deadline(Instant::now() + service.config.request_time() / 2);
    let mut params = Params::of(request.uri())?;
    let name = params.text("name").unwrap_or_default();
    let format = params.text("format").map(|format| read_format(&format)).transpose()?;
    params.none_left()?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Fault::parameter("name", format!("at most {LONGEST_NAME} characters were wanted")));
    }
    let headers = request.headers().clone();
    let upload = service.upload()?;
    let file = body::read(request, &service.config, service.config.max_playlist).await?;
    if file.is_empty() {
        return Err(Fault::new(FaultKind::Body, "a playlist file was wanted as the body, there is none"));
    }
    let question = move |served: &ServedIndex| {
        let name = if name.is_empty() { "the playlist" } else { &name };
        let wrong = |error: Error| match error {
            Error::Input { .. } => Fault::new(FaultKind::Body, error.to_string()),
            error => error.into(),
        };
        let playlists = playlist::read_at_most(MAX_TRACKS, name, &file, format).map_err(wrong)?;
        drop((file, upload));
        let find = |playlist| found(playlist, &served.recommender, &deadline);
        let playlists = playlists.into_iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let found = playlists.iter().map(|playlist| playlist.found).sum();
        Ok(Answer::json(&Found { playlists })?.among(found))
    };
    service.post(QueryKind::Playlist, &headers, question).await
}

/// Stops the resolution of a playlist, so that there is an answer in time: of what has been found.
struct Deadline(Instant);

impl Progress for Deadline {
    fn is_stopped(&self) -> bool {
        Instant::now() > self.0
    }
}

/// What of a playlist the catalogue has.
fn found<'a>(
    playlist: Playlist,
    recommender: &'a Recommender,
    deadline: &Deadline,
) -> Result<FoundPlaylist<'a>, Fault> {
    let (short, long): (Vec<&Entry>, Vec<&Entry>) =
        playlist.entries.iter().partition(|entry| entry.mention.longest() <= LONGEST_TITLE);
    let mentions: Vec<&Mention> = short.iter().map(|entry| &entry.mention).collect();
    let rows = recommender.resolve_entries(&mentions, deadline)?;
    let mut entries = Vec::with_capacity(short.len() + long.len() + playlist.nameless.len());
    for (entry, row) in short.into_iter().zip(rows) {
        let missing = |problem: &str| (None, None, Some(problem.to_owned()));
        let (track, by, problem) = match row {
            Ok(found) => (Some(recommender.track(found.row)?), Some(found.by), None),
            Err(Error::UnknownTrack { .. }) => missing("the catalogue has no track of this id"),
            Err(Error::Stopped) => missing("not found in time; send fewer tracks at once"),
            Err(_) => missing("no track matches"),
        };
        let of = unfound(entry.place, Some(&entry.mention));
        entries.push((entry.place, FoundEntry { track, by, problem, ..of }));
    }
    for entry in long {
        let problem = Some(format!("at most {LONGEST_TITLE} characters were wanted"));
        entries.push((entry.place, FoundEntry { problem, ..unfound(entry.place, Some(&entry.mention)) }));
    }
    for place in &playlist.nameless {
        let problem = Some("names no track".to_owned());
        entries.push((*place, FoundEntry { problem, ..unfound(*place, None) }));
    }
    entries.sort_by_key(|(Place::Line(number) | Place::Track(number), _)| *number);
    let entries: Vec<FoundEntry<'_>> = entries.into_iter().map(|(_, entry)| entry).collect();
    let found = entries.iter().filter(|entry| entry.track.is_some()).count();
    Ok(FoundPlaylist { name: playlist.name, found, missing: entries.len() - found, entries })
}

fn unfound<'a>(place: Place, mention: Option<&Mention>) -> FoundEntry<'a> {
    let mention = match mention {
        None => String::new(),
        Some(Mention { title: Some(title), artist: Some(artist), .. }) => {
            format!("{} - {}", clipped(artist), clipped(title))
        }
        Some(mention) => clipped(&mention.to_string()).to_owned(),
    };
    FoundEntry { place: place.to_string(), mention, track: None, by: None, problem: None }
}

fn read_format(name: &str) -> Result<Format, Fault> {
    name.parse().map_err(|_| unknown_format(&Format::ALL.map(Format::name), name))
}

fn written_format(name: &str) -> Result<WrittenFormat, Fault> {
    name.parse().map_err(|_| unknown_format(&WrittenFormat::ALL.map(WrittenFormat::extension), name))
}

fn unknown_format(known: &[&str], name: &str) -> Fault {
    let known = known.join(", ");
    Fault::parameter("format", format!("one of {known} was wanted, not {:?}", clipped(name)))
}

/// A playlist to be written
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Playlist)]
pub(super) struct PlaylistRequest {
    /// Its name, which also names the file.
    #[schema(max_length = 255)]
    #[serde(default)]
    name: String,
    /// The ids of its tracks, in order.
    #[schema(max_items = 10000)]
    tracks: Vec<String>,
}

/// A playlist file
///
/// A playlist of tracks as a file for players, the same that the command line writes.
#[utoipa::path(
    post,
    path = "/api/v1/playlists/{format}",
    tag = "playlists",
    params(("format" = schema::PlaylistFormat, Path, description = "The format of the file")),
    request_body(content((PlaylistRequest = "application/json"))),
    responses(
        (status = 200, description = "The file", content(
            (schema::PlaylistBytes = "audio/x-mpegurl"),
            (schema::PlaylistBytes = "application/xspf+xml"),
            (serde_json::Value = "application/jspf+json"),
            (schema::PlaylistBytes = "text/csv"),
            (schema::PlaylistBytes = "text/plain"),
        )),
        (status = "4XX", description = "Client error", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Overloaded; retry later", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn write(
    State(service): State<Arc<Service>>,
    Texts(format): Texts<String>,
    request: Request,
) -> Result<Response, Fault> {
    let format = written_format(&format)?;
    let headers = request.headers().clone();
    let asked: PlaylistRequest = body::json(request, &service.config, "").await?;
    if asked.tracks.len() > MAX_TRACKS {
        let problem = format!("{} tracks, at most {MAX_TRACKS} were wanted", asked.tracks.len());
        return Err(Fault::new(FaultKind::Body, problem));
    }
    if asked.name.chars().count() > LONGEST_NAME {
        return Err(Fault::new(
            FaultKind::Body,
            format!("name: at most {LONGEST_NAME} characters were wanted"),
        ));
    }
    let question = move |served: &ServedIndex| {
        let recommender = &served.recommender;
        let rows = asked.tracks.iter().map(|id| recommender.row(id)).collect::<segue::Result<Vec<Row>>>()?;
        let tracks = rows.iter().map(|row| recommender.track(*row)).collect::<segue::Result<Vec<_>>>()?;
        let mut file = Vec::new();
        let broken = |error: std::io::Error| Fault::new(FaultKind::Internal, error.to_string());
        playlist::write(format, &asked.name, &tracks, &mut file).map_err(broken)?;
        Ok(Answer::bytes(media_type(format), file).saved_as(&asked.name, format.extension()))
    };
    service.post(QueryKind::Playlist, &headers, question).await
}

fn media_type(format: WrittenFormat) -> &'static str {
    match format {
        WrittenFormat::M3u8 => "audio/x-mpegurl",
        WrittenFormat::Xspf => "application/xspf+xml",
        WrittenFormat::Jspf => "application/jspf+json",
        WrittenFormat::Csv => "text/csv; charset=utf-8",
        WrittenFormat::Uris => "text/plain; charset=utf-8",
    }
}
