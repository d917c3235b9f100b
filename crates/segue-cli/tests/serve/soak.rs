//! Requests continue while the index is rebuilt and swapped repeatedly: none fails, and every response is correct.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::Place;
use crate::support::server::{Server, wait_until};
use crate::support::tracks::{csv, id, some};

#[test]
fn no_answer_fails_or_is_wrong_while_indexes_are_swapped() {
    let place = Place::with_index();
    // Two catalogues with different results; each response must be that of one of them.
    place.write("other.csv", csv(&some(55)));
    let inputs = ["other.csv", "tracks.csv"];
    let server =
        Server::start(&place, &["-i", "tracks.segue", "--watch-interval", "0.05", "--log-requests", "false"]);
    let path = |number: usize| format!("/api/v1/tracks/{}/similar", id(number % 40));
    let answers = || -> Vec<Vec<u8>> { (0..40).map(|number| server.get(&path(number)).body).collect() };
    let swap = |input: &str| {
        let swapped = server.metric("segue_index_reloads_total{result=\"swapped\"}");
        place.run(&["build", input, "-o", "tracks.segue"]).succeeds();
        wait_until("it is swapped", || {
            server.metric("segue_index_reloads_total{result=\"swapped\"}") > swapped
        });
    };
    let first = answers();
    swap(inputs[0]);
    let second = answers();
    assert_ne!(first, second);

    let (over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (over, asked, first, second, path, server) = (&over, &asked, &first, &second, &path, &server);
            scope.spawn(move || {
                let mut number = thread * 10;
                while !over.load(Ordering::Relaxed) {
                    let answer = server.get(&path(number));
                    assert_eq!(answer.status, 200);
                    let is_right = answer.body == first[number % 40] || answer.body == second[number % 40];
                    assert!(is_right, "{}", String::from_utf8_lossy(&answer.body));
                    asked.fetch_add(1, Ordering::Relaxed);
                    number += 1;
                }
            });
        }
        // The threads must end even if a check fails.
        let swaps = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for swaps in 0..8 {
                swap(inputs[(swaps + 1) % 2]);
                std::thread::sleep(Duration::from_millis(100));
            }
        }));
        over.store(true, Ordering::Relaxed);
        swaps.unwrap();
    });
    assert!(asked.load(Ordering::Relaxed) > 100);
    assert_eq!(server.metric("segue_index_reloads_total{result=\"refused\"}"), 0.0);
    assert_eq!(server.metric("segue_index_reloads_total{result=\"swapped\"}"), 9.0);
}
