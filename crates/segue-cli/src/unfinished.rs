//! What is being written and not yet whole: it is removed if the process is told to end (SIGINT, SIGTERM, SIGHUP).
//!
//! A process that is killed at once (SIGKILL) leaves it; a build removes the debris of the one before.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

/// So often is the folder of an index tried to be removed, with a pause between.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// What is there to be removed.
static UNFINISHED: Mutex<Vec<Unfinished>> = Mutex::new(Vec::new());

#[derive(Debug, Clone, PartialEq, Eq)]
enum Unfinished {
    /// A file under a temporary name.
    File(PathBuf),
    /// The folder of an index that was not there before; the innermost of some folders that were not, either.
    Index(Vec<PathBuf>),
}

/// As long as it lives, a signal that ends the process removes something first.
#[derive(Debug)]
#[must_use]
pub(crate) struct RemovedOnSignal(Unfinished);

impl RemovedOnSignal {
    /// Removes a file.
    pub(crate) fn file(path: &Path) -> Self {
        Self::new(Unfinished::File(path.to_owned()))
    }

    /// Removes the folder of an index and those that lead to it, as far as none of them is there now.
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

impl Drop for RemovedOnSignal {
    fn drop(&mut self) {
        let mut all = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = all.iter().position(|other| *other == self.0) {
            all.swap_remove(at);
        }
    }
}

/// Waits for the signals on a thread of its own, removes what is unfinished, and lets the signal do what it does.
#[cfg(unix)]
fn listen() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // What the process was started to ignore, as by `nohup`, stays ignored.
    let heeded = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    // Where signals cannot be listened for, they end the process as ever.
    let Ok(mut signals) = Signals::new(heeded) else { return };
    let wait = move || {
        for signal in signals.forever() {
            // Held to the end, so that nothing is taken off the list meanwhile.
            let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
            unfinished.iter().for_each(Unfinished::remove);
            _ = emulate_default_handler(signal);
        }
    };
    _ = std::thread::Builder::new().name("signals".into()).spawn(wait);
}

/// Whether the process ignores a signal, as Linux tells it; elsewhere no.
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
                // The threads that build go on meanwhile, and may make another file in a folder that is being removed.
                for _ in 0..TRIES {
                    let is_whole = index.join("manifest.json").exists();
                    if is_whole || std::fs::remove_dir_all(index).is_ok() || !index.exists() {
                        break;
                    }
                    std::thread::sleep(PAUSE);
                }
                // Those around it only if nothing else is in them.
                folders.iter().skip(1).for_each(|folder| _ = std::fs::remove_dir(folder));
            }
        }
    }
}

/// Makes writing beyond the limit on the size of files (`ulimit -f`) an error instead of a sudden end.
pub(crate) fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        let noticed = std::sync::Arc::default();
        // Only Unix systems without the signal refuse, and they need nothing.
        _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, noticed);
    }
}
