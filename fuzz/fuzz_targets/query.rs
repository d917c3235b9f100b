//! Fuzz target for `checks/query.rs`.
//!
//! Run, from the root of the project, with `cargo install cargo-fuzz`:
//!
//! ```sh
//! fuzz/make_corpus.sh
//! RUSTC_BOOTSTRAP=1 cargo fuzz run query -- -max_total_time=300 -rss_limit_mb=3000
//! ```

#![no_main]

#[path = "../checks/query.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| check::check(input));
