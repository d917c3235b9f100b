//! The manifest: the small file that makes a folder an index, and lists its other files with sizes and hashes.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

use super::Space;
use crate::catalogue::Fields;
use crate::catalogue::ingest::Counts;
use crate::error::{Error, Result};
use crate::model::{Aspect, GenreSpace, Model, Profile, Standardiser};

/// The name of the manifest's file.
pub(super) const MANIFEST: &str = "manifest.json";
const FORMAT: &str = "segue index";
/// The version of the format that this code writes. Version 1 had no `tree.arrow`, version 2 no text index, version 3
/// no `songs.arrow`, version 4 a different text index; version 5 knew only the columns of the notebook, version 6 no
/// works.
const VERSION: u32 = 7;
/// The oldest version that this code reads.
const OLDEST: u32 = 5;
/// The first version whose `songs.arrow` has works and kinds.
const WITH_WORKS: u32 = 7;
/// The maximum size of a manifest: it has two numbers for every dimension.
const MAX_BYTES: u64 = 1 << 24;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    version: u32,
    byte_order: String,
    written_by: String,
    /// The number of the build, from 1; names the folder of the files.
    pub(super) generation: u64,
    pub(super) tracks: usize,
    /// The counts of ingestion, if it was built from inputs.
    pub(super) rows: Option<Counts>,
    /// The numeric and vector columns in `tracks.arrow`; by default those of the notebook.
    #[serde(default)]
    pub(super) columns: Fields,
    models: Vec<ModelEntry>,
    /// The map, if the index has one: an index of any version may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    map: Option<MapEntry>,
    pub(super) files: BTreeMap<String, FileEntry>,
    /// The hash of this file with zeros in place of this value.
    pub(super) checksum: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileEntry {
    pub(super) bytes: u64,
    pub(super) xxh3_64: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MapEntry {
    /// The profile that it was laid out by.
    profile: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct ModelEntry {
    pub(super) profile: String,
    version: u32,
    levels_hubs: bool,
    lists_releases: bool,
    /// How the vectors are searched, as it was measured; measured anew if it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    search: Option<SearchMethod>,
    aspects: Vec<AspectEntry>,
    /// The aspects of the recipe that were left out, as the catalogue lacks their columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    without: Vec<String>,
    /// What listeners call some aspects, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct AspectEntry {
    name: String,
    #[serde(default, skip_serializing_if = "AspectKind::is_known")]
    kind: AspectKind,
    weight: f64,
    /// One per dimension of the aspect; likewise `deviation`.
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

/// How vectors are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SearchMethod {
    /// Down the boxes of the tree.
    Boxes,
    /// Through the codes of all leaves.
    Sweep,
}

/// How the name of an aspect is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum AspectKind {
    /// As that of a known aspect.
    #[default]
    Known,
    /// By [`Aspect::column`].
    Column,
    /// By [`Aspect::vector`].
    Vector,
}

impl AspectKind {
    fn is_known(&self) -> bool {
        *self == Self::Known
    }
}

/// The fields that every version of the manifest has.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// A hash as it is written in the manifest: 16 hexadecimal digits.
pub(super) fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

impl Manifest {
    pub(super) fn new(
        generation: u64,
        tracks: usize,
        catalogue: (Option<Counts>, Fields),
        spaces: &[Space],
        files: BTreeMap<String, FileEntry>,
    ) -> Self {
        Self {
            format: FORMAT.into(),
            version: VERSION,
            byte_order: byte_order().into(),
            written_by: concat!("segue ", env!("CARGO_PKG_VERSION")).into(),
            generation,
            tracks,
            rows: catalogue.0,
            columns: catalogue.1,
            models: spaces.iter().map(ModelEntry::of).collect(),
            map: None,
            files,
            checksum: hex(0),
        }
    }

    /// The manifest of a later build of the same index, with other files.
    pub(super) fn succeeded_by(self, generation: u64, files: BTreeMap<String, FileEntry>) -> Self {
        Self { generation, files, ..self }
    }

    /// The manifest of an index that has a map too, laid out by a profile.
    pub(super) fn with_map(self, profile: &str) -> Self {
        Self { map: Some(MapEntry { profile: profile.to_owned() }), ..self }
    }

    /// The profile that the map was laid out by, if there is one.
    pub(super) fn map_profile(&self) -> Option<&str> {
        self.map.as_ref().map(|map| map.profile.as_str())
    }

    /// The text of the manifest's file.
    pub(super) fn to_text(&self) -> serde_json::Result<String> {
        let blank = Self { checksum: hex(0), ..self.clone() };
        let mut text = serde_json::to_string_pretty(&blank)?;
        text.push('\n');
        let checksum = hex(XxHash3_64::oneshot(text.as_bytes()));
        if let Some(at) = checksum_at(&text) {
            text.replace_range(at, &checksum);
        }
        Ok(text)
    }

    /// Reads and checks the manifest of the index at `index`.
    pub(super) fn read(index: &Path) -> Result<Self> {
        let path = index.join(MANIFEST);
        let no_index = |problem: &str, is_missing| Error::NoIndex {
            path: index.display().to_string(),
            problem: problem.to_owned(),
            is_missing,
        };
        let metadata = fs::metadata(&path).map_err(|error| match error.kind() {
            _ if !index.exists() => no_index("does not exist", true),
            ErrorKind::NotFound => no_index("is not an index, it has no manifest.json", false),
            ErrorKind::NotADirectory => no_index("is not an index but a file", false),
            _ => Error::io("read", &path, error),
        })?;
        if !metadata.is_file() {
            return Err(Error::index(&path, "is not a file; build the index anew"));
        }
        if metadata.len() > MAX_BYTES {
            return Err(Error::index(&path, "is too large for a manifest; build the index anew"));
        }
        let text = fs::read(&path).map_err(|error| Error::io("read", &path, error))?;
        Self::parse(&text).map_err(|problem| Error::index(&path, problem))
    }

    /// Parses and checks the text of a manifest; the error describes the problem, without the path.
    pub(super) fn parse(text: &[u8]) -> std::result::Result<Self, String> {
        let damaged =
            |what: &dyn std::fmt::Display| format!("is damaged or foreign ({what}); build the index anew");
        let text = str::from_utf8(text).map_err(|error| damaged(&error))?;
        let head: Head = serde_json::from_str(text).map_err(|error| damaged(&error))?;
        if head.format != FORMAT {
            return Err(format!("is not the manifest of a Segue index: its format is {:?}", head.format));
        }
        if !(OLDEST..=VERSION).contains(&head.version) {
            return Err(format!(
                "has format version {}, this Segue reads versions {OLDEST} to {VERSION}; use the Segue that built it, or build the index anew",
                head.version
            ));
        }
        let manifest: Self = serde_json::from_str(text).map_err(|error| damaged(&error))?;
        let mut blank = text.to_owned();
        let at = checksum_at(text).ok_or_else(|| damaged(&"it has no checksum"))?;
        blank.replace_range(at, &hex(0));
        if manifest.checksum != hex(XxHash3_64::oneshot(blank.as_bytes())) {
            return Err(damaged(&"its checksum does not match"));
        }
        if manifest.byte_order != byte_order() {
            return Err(format!(
                "was built on a machine with {}-endian numbers, this one has {}-endian; build the index here",
                manifest.byte_order,
                byte_order()
            ));
        }
        // Rows are numbered in 32 bits.
        if manifest.tracks == 0 || u32::try_from(manifest.tracks).is_err() {
            return Err(damaged(&format_args!("it has {} tracks", manifest.tracks)));
        }
        // A name such as `../x` would lead out of the generation's folder.
        let leads_out = |name: &&String| {
            let mut parts = Path::new(name).components();
            let is_plain = parts.all(|part| matches!(part, Component::Normal(_)));
            !is_plain || name.split('/').count() > 2 || name.split('/').any(str::is_empty)
        };
        if let Some(name) = manifest.files.keys().find(leads_out) {
            return Err(damaged(&format_args!("{name:?} is not the name of a file")));
        }
        if manifest.models.is_empty() {
            return Err(damaged(&"it has no profile"));
        }
        let has_profile = |name: &str| manifest.models.iter().any(|model| model.profile == name);
        if let Some(name) = manifest.map_profile().filter(|name| !has_profile(name)) {
            return Err(damaged(&format_args!("it has a map by {name:?}, which is not one of its profiles")));
        }
        manifest.columns.check().map_err(|malformed| damaged(&format_args!("it {}", malformed.0)))?;
        Ok(manifest)
    }

    /// Calls `work` with the manifest of the index at `index`. If it fails and a build has replaced the index since,
    /// calls it again with the new manifest.
    pub(super) fn with<T>(index: &Path, work: impl Fn(&Self) -> Result<T>) -> Result<T> {
        let mut manifest = Self::read(index)?;
        loop {
            let error = match work(&manifest) {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let newer = Self::read(index)?;
            if newer == manifest {
                return Err(error);
            }
            manifest = newer;
        }
    }

    /// Whether `songs.arrow` must have works and kinds.
    pub(super) fn has_works(&self) -> bool {
        self.version >= WITH_WORKS
    }

    /// The entries of the profiles in the index.
    pub(super) fn models(&self) -> &[ModelEntry] {
        &self.models
    }

    pub(super) fn folder(&self) -> String {
        folder(self.generation)
    }

    /// The expected size and hash of a file of the index.
    ///
    /// # Errors
    /// [`Error::Index`] if it is not listed.
    pub(super) fn file(&self, index: &Path, name: &str) -> Result<&FileEntry> {
        self.files.get(name).ok_or_else(|| {
            Error::index(index.join(MANIFEST), format!("does not list {name}; build the index anew"))
        })
    }
}

impl ModelEntry {
    fn of(space: &Space) -> Self {
        let model = &space.model;
        let (profile, standardiser) = (model.profile(), model.standardiser());
        let of_dimensions =
            |values: &[f64], dimensions: Range<usize>| values.get(dimensions).unwrap_or_default().to_vec();
        let aspects = profile.aspects().iter().zip(model.dimensions());
        let aspects = aspects.map(|((aspect, weight), (_, dimensions))| AspectEntry {
            name: aspect.name(),
            kind: match aspect {
                Aspect::Vector(_) => AspectKind::Vector,
                known if Aspect::named(&known.name()).as_ref() == Some(known) => AspectKind::Known,
                _ => AspectKind::Column,
            },
            weight: *weight,
            mean: of_dimensions(standardiser.mean(), dimensions.clone()),
            deviation: of_dimensions(standardiser.deviation(), dimensions),
        });
        Self {
            profile: profile.name().into(),
            version: profile.version(),
            levels_hubs: profile.levels_hubs(),
            lists_releases: profile.lists_releases(),
            search: Some(if space.neighbours.sweeps() { SearchMethod::Sweep } else { SearchMethod::Boxes }),
            aspects: aspects.collect(),
            without: profile.left_out(),
            labels: profile.labels().clone(),
        }
    }

    /// Whether the vectors are searched by a sweep, if it is said.
    pub(super) fn sweeps(&self) -> Option<bool> {
        self.search.map(|method| method == SearchMethod::Sweep)
    }

    /// The profile that the vectors were made with.
    pub(super) fn profile(&self) -> std::result::Result<Profile, String> {
        let Self { profile: name, version, levels_hubs, lists_releases, aspects, labels, .. } = self;
        let weight = |entry: &AspectEntry| {
            let width = entry.mean.len();
            let aspect = match entry.kind {
                AspectKind::Known => Aspect::named(&entry.name),
                // A column may have a name that an aspect got later.
                AspectKind::Column => Aspect::own_column(&entry.name).ok(),
                AspectKind::Vector => {
                    Aspect::vector(&entry.name).ok().map(|aspect| aspect.of_dimension(width))
                }
            };
            Some((aspect.filter(|aspect| aspect.width() == width)?, entry.weight))
        };
        let weights: Option<Vec<_>> = aspects.iter().map(weight).collect();
        let weights = weights.ok_or_else(|| {
            format!("was built with the profile {name} version {version}, which has aspects that this Segue does not know; build the index anew")
        })?;
        let profile = Profile::from_weights(name, *version, &weights).map_err(|problem| {
            format!("describes the profile {name} wrongly ({problem}); build the index anew")
        })?;
        let profile =
            profile.level_hubs(*levels_hubs).list_releases(*lists_releases).labelled(labels.clone());
        let is_same = |built_in: &Profile| built_in.name() == name && built_in.version() == *version;
        let differs = |built_in: &Profile| built_in.clone().without(&self.without) != profile;
        if Profile::built_ins().iter().any(|built_in| is_same(built_in) && differs(built_in)) {
            return Err(format!(
                "was built with the profile {name} version {version}, this Segue has another; build the index anew"
            ));
        }
        Ok(profile)
    }

    /// The model that the vectors were made with.
    pub(super) fn model(&self, profile: Profile, genres: GenreSpace) -> std::result::Result<Model, String> {
        let Self { profile: name, version, aspects, .. } = self;
        let all = |values: fn(&AspectEntry) -> &Vec<f64>| aspects.iter().flat_map(values).copied().collect();
        let standardiser =
            Standardiser::from_parts(all(|aspect| &aspect.mean), all(|aspect| &aspect.deviation));
        standardiser.and_then(|standardiser| Model::from_parts(profile, standardiser, genres)).ok_or_else(
            || format!("describes another profile than {name} version {version}; build the index anew"),
        )
    }
}

/// The message for a file whose hash is not the expected one.
pub(super) fn damaged(found: &str, expected: &str) -> String {
    format!("is damaged: its hash is {found}, {expected} was expected; build the index anew")
}

pub(super) fn folder(generation: u64) -> String {
    format!("generation-{generation}")
}

/// The generation of a folder; `None` if its name is not that of a generation.
pub(super) fn generation_of(folder: &str) -> Option<u64> {
    let digits = folder.strip_prefix("generation-")?;
    let generation = digits.parse().ok()?;
    (self::folder(generation) == folder).then_some(generation)
}

fn byte_order() -> &'static str {
    if cfg!(target_endian = "little") { "little" } else { "big" }
}

/// The range of the checksum's digits in a manifest's text.
fn checksum_at(text: &str) -> Option<std::ops::Range<usize>> {
    const FIELD: &str = "\"checksum\": \"";
    let start = text.rfind(FIELD)? + FIELD.len();
    let end = start + hex(0).len();
    text.get(start..end).map(|_| start..end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::neighbours::{Neighbours, Vectors};

    fn manifest() -> Manifest {
        let standardiser = Standardiser::from_parts(vec![0.1; 16], vec![2.5e-3; 16]).unwrap();
        let model = Model::from_parts(Profile::classic(), standardiser, GenreSpace::default()).unwrap();
        let space = Space { model, neighbours: Neighbours::new(Vectors::new(16, vec![0f32; 16])) };
        let file = FileEntry { bytes: 12, xxh3_64: hex(7) };
        let catalogue = (Some(Counts::default()), Fields::default());
        Manifest::new(3, 10, catalogue, &[space], [("tracks.arrow".into(), file)].into())
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written() {
        let text = manifest().to_text().unwrap();
        let read = Manifest::parse(text.as_bytes()).unwrap();
        assert_eq!(Manifest { checksum: hex(0), ..read.clone() }, manifest());
        let model = read.models()[0].model(Profile::classic(), GenreSpace::default()).unwrap();
        assert_eq!(model.standardiser().mean(), [0.1; 16]);
        assert_eq!(model.profile(), &Profile::classic());
        assert_eq!(read.to_text().unwrap(), text);
    }

    #[test]
    fn no_flipped_bit_goes_unnoticed() {
        let text = manifest().to_text().unwrap().into_bytes();
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut flipped = text.clone();
                flipped[at] ^= 1 << bit;
                assert!(Manifest::parse(&flipped).is_err(), "bit {bit} of byte {at}");
            }
            assert!(Manifest::parse(&text[..at]).is_err(), "cut off at byte {at}");
        }
    }

    #[test]
    fn another_version_byte_order_or_format_is_named() {
        let text = manifest().to_text().unwrap();
        let problem = |from: &str, to: &str| Manifest::parse(text.replace(from, to).as_bytes()).unwrap_err();
        assert!(
            problem("\"version\": 7,\n  \"byte", "\"version\": 9,\n  \"byte").contains("format version 9")
        );
        assert!(problem("segue index", "other").contains("its format is \"other\""));
        let foreign = Manifest { byte_order: "big".into(), ..manifest() }.to_text().unwrap();
        assert!(Manifest::parse(foreign.as_bytes()).unwrap_err().contains("big-endian"));
    }

    #[test]
    fn only_our_own_folders_are_taken_for_generations() {
        assert_eq!(generation_of("generation-12"), Some(12));
        for other in
            ["generation-", "generation-012", "generation-x", "generation--1", "photos", "generation-+1"]
        {
            assert_eq!(generation_of(other), None, "{other}");
        }
    }
}
