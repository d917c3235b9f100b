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
pub(crate) struct Work {
    questions: Sender<Question>,
    clocks: Arc<[Clock]>,
    places: Arc<Semaphore>,
    time: Duration,
}

type Question = Box<dyn FnOnce() + Send>;

/// How long a refusal is delayed.
const REFUSAL_WAIT: Duration = Duration::from_millis(100);

/// The pool counts as stalled if every thread has been busy with one query for this many request timeouts.
const STANDSTILL: u32 = 3;

/// When a thread began its current query; read by the watchdog behind `/health/live`.
#[derive(Debug)]
struct Clock {
    started: Instant,
    /// Milliseconds after `started`; [`IDLE`] between queries.
    busy_since: AtomicU64,
}

const IDLE: u64 = u64::MAX;

impl Clock {
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

impl Work {
    pub(crate) fn new(config: &Config) -> Result<Self, String> {
        let threads = match config.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let (questions, asked) = crossbeam_channel::unbounded();
        let clocks: Arc<[Clock]> = (0..threads).map(|_| Clock::new()).collect();
        for number in 0..threads {
            let (asked, clocks) = (asked.clone(), Arc::clone(&clocks));
            std::thread::Builder::new()
                .name(format!("answers-{number}"))
                .spawn(move || clocks.get(number).map(|clock| answer_all(&asked, clock)))
                .map_err(|error| format!("cannot start the threads that answer: {error}"))?;
        }
        let places = Arc::new(Semaphore::new(config.max_queries));
        Ok(Self { questions, clocks, places, time: config.request_time() })
    }

    /// Runs a query, or refuses if `max_queries` are running or queued. A query whose client has disconnected, or
    /// whose timeout has passed while it was queued, is not started.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => self.queue(Some(place), question).await,
            Err(_) => Err(overload()),
        }
    }

    /// Refuses if the queue is full now and still is after [`REFUSAL_WAIT`]. Reserves nothing, so [`Self::answer`] may
    /// still refuse.
    ///
    /// Refused clients tend to retry at once. The delay keeps such retries from taking CPU time from the workers, and
    /// some requests find room meanwhile.
    pub(crate) async fn room(&self) -> Result<(), Fault> {
        if self.places.available_permits() > 0 {
            return Ok(());
        }
        tokio::time::sleep(REFUSAL_WAIT).await;
        match self.places.available_permits() {
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
        place: Option<OwnedSemaphorePermit>,
        question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let deadline = Instant::now() + self.time;
        let (tell, told) = oneshot::channel();
        let question = Box::new(move || {
            if tell.is_closed() || Instant::now() > deadline {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(question));
            // Held until the query ends, even if the client has gone; released before the response is sent.
            drop(place);
            _ = tell.send(answer.unwrap_or_else(|_| Err(Fault::new(FaultKind::Internal, "a panic"))));
        });
        if self.questions.send(question).is_err() {
            return Err(Fault::new(FaultKind::Internal, "no thread answers any more"));
        }
        match tokio::time::timeout(self.time, told).await {
            Ok(Ok(answer)) => answer,
            _ => Err(Fault::new(FaultKind::Timeout, "the answer would take too long; ask for less")),
        }
    }

    /// Whether every worker is stuck: busy with one query for [`STANDSTILL`] request timeouts. Only a restart helps.
    pub(crate) fn stands_still(&self) -> bool {
        self.clocks.iter().all(|clock| clock.busy_for() > self.time * STANDSTILL)
    }
}

fn overload() -> Fault {
    Fault::new(FaultKind::Overload, "more questions than can be answered; ask again later")
}

/// The loop of a worker: runs queries until the channel is closed.
fn answer_all(asked: &Receiver<Question>, clock: &Clock) {
    for question in asked {
        clock.start();
        question();
        clock.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(config: Config) -> Work {
        Work::new(&Config { threads: 1, ..config }).unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_and_the_next_question_is_answered() {
        let work = work(Config::default());
        let fault = work.answer::<()>(|| panic!("on purpose")).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Internal);
        assert_eq!(work.answer(|| Ok(1)).await, Ok(1));
    }

    #[tokio::test]
    async fn more_than_there_are_places_for_are_refused_and_what_takes_too_long_is_given_up() {
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
    async fn threads_that_never_end_their_questions_stand_still() {
        let work = work(Config { request_timeout: 0.05, ..Config::default() });
        assert!(!work.stands_still());
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let given_up = work.answer(move || Ok(wait.recv().is_ok())).await;
        assert_eq!(given_up.unwrap_err().kind, FaultKind::Timeout);
        while !work.stands_still() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        go_on.send(()).unwrap();
        while work.stands_still() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(work.answer(|| Ok(1)).await, Ok(1));
    }
}
