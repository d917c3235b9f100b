//! The service on a real socket: lifecycle, responses, limits, malformed requests, and real clients.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]
#![allow(missing_docs, unreachable_pub)]

mod access;
mod answers;
mod burst;
mod changed;
mod clients;
mod limits;
mod malformed;
mod map;
mod own_columns;
mod page;
mod playlists;
mod reload;
mod rspotify;
mod settings;
mod soak;
mod spotify;
#[path = "../support/mod.rs"]
mod support;
mod tls;
