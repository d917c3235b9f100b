//! Where questions are answered: threads of their own, so that those that talk to clients never wait for an answer,
//! and a limit on how many questions may be there, so that nobody waits for long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};

use crate::config::Config;
use crate::fault::{Fault, FaultKind};

/// The threads, and who may still come.
#[derive(Debug)]
pub(crate) struct Work {
    threads: ThreadPool,
    places: Arc<Semaphore>,
    time: Duration,
}

impl Work {
    pub(crate) fn new(config: &Config) -> Result<Self, String> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(config.threads)
            .thread_name(|number| format!("answers-{number}"))
            .build()
            .map_err(|error| format!("cannot start the threads that answer: {error}"))?;
        Ok(Self {
            threads,
            places: Arc::new(Semaphore::new(config.max_queries)),
            time: config.request_time(),
        })
    }

    /// Answers a question, or refuses to if too many are there. A question whose asker has gone, or whose time is
    /// over before it is begun, is not begun.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        question: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return Err(Fault::new(
                FaultKind::Overload,
                "more questions than can be answered; ask again later",
            ));
        };
        let deadline = Instant::now() + self.time;
        let (tell, told) = oneshot::channel();
        self.threads.spawn(move || {
            if tell.is_closed() || Instant::now() > deadline {
                return;
            }
            let answer = catch_unwind(AssertUnwindSafe(question));
            // Held until the answer is there, also if nobody waits for it any more; free for whoever asks next.
            drop(place);
            _ = tell.send(answer.unwrap_or_else(|_| Err(Fault::new(FaultKind::Internal, "a panic"))));
        });
        match tokio::time::timeout(self.time, told).await {
            Ok(Ok(answer)) => answer,
            _ => Err(Fault::new(FaultKind::Timeout, "the answer would take too long; ask for less")),
        }
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
}
