//! Fuzz target for `checks/csv_table.rs`.
//!
//! Run, from the root of the project, with `cargo install cargo-fuzz`:
//!
//! ```sh
//! fuzz/make_corpus.sh
//! RUSTC_BOOTSTRAP=1 cargo fuzz run csv_table -- -max_total_time=300 -rss_limit_mb=3000 -detect_leaks=0
//! ```
//!
//! Leak detection is off: the sanitiser reports threads that are just exiting as leaks.

#![no_main]

#[path = "../checks/csv_table.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

/// Prints panics instead of aborting, as the hook of libfuzzer-sys does: panics that the engine catches are not
/// findings. Those that reach the target still end the run.
fn show_panics() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: show_panics(), |input: &[u8]| check::check(input));
