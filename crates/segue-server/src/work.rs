//! The worker pool that runs queries ("questions"): its own threads, so that the threads of the async runtime never
//! block, and a limit on running and queued queries, so that none waits for long.
//!
//! The workers belong to no rayon pool. A query divides some of its work by rayon, and a pool thread that waits for its
//! part may steal another query meanwhile: queries would nest as deep as the queue is long, and each would finish only
//! after those nested in it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::config::Config;
use crate::fault::{Fault, FaultKind};

/// The worker threads and their bounded queue.
#[derive(Debug)]
pub(crate) struct WorkerPool {
    questions: Sender<Question>,
    timers: Arc<[BusyTimer]>,
    permits: Arc<Semaphore>,
    time: Duration,
}

type Question = Box<dyn FnOnce() + Send>;

/// How long a refusal is delayed.
const REFUSAL_WAIT: Duration = Duration::from_millis(100);

/// The pool counts as stalled if every thread has been busy with one query for this many request timeouts.
const STALL_TIMEOUTS: u32 = 3;

/// When a thread began its current query; read by the watchdog behind `/health/live`.
#[derive(Debug)]
struct BusyTimer {
    started: Instant,
    /// Milliseconds after `started`; [`IDLE`] between queries.
    busy_since: AtomicU64,
}

const IDLE: u64 = u64::MAX;

impl BusyTimer {
    fn new() -> Self {
        Self { started: Instant::now(), busy_since: AtomicU64::new(IDLE) }
    }

    fn start(&self) {
        self.busy_since.store(self.started.elapsed().as_millis() as u64, Ordering::Relaxed);
    }

    fn stop(&self) {
        self.busy_since.store(IDLE, Ordering::Relaxed);
    }

    fn busy_for(&self) -> Duration {
        match self.busy_since.load(Ordering::Relaxed) {
            IDLE => Duration::ZERO,
            since => self.started.elapsed().saturating_sub(Duration::from_millis(since)),
        }
    }
}

impl WorkerPool {
    pub(crate) fn new(config: &Config) -> Result<Self, String> {
        let threads = match config.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let (questions, asked) = crossbeam_channel::unbounded();
        let timers: Arc<[BusyTimer]> = (0..threads).map(|_| BusyTimer::new()).collect();
        for number in 0..threads {
            let (asked, timers) = (asked.clone(), Arc::clone(&timers));
            std::thread::Builder::new()
                .name(format!("answers-{number}"))
                .spawn(move || timers.get(number).map(|timer| answer_all(&asked, timer)))
                .map_err(|error| format!("cannot start the threads that answer: {error}"))?;
        }
        let permits = Arc::new(Semaphore::new(config.max_queries));
        Ok(Self { questions, timers, permits, time: config.request_time() })
    }

    /// Runs a query, or refuses if `max_queries` are running or queued. A query whose client has disconnected, or
    /// whose timeout has passed while it was queued, is not started.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => self.queue(Some(permit), question).await,
            Err(_) => Err(overload()),
        }
    }

    /// Refuses if the queue is full now and still is after [`REFUSAL_WAIT`]. Reserves nothing, so [`Self::answer`] may
    /// still refuse.
    ///
    /// Refused clients tend to retry at once. The delay keeps such retries from taking CPU time from the workers, and
    /// some requests find room meanwhile.
    pub(crate) async fn room(&self) -> Result<(), Fault> {
        if self.permits.available_permits() > 0 {
            return Ok(());
        }
        tokio::time::sleep(REFUSAL_WAIT).await;
        match self.permits.available_permits() {
            0 => Err(overload()),
            _ => Ok(()),
        }
    }

    /// Queues a query regardless of the limit: for readiness probes.
    pub(crate) async fn answer_always<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.queue(None, question).await
    }

    async fn queue<T: Send + 'static>(
        &self,
        permit: Option<OwnedSemaphorePermit>,
        question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let deadline = Instant::now() + self.time;
        let (reply, result) = oneshot::channel();
        let question = Box::new(move || {
            if reply.is_closed() || Instant::now() > deadline {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(question));
            // Held until the query ends, even if the client has gone; released before the response is sent.
            drop(permit);
            _ = reply.send(answer.unwrap_or_else(|_| Err(Fault::new(FaultKind::Internal, "a panic"))));
        });
        if self.questions.send(question).is_err() {
            return Err(Fault::new(FaultKind::Internal, "no thread answers any more"));
        }
        match tokio::time::timeout(self.time, result).await {
            Ok(Ok(answer)) => answer,
            _ => Err(Fault::timeout()),
        }
    }

    /// Whether every worker is stuck: busy with one query for [`STALL_TIMEOUTS`] request timeouts. Only a restart helps.
    pub(crate) fn is_stalled(&self) -> bool {
        self.timers.iter().all(|timer| timer.busy_for() > self.time * STALL_TIMEOUTS)
    }
}

fn overload() -> Fault {
    Fault::new(FaultKind::Overload, "more questions than can be answered; ask again later")
}

/// The loop of a worker: runs queries until the channel is closed.
fn answer_all(asked: &Receiver<Question>, timer: &BusyTimer) {
    for question in asked {
        timer.start();
        question();
        timer.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(config: Config) -> WorkerPool {
        WorkerPool::new(&Config { threads: 1, ..config }).unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_and_the_next_question_is_answered() {
        let work = work(Config::default());
        let fault = work.answer::<()>(|| panic!("on purpose")).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Internal);
        assert_eq!(work.answer(|| Ok(1)).await, Ok(1));
    }

    #[tokio::test]
    async fn queries_over_the_limit_are_refused_and_slow_ones_are_given_up() {
        let work = work(Config { max_queries: 1, request_timeout: 0.05, ..Config::default() });
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let slow = work.answer(move || Ok(wait.recv().is_ok()));
        let other = async {
            tokio::task::yield_now().await;
            let refused = work.answer(|| Ok(true)).await.unwrap_err();
            assert_eq!(refused.kind, FaultKind::Overload);
        };
        let (given_up, ()) = tokio::join!(slow, other);
        assert_eq!(given_up.unwrap_err().kind, FaultKind::Timeout);
        go_on.send(()).unwrap();
        while work.answer(|| Ok(true)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn an_operator_is_answered_where_clients_are_refused() {
        let work = work(Config { max_queries: 1, ..Config::default() });
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let slow = work.answer(move || Ok(wait.recv().is_ok()));
        let other = async {
            tokio::task::yield_now().await;
            let always = work.answer_always(|| Ok(true));
            go_on.send(()).unwrap();
            assert_eq!(always.await, Ok(true));
        };
        let (slow, ()) = tokio::join!(slow, other);
        assert_eq!(slow, Ok(true));
    }

    #[tokio::test]
    async fn threads_that_never_finish_their_queries_are_stalled() {
        let work = work(Config { request_timeout: 0.05, ..Config::default() });
        assert!(!work.is_stalled());
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let given_up = work.answer(move || Ok(wait.recv().is_ok())).await;
        assert_eq!(given_up.unwrap_err().kind, FaultKind::Timeout);
        while !work.is_stalled() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        go_on.send(()).unwrap();
        while work.is_stalled() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(work.answer(|| Ok(1)).await, Ok(1));
    }
}
