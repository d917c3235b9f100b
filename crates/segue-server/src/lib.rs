//! Segue over HTTP: a JSON API for recommendations, search and audio features, and the endpoints of Spotify's Web API
//! that Spotify closed to new applications; and the page of `web/`.
//!
//! The service is a function from its state to a [`Router`](axum::Router):
//!
//! ```text
//! request ─► guard ─► native | spotify ─► WorkerPool ─► segue::Recommender
//!            id, log,  parse the request   runs the      of the index
//!            metrics,                      query         served now
//!            API key
//! ```
//!
//! ```
//! use std::sync::Arc;
//! use segue_demo::Demo;
//! use segue::{Index, Ingest, Input};
//! use segue_server::{Config, Service, router};
//! use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut csv = Vec::new();
//! Demo { tracks: 500, seed: 1 }.write_csv(&mut csv, |_| ())?;
//! let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)])?;
//!
//! let service = Arc::new(Service::new(Config::default())?);
//! service.serve_index(Index::builder().build(catalogue)?)?;
//!
//! let request = axum::http::Request::get("/api/v1/search?q=the").body(axum::body::Body::empty())?;
//! let response = router(service).oneshot(request).await?;
//! assert_eq!(response.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! [`run()`] does the rest: it listens, opens the index, reloads it when it is replaced, and drains connections at
//! shutdown. Nothing here knows how tracks are compared, nor of terminals.

#![forbid(unsafe_code)]

mod answer;
mod ask;
mod body;
mod columns;
mod config;
mod docs;
mod fault;
mod guard;
mod health;
mod keys;
mod listen;
mod log;
mod metrics;
mod names;
mod native;
mod page;
mod params;
mod path;
mod places;
mod reload;
mod router;
mod run;
mod service;
mod spotify;
mod work;

pub use config::{Config, LogFormat, LogLevel};
pub use docs::Description;
pub use keys::key_line;
pub use log::start as start_log;
pub use router::router;
pub use run::{check_health, run};
pub use service::Service;
