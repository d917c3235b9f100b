//! `text/`: the files of the text index, as tantivy wrote them.
//!
//! tantivy does not check its files, so they are hashed before it reads them: at the first search, not at
//! `open`, whose cost must not depend on their size.

use std::path::PathBuf;

use tantivy::directory::OwnedBytes;
use twox_hash::XxHash3_64;

use super::manifest::hex;
use super::{Opening, manifest};
use crate::error::{Error, Result};
use crate::search::{TEXT_FILES, TextFiles};

/// The folder in that of the generation.
pub(super) const FOLDER: &str = "text";

/// The path of a file of the text index within the folder of a generation, as the manifest has it.
pub(super) fn path_of(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// The files, open.
#[derive(Debug)]
pub(super) struct OpenText {
    folder: PathBuf,
    files: TextFiles,
    hashes: Vec<String>,
}

impl OpenText {
    /// Opens the files that the manifest lists.
    pub(super) fn open(opening: &mut Opening<'_>) -> Result<Self> {
        let folder = opening.path.join(opening.manifest.folder()).join(FOLDER);
        let (mut files, mut hashes) = (TextFiles::new(), Vec::new());
        for name in TEXT_FILES {
            let (_, bytes) = opening.bytes(&path_of(name))?;
            files.insert(name.to_owned(), OwnedBytes::new(bytes));
            hashes.push(opening.manifest.file(opening.path, &path_of(name))?.xxh3_64.clone());
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
