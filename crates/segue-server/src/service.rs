//! The shared state of all requests: the index being served, the worker pool, API keys, metrics. Also the headers of
//! answers from an index: `ETag`, `Segue-Index`, caching.

use std::hash::Hasher;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use arc_swap::{ArcSwap, ArcSwapOption};
use axum::body::{Body, Bytes};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HOST, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use segue::map::Genres;
use segue::{Index, Query, Recommender, Row};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use twox_hash::XxHash3_64;

use crate::answer::{self, Answer};
use crate::columns::{self, ColumnFacts};
use crate::config::Config;
use crate::fault::{Fault, FaultKind};
use crate::keys::{AuthFailureLimiter, Keys};
use crate::log::LogSampler;
use crate::metrics::{Metrics, QueryKind};
use crate::names::Names;
use crate::work::WorkerPool;

/// The state of the service.
#[derive(Debug)]
pub struct Service {
    pub(crate) config: Config,
    pub(crate) metrics: Metrics,
    pub(crate) keys: ArcSwap<Keys>,
    pub(crate) auth_failures: AuthFailureLimiter,
    /// Sampled log lines: requests refused for overload or by a rate limit, and connections not accepted.
    pub(crate) overloaded: LogSampler,
    pub(crate) limited: LogSampler,
    pub(crate) unaccepted: LogSampler,
    /// Permits for playlist files, which may be much longer than other bodies.
    uploads: Arc<Semaphore>,
    current: ArcSwapOption<ServedIndex>,
    workers: WorkerPool,
}

/// An index being served, and what the service derives from it.
#[derive(Debug)]
pub(crate) struct ServedIndex {
    pub(crate) recommender: Recommender,
    /// Identifies the index, in `ETag`s and in the header `Segue-Index`.
    tag: String,
    /// When it was opened.
    pub(crate) since: SystemTime,
    pub(crate) names: Names,
    pub(crate) columns: Vec<ColumnFacts>,
    pub(crate) map_genres: Genres,
    /// The OpenAPI description with its columns, written when it is first asked for.
    pub(crate) description: OnceLock<Bytes>,
    /// Whether its files were changed in place; from then on every query gets 503 `index_changed`.
    is_changed: AtomicBool,
}

impl ServedIndex {
    pub(crate) fn new(index: Index) -> Result<Self, segue::Error> {
        let since = SystemTime::now();
        let tag = match (index.generation(), index.checksum()) {
            (Some(generation), Some(checksum)) => format!("{generation}-{checksum}"),
            // In memory: unique to this process.
            _ => {
                let since = since.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
                format!("memory-{}-{since}", std::process::id())
            }
        };
        let recommender = Recommender::new(index);
        recommender.prepare()?;
        let names = Names::of(&recommender)?;
        let columns = columns::of(recommender.index().catalogue())?;
        let map_genres = Genres::of(recommender.index())?;
        let (description, is_changed) = (OnceLock::new(), AtomicBool::new(false));
        Ok(Self { recommender, tag, since, names, columns, map_genres, description, is_changed })
    }

    /// Runs a query, and discards its answer if the files of the index were changed meanwhile.
    fn answer<T>(&self, question: impl FnOnce(&Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.is_changed.load(Ordering::Relaxed) {
            return Err(changed());
        }
        // A changed file may hold any bytes, including such that make a reader panic.
        let answer = catch_unwind(AssertUnwindSafe(|| question(self)));
        match (self.recommender.index().check_unchanged(), answer) {
            (Ok(()), Ok(answer)) => answer,
            (Ok(()), Err(panic)) => resume_unwind(panic),
            (Err(problem), _) => {
                if !self.is_changed.swap(true, Ordering::Relaxed) {
                    tracing::error!(%problem, "the index answers nothing any more, until it is opened anew");
                }
                Err(changed())
            }
        }
    }

    /// Sets the header that names the index that a response is from.
    fn name(&self, response: &mut Response) {
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            response.headers_mut().insert(SEGUE_INDEX, tag);
        }
    }

    /// The entity tag: a hash of the index, the version of Segue, the host, and the path with its query string.
    fn etag(&self, uri: &Uri, headers: &HeaderMap) -> String {
        let asked = uri.path_and_query().map_or("/", |asked| asked.as_str());
        let mut hash = XxHash3_64::new();
        let host = headers.get(HOST).map_or(&[][..], HeaderValue::as_bytes);
        for part in [self.tag.as_bytes(), VERSION.as_bytes(), host, asked.as_bytes()] {
            hash.write(part);
            hash.write_u8(0xff);
        }
        // Weak: the body may be compressed or not.
        let generation = self.recommender.index().generation().unwrap_or_default();
        format!("W/\"{generation}-{:016x}\"", hash.finish())
    }
}

fn changed() -> Fault {
    Fault::new(FaultKind::Changed, "the files of the index were changed while it was in use; ask again soon")
}

/// The most playlist files in memory.
const MAX_UPLOADS: usize = 4;

/// By it a client notices that the index was replaced.
const SEGUE_INDEX: HeaderName = HeaderName::from_static("segue-index");

