//! Removes partially written files when SIGINT, SIGTERM or SIGHUP ends the process.
//!
//! SIGKILL leaves them; the next build removes what a killed one left in the index.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

/// Attempts to remove the folder of an index, with a pause between them.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// What the signal handler removes.
static UNFINISHED: Mutex<Vec<Unfinished>> = Mutex::new(Vec::new());

#[derive(Debug, Clone, PartialEq, Eq)]
enum Unfinished {
    /// A file under a temporary name.
    File(PathBuf),
    /// The folder of a new index, then those of its ancestors that did not exist before.
    Index(Vec<PathBuf>),
}

/// A guard: while it lives, a signal that ends the process first removes its file or folder.
#[derive(Debug)]
#[must_use]
pub(crate) struct CleanupOnSignal(Unfinished);

impl CleanupOnSignal {
    /// Removes a file.
    pub(crate) fn file(path: &Path) -> Self {
        Self::new(Unfinished::File(path.to_owned()))
    }

    /// Removes the folder of an index and its ancestors, as far as they do not exist now.
    pub(crate) fn new_index(path: &Path) -> Self {
        let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        Self::new(Unfinished::Index(path.ancestors().take_while(is_missing).map(Path::to_owned).collect()))
    }

    fn new(unfinished: Unfinished) -> Self {
        static LISTENING: Once = Once::new();
        LISTENING.call_once(listen);
        UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).push(unfinished.clone());
        Self(unfinished)
    }
}

impl Drop for CleanupOnSignal {
    fn drop(&mut self) {
        let mut all = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = all.iter().position(|other| *other == self.0) {
            all.swap_remove(at);
        }
    }
}

/// Handles the signals on a thread: removes what is unfinished, then applies the signal's default action.
#[cfg(unix)]
fn listen() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // Signals that were ignored at start, for example by `nohup`, stay ignored.
    let handled = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    // If no handler can be installed, signals end the process without cleaning up.
    let Ok(mut signals) = Signals::new(handled) else { return };
    let wait = move || {
        for signal in signals.forever() {
            // Held until the process ends, so that no guard is dropped meanwhile.
            let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
            unfinished.iter().for_each(Unfinished::remove);
            _ = emulate_default_handler(signal);
        }
    };
    _ = std::thread::Builder::new().name("signals".into()).spawn(wait);
}

/// Whether the process ignores a signal, from `/proc`; false on other systems than Linux.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (signal - 1) & 1 == 1
}

#[cfg(not(unix))]
fn listen() {}

impl Unfinished {
    #[cfg_attr(not(unix), allow(dead_code))]
    fn remove(&self) {
        match self {
            Self::File(path) => _ = std::fs::remove_file(path),
            Self::Index(folders) => {
                let Some(index) = folders.first() else { return };
                // The build is still running on other threads, and may create a file in the folder meanwhile.
                for _ in 0..TRIES {
                    let is_whole = index.join("manifest.json").exists();
                    if is_whole || std::fs::remove_dir_all(index).is_ok() || !index.exists() {
                        break;
                    }
                    std::thread::sleep(PAUSE);
                }
                // Ancestors are removed only if they are empty.
                folders.iter().skip(1).for_each(|folder| _ = std::fs::remove_dir(folder));
            }
        }
    }
}

/// Handles SIGXFSZ, so that writing beyond `ulimit -f` is an error instead of the end of the process.
pub(crate) fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        let noticed = std::sync::Arc::default();
        // Fails only where the signal does not exist.
        _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, noticed);
    }
}
