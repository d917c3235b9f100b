//! Running the engine: without the interpreter's lock, in our own pool of threads, and so that it can be stopped.
//!
//! A forked process has none of its parent's threads, so a pool of the parent would never answer in it. The pool is
//! therefore that of one process: whoever finds that of another makes a new one. Pools are only looked up while the
//! interpreter's lock is held, which also whoever forks holds, so no other thread can be in the middle of that.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBool;
use rayon::{ThreadPool, ThreadPoolBuilder};
use segue::{Progress, Stage};

use crate::faults::exception;

/// The pools of one process, by their numbers of threads; 0 for as many as there are processors.
struct Pools {
    process: u32,
    made: Vec<(usize, Arc<ThreadPool>)>,
    /// The threads of the pool that is used where none is named.
    threads: usize,
}

static POOLS: Mutex<Pools> = Mutex::new(Pools { process: 0, made: Vec::new(), threads: 0 });

/// More threads than any machine has use for; so many as are asked for by mistake could stop it.
const MOST_THREADS: usize = 1_024;

/// So many pools are kept.
const MOST_POOLS: usize = 4;

/// A number of threads as Python gives it.
fn checked(threads: Option<usize>) -> PyResult<Option<usize>> {
    match threads {
        Some(wrong) if !(1..=MOST_THREADS).contains(&wrong) => {
            Err(PyValueError::new_err(format!("{wrong} threads, 1 to {MOST_THREADS} were wanted")))
        }
        threads => Ok(threads),
    }
}

/// A pool of this process.
fn pool(_held: Python<'_>, threads: Option<usize>) -> PyResult<Arc<ThreadPool>> {
    let threads = checked(threads)?;
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if pools.process != process {
        // The threads of a parent process are not here to be ended.
        std::mem::forget(std::mem::take(&mut pools.made));
        pools.process = process;
    }
    let threads = threads.unwrap_or(pools.threads);
    if let Some((_, pool)) = pools.made.iter().find(|(known, _)| *known == threads) {
        return Ok(Arc::clone(pool));
    }
    let new = Arc::new(made(threads)?);
    if pools.made.len() >= MOST_POOLS {
        // Whoever works in it keeps it until they are done.
        pools.made.remove(0);
    }
    pools.made.push((threads, Arc::clone(&new)));
    Ok(new)
}

fn made(threads: usize) -> PyResult<ThreadPool> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|at| format!("segue-{at}")).build();
    pool.map_err(|error| PyRuntimeError::new_err(format!("cannot start threads: {error}")))
}

/// Set how many threads the work may use.
///
/// Parameters
/// ----------
/// n : int or None
///     1 to 1,024; None for as many as there are processors, which is the default.
///
/// Raises
/// ------
/// ValueError
///     If n is out of range.
///
/// Examples
/// --------
/// >>> import segue
/// >>> segue.set_threads(1)
/// >>> segue.set_threads(None)
#[pyfunction]
#[pyo3(signature = (n))]
pub(crate) fn set_threads(n: Option<usize>) -> PyResult<()> {
    let n = checked(n)?;
    POOLS.lock().unwrap_or_else(PoisonError::into_inner).threads = n.unwrap_or(0);
    Ok(())
}

/// Does short work in the pool, without the interpreter's lock.
pub(crate) fn run<T: Send>(py: Python<'_>, work: impl FnOnce() -> segue::Result<T> + Send) -> PyResult<T> {
    run_with(py, None, work)
}

/// The same with so many threads.
pub(crate) fn run_with<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    work: impl FnOnce() -> segue::Result<T> + Send,
) -> PyResult<T> {
    try_run_with(py, threads, work)?.map_err(|error| exception(py, error))
}

/// The same, for who makes an exception of their own of an error.
pub(crate) fn try_run_with<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    let pool = pool(py, threads)?;
    Ok(py.detach(|| pool.install(work)))
}

/// How long a signal, or the next report of progress, may have to wait.
const PAUSE: Duration = Duration::from_millis(50);

/// Does long work in the pool, and meanwhile reports its progress and heeds signals: what a report raises, or the handler
/// of a signal, stops the work.
pub(crate) fn run_long<T: Send>(
    py: Python<'_>,
    report: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&dyn Progress) -> segue::Result<T> + Send,
) -> PyResult<T> {
    run_long_in(py, &*pool(py, None)?, report, work)
}

/// The same in a pool of its own, for reading: a source may be a generator of Python, which may itself ask this package and
/// would wait for a thread that waits for it.
pub(crate) fn run_apart<T: Send>(
    py: Python<'_>,
    report: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&dyn Progress) -> segue::Result<T> + Send,
) -> PyResult<T> {
    let threads = POOLS.lock().unwrap_or_else(PoisonError::into_inner).threads;
    run_long_in(py, &made(threads)?, report, work)
}

/// The same in a pool of so many threads.
pub(crate) fn run_long_with<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    report: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&dyn Progress) -> segue::Result<T> + Send,
) -> PyResult<T> {
    run_long_in(py, &*pool(py, threads)?, report, work)
}

