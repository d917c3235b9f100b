//! Fuzzes what `checks/ingest.rs` says.
//!
//! Run, from the root of the project, with `cargo install cargo-fuzz`:
//!
//! ```sh
//! fuzz/make_corpus.sh
//! RUSTC_BOOTSTRAP=1 cargo fuzz run ingest -- -max_total_time=300 -rss_limit_mb=3000 -detect_leaks=0
//! ```
//!
//! Leaks are not looked for: threads that are just ending look like one to the sanitiser.

#![no_main]

#[path = "../checks/ingest.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

/// Panics that the engine contains are no findings, so they are shown instead of ending the run, as the hook
/// of libfuzzer-sys would do. Those that reach the target end it all the same.
fn show_panics() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: show_panics(), |input: &[u8]| check::check(input));
