//! A new index takes the place of the old one while requests go on.
//!
//! The new one is opened beside the old one and every byte of it checked; then it answers. The old one goes when the
//! last request that it answers ends. One that is damaged is refused, and the old one goes on.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use segue::Index;
use tokio::sync::mpsc;
use tokio::sync::oneshot;

use crate::keys::Keys;
use crate::metrics::Reloaded;
use crate::service::Service;

/// An order to reload, and where to tell what came of it.
#[derive(Debug)]
pub(crate) struct Order(oneshot::Sender<Result<u64, String>>);

/// Where orders are given.
#[derive(Debug, Clone)]
pub(crate) struct Orders(mpsc::Sender<Order>);

impl Orders {
    /// The generation that answers after a reload.
    ///
    /// # Errors
    /// Why the old one goes on.
    pub(crate) async fn reload(&self) -> Result<u64, String> {
        let (tell, told) = oneshot::channel();
        let gone = |_| "the service is ending".to_owned();
        self.0.send(Order(tell)).await.map_err(|_| "the service is ending".to_owned())?;
        told.await.map_err(gone)?
    }
}

/// Where orders are taken.
#[derive(Debug)]
pub(crate) struct Reloader {
    service: Arc<Service>,
    orders: mpsc::Receiver<Order>,
    /// The manifest as it was when it was last looked at.
    seen: Option<Seen>,
}

/// What tells one manifest's file from another without reading it.
type Seen = (SystemTime, u64, u64);

impl Reloader {
    pub(crate) fn new(service: Arc<Service>) -> (Self, Orders) {
        let (send, orders) = mpsc::channel(8);
        (Self { service, orders, seen: None }, Orders(send))
    }

    /// Opens the index anew whenever it is replaced or somebody orders it, one at a time, for ever.
    pub(crate) async fn run(mut self) {
        let interval = Duration::from_secs_f64(self.service.config.watch_interval);
        loop {
            let order = tokio::time::timeout(interval, self.orders.recv()).await;
            let seen = self.look().await;
            match order {
                Ok(None) => return,
                Ok(Some(Order(tell))) => {
                    self.seen = seen;
                    let keys = self.reread_keys().await;
                    let opened = self.reopen().await;
                    // Nobody waits for the end of a reload by a signal.
                    _ = tell.send(keys.and(opened));
                }
                // A folder that is gone or about to be written is looked at again.
                Err(_) if seen.is_some() && (seen != self.seen || self.service.is_changed()) => {
                    self.seen = seen;
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
        self.seen = self.look().await;
        self.open().await
    }

    /// What is there, by a thread that may wait: a disk may be far away.
    async fn look(&self) -> Option<Seen> {
        let service = Arc::clone(&self.service);
        tokio::task::spawn_blocking(move || look(&service.config.index)).await.ok().flatten()
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

    async fn reopen(&self) -> Result<u64, String> {
        let opened = self.open().await;
        match &opened {
            Ok(_) => self.service.metrics.reloaded(Reloaded::Swapped),
            Err(problem) => {
                self.service.metrics.reloaded(Reloaded::Refused);
                tracing::error!(problem, "the new index is refused, the one before goes on");
            }
        }
        opened
    }

    async fn open(&self) -> Result<u64, String> {
        let service = Arc::clone(&self.service);
        let opening = tokio::task::spawn_blocking(move || {
            let path = &service.config.index;
            if !path.is_dir() {
                return Err(format!(
                    "{} is no folder of an index, so it cannot be opened anew",
                    path.display()
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

fn look(index: &Path) -> Option<Seen> {
    let manifest = std::fs::metadata(index.join("manifest.json")).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&manifest);
    #[cfg(not(unix))]
    let number = 0;
    Some((manifest.modified().ok()?, manifest.len(), number))
}
