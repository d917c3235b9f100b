//! `text/`: the files of the text index, as tantivy wrote them.
//!
//! tantivy believes what its files say, so they are hashed before it sees them: at the first search, not at
//! `open`, whose cost must not depend on their size.

use std::path::{Path, PathBuf};

use tantivy::directory::OwnedBytes;
use twox_hash::XxHash3_64;

use super::manifest::{Manifest, hex};
use super::{manifest, map};
use crate::error::{Error, Result};
use crate::search::{TEXT_FILES, TextFiles};

/// The folder in that of the generation.
pub(super) const FOLDER: &str = "text";

/// The path of a file of the text index within the folder of a generation, as the manifest has it.
pub(super) fn path_of(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// The files, mapped.
#[derive(Debug)]
pub(super) struct MappedText {
    folder: PathBuf,
    files: TextFiles,
    hashes: Vec<String>,
}

impl MappedText {
    /// Maps the files that the manifest lists; cost does not depend on their size.
    pub(super) fn map(index: &Path, manifest: &Manifest) -> Result<Self> {
        let folder = index.join(manifest.folder()).join(FOLDER);
        let (mut files, mut hashes) = (TextFiles::new(), Vec::new());
        for name in TEXT_FILES {
            let entry = manifest.file(index, &path_of(name))?;
            files.insert(name.to_owned(), OwnedBytes::new(map::map(&folder.join(name), entry.bytes)?));
            hashes.push(entry.xxh3_64.clone());
        }
        Ok(Self { folder, files, hashes })
    }

    /// The files, if every byte is as it was written.
    pub(super) fn checked(&self) -> Result<TextFiles> {
        for (name, expected) in TEXT_FILES.iter().zip(&self.hashes) {
            let found = self.files.get(*name).map(|bytes| hex(XxHash3_64::oneshot(bytes)));
            if found.as_ref() != Some(expected) {
                let found = found.unwrap_or_default();
                return Err(Error::index(self.folder.join(name), manifest::damaged(&found, expected)));
            }
        }
        Ok(self.files.clone())
    }
}
