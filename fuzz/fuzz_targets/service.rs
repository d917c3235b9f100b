//! Fuzz target for `checks/service.rs`.

#![no_main]

#[path = "../checks/service.rs"]
mod check;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| check::check(input));
