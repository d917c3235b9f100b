//! Reloads the index without downtime: when its manifest changes, on SIGHUP, and on `/admin/reload`, which also reload
//! the API keys.
//!
//! The new index is opened beside the old one, every byte of it is verified, and then it is swapped in. The old one is
//! unmapped when its last request ends. A damaged index is refused and the old one stays in service; opening is retried
//! with exponential backoff, since the files may still be being copied.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use segue::Index;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

use crate::keys::Keys;
use crate::metrics::Reloaded;
use crate::service::Service;

/// A request to reload, and where to send its result.
#[derive(Debug)]
pub(crate) struct ReloadRequest(oneshot::Sender<Result<u64, String>>);

/// The sending side: requests reloads.
#[derive(Debug, Clone)]
pub(crate) struct ReloadHandle(mpsc::Sender<ReloadRequest>);

impl ReloadHandle {
    /// Reloads; returns the generation now being served.
    ///
    /// # Errors
    /// Why the keys or the index could not be reloaded.
    pub(crate) async fn reload(&self) -> Result<u64, String> {
        let (reply, result) = oneshot::channel();
        let gone = |_| "the service is ending".to_owned();
        self.0.send(ReloadRequest(reply)).await.map_err(|_| "the service is ending".to_owned())?;
        result.await.map_err(gone)?
    }
}

/// The receiving side: watches the index and reloads it.
#[derive(Debug)]
pub(crate) struct Reloader {
    service: Arc<Service>,
    requests: mpsc::Receiver<ReloadRequest>,
    /// The manifest when the index was last opened.
    stamp: Option<ManifestStamp>,
    /// Set if the index was refused when it was last opened.
    refused: Option<Refusal>,
}

/// Why an index was refused, and when it is retried.
#[derive(Debug)]
struct Refusal {
    problem: String,
    wait: Duration,
    again: Instant,
}

impl Refusal {
    const FIRST_WAIT: Duration = Duration::from_secs(1);
    const LONGEST_WAIT: Duration = Duration::from_secs(60);

    fn new(problem: String) -> Self {
        Self { problem, wait: Self::FIRST_WAIT, again: Instant::now() + Self::FIRST_WAIT }
    }

    /// Refused again for the same reason: doubles the wait.
    fn again(self) -> Self {
        let wait = (self.wait * 2).min(Self::LONGEST_WAIT);
        Self { wait, again: Instant::now() + wait, ..self }
    }
}

/// Identifies a manifest file without reading it: modification time, size, inode.
type ManifestStamp = (SystemTime, u64, u64);

impl Reloader {
    pub(crate) fn new(service: Arc<Service>) -> (Self, ReloadHandle) {
        let (send, requests) = mpsc::channel(8);
        (Self { service, requests, stamp: None, refused: None }, ReloadHandle(send))
    }

    /// Reopens the index when it is replaced, when a retry is due, when its files were changed in place, or on request;
    /// one at a time, until every [`ReloadHandle`] is dropped.
    pub(crate) async fn run(mut self) {
        let interval = Duration::from_secs_f64(self.service.config.watch_interval);
        loop {
            let request = tokio::time::timeout(interval, self.requests.recv()).await;
            let stamp = self.stat_manifest().await;
            match request {
                Ok(None) => return,
                Ok(Some(ReloadRequest(reply))) => {
                    self.stamp = stamp;
                    self.refused = None;
                    let keys = self.reread_keys().await;
                    let opened = self.reopen().await;
                    // Sending fails if the client has disconnected.
                    _ = reply.send(keys.and(opened));
                }
                // Without a manifest, wait: the folder is missing or being written.
                Err(_) if stamp.is_some() && (stamp != self.stamp || self.is_due()) => {
                    self.stamp = stamp;
                    _ = self.reopen().await;
                }
                Err(_) => {}
            }
        }
    }

    /// Opens the index for the first time.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub(crate) async fn first(&mut self) -> Result<u64, String> {
        self.stamp = self.stat_manifest().await;
        self.open().await
    }

    /// Stats the manifest on a blocking thread: the folder may be on a network file system.
    async fn stat_manifest(&self) -> Option<ManifestStamp> {
        let service = Arc::clone(&self.service);
        tokio::task::spawn_blocking(move || stat_manifest(&service.config.index)).await.ok().flatten()
    }

    async fn reread_keys(&self) -> Result<(), String> {
        let service = Arc::clone(&self.service);
        let read = tokio::task::spawn_blocking(move || Keys::read(&service.config)).await;
        match read.unwrap_or_else(|_| Err("reading them panicked".into())) {
            Ok(keys) => {
                self.service.keys.store(Arc::new(keys));
                Ok(())
            }
            Err(problem) => {
                tracing::error!(problem, "the keys are not reloaded, those before still count");
                Err(problem)
            }
        }
    }

    /// Whether the index is to be reopened although its manifest is the same.
    fn is_due(&self) -> bool {
        match &self.refused {
            Some(refusal) => Instant::now() >= refusal.again,
            None => self.service.is_changed(),
        }
    }

    /// Reopens the index and counts the result. A refusal is logged unless the last one had the same reason.
    async fn reopen(&mut self) -> Result<u64, String> {
        let opened = self.open().await;
        self.refused = match (&opened, self.refused.take()) {
            (Ok(_), _) => {
                self.service.metrics.reloaded(Reloaded::Swapped);
                None
            }
            (Err(problem), Some(refusal)) if refusal.problem == *problem => {
                self.service.metrics.reloaded(Reloaded::Refused);
                Some(refusal.again())
            }
            (Err(problem), _) => {
                self.service.metrics.reloaded(Reloaded::Refused);
                tracing::error!(problem, "the new index is refused and tried again, the one before goes on");
                Some(Refusal::new(problem.clone()))
            }
        };
        opened
    }

    async fn open(&self) -> Result<u64, String> {
        let service = Arc::clone(&self.service);
        let opening = tokio::task::spawn_blocking(move || {
            let path = &service.config.index;
            if !path.is_dir() {
                let path = path.display();
                return Err(format!(
                    "there is no index at {path}; make one: segue build TRACKS.csv -o {path}"
                ));
            }
            let index = match service.config.in_memory {
                true => Index::read(path),
                false => Index::open_verified(path),
            };
            let index = index.map_err(|error| error.to_string())?;
            let (generation, tracks) = (index.generation().unwrap_or_default(), index.len());
            service.serve_index(index).map_err(|error| error.to_string())?;
            tracing::info!(generation, tracks, "the index is open");
            Ok(generation)
        });
        opening.await.unwrap_or_else(|_| Err("opening it panicked".into()))
    }
}

fn stat_manifest(index: &Path) -> Option<ManifestStamp> {
    let manifest = std::fs::metadata(index.join("manifest.json")).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&manifest);
    #[cfg(not(unix))]
    let number = 0;
    Some((manifest.modified().ok()?, manifest.len(), number))
}
