//! Where tests find data that is not part of the project.

use std::io::Write;
use std::path::PathBuf;

/// A file of the shared data, or `None` with a word on standard error where there is none.
///
/// The data lies in the folder that `SEGUE_SHARED` names, `../shared` beside the project if it is not set.
/// With `SEGUE_TEST_ALL` set, a missing file fails the test instead of skipping it.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("SEGUE_SHARED").map_or(beside, PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("SEGUE_TEST_ALL").is_none(), "{} is missing", path.display());
    // Written past the capture of the test runner, so that a skipped test is seen.
    _ = writeln!(std::io::stderr(), "SKIPPED: {} is not there", path.display());
    None
}
