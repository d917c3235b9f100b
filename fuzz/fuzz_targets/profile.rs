//! Fuzz target for `checks/profile.rs`.
//!
//! ```sh
//! RUSTC_BOOTSTRAP=1 cargo fuzz run profile -- -max_total_time=60
//! ```

#![no_main]

#[path = "../checks/profile.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| check::check(input));
