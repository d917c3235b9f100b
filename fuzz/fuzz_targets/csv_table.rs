//! Any bytes as a file for `segue inspect`: a summary or an error, never a panic.
//!
//! Run, from the root of the project, with a nightly toolchain and `cargo install cargo-fuzz`:
//!
//! ```sh
//! fuzz/make_corpus.sh
//! cargo +nightly fuzz run csv_table -- -max_total_time=300 -rss_limit_mb=3000 -detect_leaks=0
//! ```
//!
//! Leaks are not looked for: threads that are just ending look like one to the sanitiser.

#![no_main]

use libfuzzer_sys::fuzz_target;
use segue::{Input, inspect};

/// Panics that the engine contains are no findings, so they are shown instead of ending the run, as the hook
/// of libfuzzer-sys would do. Those that reach the target end it all the same.
fn show_panics() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: show_panics(), |bytes: &[u8]| {
    let Ok(summary) = inspect::table(Input::bytes("fuzz", bytes)) else { return };
    for column in &summary.columns {
        assert!(column.missing + column.unreadable <= summary.rows);
        if let Some(spread) = &column.spread {
            assert!(spread.min <= spread.median && spread.median <= spread.max);
            assert_eq!(spread.histogram.len(), inspect::BINS);
        }
    }
    let text = serde_json::to_string(&summary).expect("a summary is JSON");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
});