fn run_long_in<T: Send>(
    py: Python<'_>,
    pool: &ThreadPool,
    report: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&dyn Progress) -> segue::Result<T> + Send,
) -> PyResult<T> {
    let mut teller = Teller::new(report)?;
    let told = Told::default();
    std::thread::scope(|scope| {
        let (done, result) = mpsc::channel();
        let told_too = &told;
        let worker = scope.spawn(move || {
            // Fails only if nobody waits any more.
            _ = done.send(pool.install(|| work(told_too)));
        });
        // Not to be shared between threads, and one at a time is enough.
        let result = Mutex::new(result);
        let mut raised = None;
        loop {
            let next =
                py.detach(|| result.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(PAUSE));
            // What is done can be stopped no more, so nobody is asked.
            let heard = match (&next, teller.is_ours) {
                (Err(_), _) | (Ok(_), true) => py.check_signals().and_then(|()| teller.tell(&told)),
                (Ok(_), false) => Ok(()),
            };
            if let Err(error) = heard {
                told.stopped.store(true, Ordering::Relaxed);
                raised.get_or_insert(error);
            }
            match (next, raised.take()) {
                (Ok(Ok(value)), None) => break Ok(value),
                (Ok(Err(error)), None) => break Err(exception(py, error)),
                // Stopped, or done before it could be.
                (Ok(_), Some(error)) => break Err(error),
                (Err(mpsc::RecvTimeoutError::Timeout), error) => raised = error,
                (Err(mpsc::RecvTimeoutError::Disconnected), error) => {
                    // It has panicked; joined here, so that the scope does not panic too.
                    _ = worker.join();
                    break Err(error.unwrap_or_else(|| {
                        PyRuntimeError::new_err("a bug of segue: the work has panicked")
                    }));
                }
            }
        }
    })
}

/// What the work has reported.
#[derive(Default)]
struct Told {
    /// The stage, how much of it is done, and the total if it is known.
    stage: Mutex<Option<(Stage, u64, Option<u64>)>>,
    stopped: AtomicBool,
}

impl Progress for Told {
    fn start(&self, stage: Stage, total: Option<u64>) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some((stage, 0, total));
    }

    fn advance(&self, amount: u64) {
        if let Some((_, done, total)) = &mut *self.stage.lock().unwrap_or_else(PoisonError::into_inner) {
            // Totals may be estimates.
            *done = done.saturating_add(amount).min(total.unwrap_or(u64::MAX));
        }
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Calls what Python gave for reports: `(stage, done, total)`.
struct Teller<'py> {
    call: Option<Bound<'py, PyAny>>,
    /// Bars of ours, which are to be closed.
    is_ours: bool,
    last: Option<(Stage, u64)>,
}

impl<'py> Teller<'py> {
    fn new(report: Option<&Bound<'py, PyAny>>) -> PyResult<Self> {
        let (call, is_ours) = match report.filter(|report| !report.is_none()) {
            None => (None, false),
            Some(report) => match report.cast::<PyBool>() {
                Ok(shown) if shown.is_true() => {
                    (Some(report.py().import("segue._progress")?.getattr("Bars")?.call0()?), true)
                }
                Ok(_) => (None, false),
                Err(_) => (Some(report.clone()), false),
            },
        };
        Ok(Self { call, is_ours, last: None })
    }

    fn tell(&mut self, told: &Told) -> PyResult<()> {
        let Some(call) = &self.call else { return Ok(()) };
        let Some((stage, done, total)) = *told.stage.lock().unwrap_or_else(PoisonError::into_inner) else {
            return Ok(());
        };
        if self.last.replace((stage, done)) != Some((stage, done)) {
            call.call1((name(stage), done, total))?;
        }
        Ok(())
    }
}

impl Drop for Teller<'_> {
    fn drop(&mut self) {
        if let Some(bars) = self.call.as_ref().filter(|_| self.is_ours) {
            // A bar that cannot be closed is no reason to fail.
            _ = bars.call_method0("close");
        }
    }
}

/// The name of a stage.
fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Reading => "reading",
        Stage::Vectors => "vectors",
        Stage::Texts => "texts",
        Stage::Writing => "writing",
        Stage::Neighbours => "neighbours",
        Stage::Generating => "generating",
        Stage::Training => "training",
        _ => "working",
    }
}

/// Writes a file that appears only when it is complete.
pub(crate) fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> segue::Result<T>,
) -> segue::Result<T> {
    let failed = |source| unwritten(path, source);
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        // A pipe or a device is written to as it is.
        let mut out = BufWriter::new(File::options().write(true).open(path).map_err(failed)?);
        let written = write(&mut out)?;
        return out.flush().map(|()| written).map_err(failed);
    }
    // Of a link the target is replaced.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let partial = builder.prefix(".segue-").suffix(".partial").tempfile_in(folder).map_err(failed)?;
    let (file, partial) = partial.into_parts();
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let written = write(&mut out)?;
    let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    drop(file);
    partial.persist(path).map_err(|error| failed(error.error))?;
    Ok(written)
}

/// The error that a file cannot be written.
pub(crate) fn unwritten(path: &Path, source: io::Error) -> segue::Error {
    segue::Error::Io { action: "write", path: path.display().to_string(), source }
}
