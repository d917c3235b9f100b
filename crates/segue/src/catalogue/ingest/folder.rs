//! Folders of files of tracks as one input, as Spark, Dask and DuckDB write them: which files they have, and which columns
//! the names of folders say. What is in the files is not known here.

use std::fs;
use std::path::{Path, PathBuf};

use super::table::WANTED;
use crate::error::{Error, Result};

/// What makes a folder an index, which is no folder of tracks: the lock of its builds, and how the folder of one begins.
const INDEX_GENERATION: &str = "generation-";
pub(crate) const INDEX_LOCK: &str = "build.lock";

/// The value of a folder's column where rows have none.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";

/// A column that a folder's name says of all rows below it: `genre=rock`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderColumn {
    pub(crate) name: String,
    /// `None` if it is missing.
    pub(crate) value: Option<String>,
}

/// A file of a folder, with the columns that the folders around it say, the outermost first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) columns: Vec<FolderColumn>,
    pub(super) bytes: u64,
}

/// Whether a folder is an index, whole or not: it has the lock of its builds, or the folder of one. A manifest alone may be
/// that of anything.
fn is_index(folder: &Path) -> bool {
    let is_generation = |entry: fs::DirEntry| {
        entry.file_name().to_string_lossy().starts_with(INDEX_GENERATION) && entry.path().is_dir()
    };
    folder.join(INDEX_LOCK).is_file()
        || fs::read_dir(folder).into_iter().flatten().flatten().any(is_generation)
}

/// Whether a path is that of a folder which has something to read, and is no index.
pub(super) fn has_parts(folder: &Path) -> bool {
    let visible = |entry: fs::DirEntry| !is_skipped(&entry.file_name().to_string_lossy());
    folder.is_dir() && !is_index(folder) && fs::read_dir(folder).into_iter().flatten().flatten().any(visible)
}

/// The files of a folder and of those in it, in the order of their names.
///
/// What Spark does not read is passed over: names that begin with a dot, or with an underscore unless they are a
/// column's, such as `_SUCCESS`, and files without any byte. So are indexes.
pub(super) fn parts(folder: &Path) -> Result<Vec<Part>> {
    let name = folder.display().to_string();
    if is_index(folder) {
        return Err(Error::input(&name, format!("is an index, {WANTED}")));
    }
    let mut listing = Listing::default();
    listing.add(folder, &[])?;
    if listing.parts.is_empty() {
        return Err(Error::input(&name, format!("is a folder without files of tracks, {WANTED}")));
    }
    Ok(listing.parts)
}

#[derive(Default)]
struct Listing {
    parts: Vec<Part>,
    /// The folders that are being listed, without links, to notice a link that leads back.
    around: Vec<PathBuf>,
}

impl Listing {
    fn add(&mut self, folder: &Path, columns: &[FolderColumn]) -> Result<()> {
        let cannot = |error| Error::io("read", folder, error);
        let canonical = folder.canonicalize().map_err(cannot)?;
        if self.around.contains(&canonical) {
            return Err(Error::input(&folder.display().to_string(), "is a link to a folder that it lies in"));
        }
        // The logs of these say which of the files count.
        for (log, kind) in [("_delta_log", "Delta"), (".hoodie", "Hudi")] {
            if folder.join(log).is_dir() {
                let problem = format!("is a {kind} table, in which not all files are current; {WANTED}");
                return Err(Error::input(&folder.display().to_string(), problem));
            }
        }
        self.around.push(canonical);
        let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>());
        let mut names: Vec<_> = entries.map_err(cannot)?.iter().map(fs::DirEntry::file_name).collect();
        names.sort_unstable();
        for name in names {
            let (text, path) = (name.to_string_lossy(), folder.join(&name));
            if is_skipped(&text) {
                continue;
            }
            let metadata = fs::metadata(&path).map_err(|error| Error::io("read", &path, error))?;
            if metadata.is_dir() {
                if !is_index(&path) {
                    self.add(&path, &with(columns, column(&text)))?;
                }
            } else if !metadata.is_file() {
                let problem = "is neither a file nor a folder; move it out of the folder of tracks";
                return Err(Error::input(&path.display().to_string(), problem));
            } else if metadata.len() > 0 {
                self.parts.push(Part { path, columns: columns.to_vec(), bytes: metadata.len() });
            }
        }
        self.around.pop();
        Ok(())
    }
}

fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || name.starts_with('_') && !name.contains('=')
}

