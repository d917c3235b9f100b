//! `segue build` reads every kind of file that it promises to read, and cleans them all alike.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, unreachable_pub)]

mod cleaning;
mod encodings;
mod layouts;
#[path = "../../../segue/tests/support/mod.rs"]
mod shared;
#[path = "../support/mod.rs"]
mod support;
