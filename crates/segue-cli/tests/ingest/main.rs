//! `segue build` reads all supported file formats and layouts, and cleans them in the same way.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, unreachable_pub)]

mod cleaning;
mod encodings;
mod folders;
mod layouts;
mod piped;
#[path = "../../../segue/tests/support/mod.rs"]
mod shared;
#[path = "../support/mod.rs"]
mod support;
mod values;
