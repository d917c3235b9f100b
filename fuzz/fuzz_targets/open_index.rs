//! Fuzz target for `checks/open_index.rs`.
//!
//! Run, from the root of the project, with `cargo install cargo-fuzz`:
//!
//! ```sh
//! RUSTC_BOOTSTRAP=1 cargo fuzz run open_index -- -max_total_time=300 -rss_limit_mb=3000 -max_len=4096
//! ```

#![no_main]

#[path = "../checks/open_index.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| check::check(input));
