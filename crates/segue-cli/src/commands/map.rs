//! `segue map`: adds a map to an index, or draws it.

use std::path::{Path, PathBuf};

use indicatif::HumanBytes;
use segue::map::Genres;
use segue::{Error, Index, IndexWriter};
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::output::{Format, Output, pluralised};
use crate::picture::{Picture, Theme, png, svg};
use crate::profile::ProfileArg;
use crate::progress::Bars;
use crate::source::{self, IndexArgs};
use crate::whole_file;

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MapArgs {
    /// Draw the map to this file, a PNG or an SVG by its name, instead of adding it to the index
    #[arg(short, long, value_name = "FILE", value_parser = picture_file)]
    output: Option<PictureFile>,
    /// The width and height of the picture in pixels
    #[arg(long, visible_alias = "width", value_name = "PIXELS", default_value_t = 1600, value_parser = clap::value_parser!(u32).range(200..=8192), requires = "output")]
    size: u32,
    /// Draw on a dark background
    #[arg(long, requires = "output")]
    dark: bool,
    #[command(flatten)]
    index: IndexArgs,
}

const EXAMPLES: &str = "\
Tracks that are alike lie near each other, and have the colours of their genres; genres that lie near each
other have similar colours. An index keeps its map, for the page of segue serve; build --with-map makes both.
A picture of an index without a map, or of a file of tracks, is made of a map that is not kept.

Examples:
  segue map                                     add a map to the index
  segue map -o map.png
  segue map -o map.svg --size 2400 --dark
  segue map -i spotify.csv -o map.png           of a file, without an index";

#[derive(Debug, Clone)]
struct PictureFile {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Png,
    Svg,
}

fn picture_file(text: &str) -> Result<PictureFile, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let kind = match ending.as_deref().and_then(|ending| ending.to_str()) {
        Some("png") => Kind::Png,
        Some("svg") => Kind::Svg,
        _ => return Err("a name that ends in .png or .svg was wanted".into()),
    };
    Ok(PictureFile { path, kind })
}

pub(crate) fn run(args: &MapArgs, out: &Output) -> Outcome {
    if out.format == Format::Csv {
        return Err(Failure::usage("map has no results for --format csv"));
    }
    match &args.output {
        Some(file) => draw(args, file, out),
        None => add(args, out),
    }
}

/// Adds a map to the index, unless it has one by the profile that is wanted.
fn add(args: &MapArgs, out: &Output) -> Outcome {
    let path = &args.index.index;
    if source::is_input(path) {
        return Err(Failure::usage(
            "a file of tracks keeps no map: draw it with -o FILE, or make an index with segue build FILE --with-map",
        ));
    }
    let recommender = source::open(&args.index, out)?;
    let (index, name) = (recommender.index(), path.display().to_string());
    let tracks = index.len();
    if let Some(map) = index.map().filter(|map| is_wanted(args, map.profile())) {
        return match out.format {
            Format::Json => out.json(&json!({
                "index": name, "added": false, "tracks": tracks, "profile": map.profile(),
                "generation": index.generation(),
            })),
            _ => {
                let profile = map.profile();
                out.remark(&format!(
                    "{name} has a map by the profile {profile} already; nothing was changed"
                ));
                Ok(())
            }
        };
    }
    let profile = index.space(args.index.profile_name())?.name().to_owned();
    drop(recommender);
    let bars = Bars::new(out.quiet);
    let written = IndexWriter::create(path)?.add_map(Some(&profile), &bars)?;
    drop(bars);
    match out.format {
        Format::Json => out.json(&json!({
            "index": name, "added": true, "tracks": tracks, "profile": profile,
            "generation": written.generation, "bytes": written.bytes,
        })),
        _ => {
            let (tracks, build) = (pluralised(tracks, "track"), written.generation);
            out.remark(&format!(
                "added a map of {tracks} by the profile {profile} to {name}, now build {build}"
            ));
            Ok(())
        }
    }
}

fn is_wanted(args: &MapArgs, profile: &str) -> bool {
    args.index.profile.as_ref().map(ProfileArg::name).is_none_or(|name| name == profile)
}

fn draw(args: &MapArgs, PictureFile { path, kind }: &PictureFile, out: &Output) -> Outcome {
    let recommender = source::open(&args.index, out)?;
    let mut index: Index = recommender.index().clone();
    let bars = Bars::new(out.quiet);
    if index.map().is_none_or(|map| !is_wanted(args, map.profile())) {
        index = index.with_map(args.index.profile_name(), &bars)?;
    }
    drop(bars);
    let Some(map) = index.map() else { return Ok(()) };
    let genres = Genres::of(&index)?;
    let labels = genres.labels();
    let theme = if args.dark { Theme::Dark } else { Theme::Light };
    let picture = Picture::new(map, &genres, (args.size, theme));
    index.check_unchanged()?;
    let name = path.display().to_string();
    let bytes = write(path, *kind, &picture).map_err(|source| Error::Io {
        action: "write",
        path: name.clone(),
        source,
    })?;
    match out.format {
        Format::Json => out.json(&json!({
            "path": name, "bytes": bytes, "tracks": map.len(), "profile": map.profile(),
            "genres": labels.len(), "labels": picture.labels(),
        })),
        _ => {
            let (tracks, size) = (pluralised(map.len(), "track"), HumanBytes(bytes));
            let labels = match labels.len() {
                0 => String::new(),
                all => format!(", {} of {} named", picture.labels(), pluralised(all, "genre")),
            };
            out.remark(&format!("wrote {name}: {tracks} by the profile {}{labels}, {size}", map.profile()));
            Ok(())
        }
    }
}

fn write(path: &Path, kind: Kind, picture: &Picture) -> std::io::Result<u64> {
    let content = match kind {
        Kind::Png => png(picture)?,
        Kind::Svg => svg(picture)?,
    };
    let ((), bytes) = whole_file::write(path, |file| file.write_all(&content))?;
    Ok(bytes)
}
