//! Fuzz target for `checks/playlist.rs`.
//!
//! Run, from the root of the project, with `cargo install cargo-fuzz`:
//!
//! ```sh
//! fuzz/make_corpus.sh
//! RUSTC_BOOTSTRAP=1 cargo fuzz run playlist -- -max_total_time=300 -rss_limit_mb=3000
//! ```

#![no_main]

#[path = "../checks/playlist.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| check::check(input));