/// The column that a folder's name says, if it says one.
fn column(name: &str) -> Option<FolderColumn> {
    let (name, value) = name.split_once('=').filter(|(name, _)| !name.is_empty())?;
    let value = (value != MISSING).then(|| decoded(value));
    Some(FolderColumn { name: decoded(name), value })
}

/// Adds a column; of two of the same name the inner folder's counts.
fn with(columns: &[FolderColumn], column: Option<FolderColumn>) -> Vec<FolderColumn> {
    let is_other = |known: &&FolderColumn| column.as_ref().is_none_or(|column| column.name != known.name);
    columns.iter().filter(is_other).cloned().chain(column.clone()).collect()
}

/// Replaces `%20` and the like by the bytes that they stand for; what is no such escape stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = match (byte, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*byte));
        rest = after.get(if escaped.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, and what is listed of it.
    fn listed(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Vec<Part>>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let parts = parts(folder.path());
        (folder, parts)
    }

    fn names(files: &[(&str, &str)]) -> Vec<String> {
        let (folder, parts) = listed(files);
        let name = |part: Part| part.path.strip_prefix(folder.path()).unwrap().display().to_string();
        parts.unwrap().into_iter().map(name).collect()
    }

    #[test]
    fn files_are_read_in_the_order_of_their_names_and_marks_of_writers_are_not() {
        let found = names(&[
            ("part-00010.csv", "x"),
            ("part-00002.csv", "x"),
            ("_SUCCESS", ""),
            ("_metadata", "x"),
            (".part-00002.csv.crc", "x"),
            ("_temporary/0/part-9.csv", "x"),
            ("part-00003.csv", ""),
            ("a/z.csv", "x"),
            ("_k=1/y.csv", "x"),
            ("music.segue/manifest.json", "x"),
            ("music.segue/generation-1/tracks.arrow", "x"),
            ("begun.segue/build.lock", ""),
            ("begun.segue/x.csv", "x"),
            ("own/manifest.json", "x"),
        ]);
        let expected = ["_k=1/y.csv", "a/z.csv", "own/manifest.json", "part-00002.csv", "part-00010.csv"];
        assert_eq!(found, expected);
    }

    #[test]
    fn names_of_folders_are_columns() {
        let file = "genre=r%26b%20100%25%/year=__HIVE_DEFAULT_PARTITION__/year=1999/a%3Db=c=d/x%2Fy/1.csv";
        let (_folder, parts) = listed(&[(file, "x"), ("=odd/2.csv", "x")]);
        let column = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
        let found: Vec<Vec<_>> = parts
            .unwrap()
            .into_iter()
            .map(|part| part.columns.into_iter().map(|column| (column.name, column.value)).collect())
            .collect();
        let expected = vec![
            column("genre", Some("r&b 100%%")),
            column("year", Some("1999")),
            column("a=b", Some("c=d")),
        ];
        assert_eq!(found, [vec![], expected]);
        let (_folder, parts) = listed(&[("year=__HIVE_DEFAULT_PARTITION__/1.csv", "x")]);
        assert_eq!(parts.unwrap()[0].columns[0].value, None);
        assert_eq!(
            (decoded("%ff"), decoded("%zz%4"), decoded("%C3%A9")),
            ("%ff".into(), "%zz%4".into(), "é".into())
        );
    }

    #[test]
    fn folders_that_are_no_input_say_why() {
        for (files, problem) in [
            (&[][..], "is a folder without files of tracks"),
            (&[("_SUCCESS", ""), ("a/.x", "x"), ("part.csv", "")], "is a folder without files of tracks"),
            (&[("build.lock", ""), ("a.csv", "x")], "is an index"),
            (&[("_delta_log/0.json", "{}"), ("a.parquet", "x")], "is a Delta table"),
        ] {
            let (folder, found) = listed(files);
            let error = found.unwrap_err().to_string();
            assert!(error.starts_with(&format!("{}: {problem}", folder.path().display())), "{error}");
        }
        assert!(parts(Path::new("no/such/folder")).unwrap_err().is_not_found());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        use std::os::unix::fs::symlink;
        let (folder, _) = listed(&[("a/1.csv", "x"), ("b/2.csv", "x")]);
        symlink("../a", folder.path().join("b/more")).unwrap();
        assert_eq!(parts(folder.path()).unwrap().len(), 3);
        symlink("..", folder.path().join("b/up")).unwrap();
        let error = parts(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("b/up: is a link to a folder that it lies in"), "{error}");
    }
}