/// Part of the `ETag`: another version may write another body.
const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Service {
    /// A service without an index; [`Self::serve_index`] sets it.
    ///
    /// # Errors
    /// An invalid setting, or an unreadable file of keys.
    pub fn new(config: Config) -> Result<Self, String> {
        config.check()?;
        let keys = Keys::read(&config)?;
        let workers = WorkerPool::new(&config)?;
        Ok(Self {
            metrics: Metrics::default(),
            keys: ArcSwap::from_pointee(keys),
            auth_failures: AuthFailureLimiter::default(),
            overloaded: LogSampler::default(),
            limited: LogSampler::default(),
            unaccepted: LogSampler::default(),
            uploads: Arc::new(Semaphore::new(MAX_UPLOADS)),
            current: ArcSwapOption::empty(),
            workers,
            config,
        })
    }

    /// Serves this index from now on. Requests in flight keep the one that they began with.
    ///
    /// # Errors
    /// [`segue::Error::Index`] if the index is damaged; the previous one stays in service.
    pub fn serve_index(&self, index: Index) -> Result<(), segue::Error> {
        let served = ServedIndex::new(index)?;
        self.metrics.opened(served.recommender.index(), served.since);
        self.current.store(Some(Arc::new(served)));
        Ok(())
    }

    /// The index being served.
    ///
    /// # Errors
    /// [`FaultKind::NotReady`] if there is none yet.
    pub(crate) fn served(&self) -> Result<Arc<ServedIndex>, Fault> {
        let none = || Fault::new(FaultKind::NotReady, "no index is open yet; ask again soon");
        self.current.load_full().ok_or_else(none)
    }

    /// Whether the files of the index being served were changed in place.
    pub(crate) fn is_changed(&self) -> bool {
        self.current.load().as_ref().is_some_and(|served| served.is_changed.load(Ordering::Relaxed))
    }

    /// A permit to hold a playlist file in memory.
    ///
    /// # Errors
    /// [`FaultKind::Overload`] if as many are held as may be.
    pub(crate) fn upload(&self) -> Result<OwnedSemaphorePermit, Fault> {
        let many = |_| Fault::new(FaultKind::Overload, "other playlists are being read; ask again soon");
        Arc::clone(&self.uploads).try_acquire_owned().map_err(many)
    }

    /// See [`WorkerPool::room`].
    pub(crate) async fn room(&self) -> Result<(), Fault> {
        self.workers.room().await
    }

    /// See [`WorkerPool::is_stalled`].
    pub(crate) fn is_stalled(&self) -> bool {
        self.workers.is_stalled()
    }

    /// A readiness probe: recommends from the first track, through the worker pool. Returns the index that answered.
    pub(crate) async fn probe(&self) -> Result<Arc<ServedIndex>, Fault> {
        let served = self.served()?;
        let asked = Arc::clone(&served);
        let question = move || {
            let likes_first = |served: &ServedIndex| {
                let answer = served.recommender.recommend(&Query::new(Row(0)).limit(1))?;
                Answer::json(&answer)
            };
            asked.answer(likes_first)
        };
        self.workers.answer_always(question).await?;
        Ok(served)
    }

    /// The response to a GET, with an `ETag`; 304 if `If-None-Match` has it.
    pub(crate) async fn get(
        &self,
        kind: QueryKind,
        uri: &Uri,
        headers: &HeaderMap,
        question: impl FnOnce(&ServedIndex) -> Result<Answer, Fault> + Send + 'static,
    ) -> Result<Response, Fault> {
        let served = self.served()?;
        let etag = served.etag(uri, headers);
        let mut response = match answer::has(headers, &etag) {
            true => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                served.name(&mut response);
                response
            }
            false => self.ask(kind, served, headers, question).await?,
        };
        if let Ok(etag) = HeaderValue::from_str(&etag) {
            response.headers_mut().insert(ETAG, etag);
        }
        let kept = if self.keys.load().are_needed() { "private, no-cache" } else { "no-cache" };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(kept));
        Ok(response)
    }

    /// The response to a POST; not cacheable.
    pub(crate) async fn post(
        &self,
        kind: QueryKind,
        headers: &HeaderMap,
        question: impl FnOnce(&ServedIndex) -> Result<Answer, Fault> + Send + 'static,
    ) -> Result<Response, Fault> {
        self.ask(kind, self.served()?, headers, question).await
    }

    async fn ask(
        &self,
        kind: QueryKind,
        served: Arc<ServedIndex>,
        headers: &HeaderMap,
        question: impl FnOnce(&ServedIndex) -> Result<Answer, Fault> + Send + 'static,
    ) -> Result<Response, Fault> {
        let may_compress = answer::accepts_gzip(headers);
        let asked = Arc::clone(&served);
        let question = move || {
            let answer = asked.answer(question)?;
            Ok(if may_compress { answer.compressed() } else { answer })
        };
        let answer = self.workers.answer(question).await?;
        self.metrics.answered(kind, answer.candidates);
        let mut response = Response::new(Body::from(answer.bytes));
        served.name(&mut response);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, answer.content_type);
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.extend(answer.disposition.map(|disposition| (CONTENT_DISPOSITION, disposition)));
        if answer.is_compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(response)
    }
}
