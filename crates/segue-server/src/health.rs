//! Operational endpoints: liveness, readiness, metrics, and `/admin/reload`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde_json::json;

use crate::fault::{Fault, FaultKind};
use crate::guard;
use crate::reload::ReloadHandle;
use crate::service::Service;

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
}

/// Routes that need an admin key.
pub(crate) fn admin_routes(service: &Arc<Service>, handle: Option<ReloadHandle>) -> Router<Arc<Service>> {
    Router::new()
        .route("/admin/reload", post(move || reload(handle)))
        .route_layer(middleware::from_fn_with_state(Arc::clone(service), guard::admit_admin))
}

/// Liveness: fails if all worker threads are stuck, so that the orchestrator restarts the process.
async fn live(State(service): State<Arc<Service>>) -> Result<Response, Fault> {
    match service.is_stalled() {
        false => Ok(said(&json!({ "status": "alive" }))),
        true => Err(Fault::new(FaultKind::Stalled, "the threads that answer stand still")),
    }
}

/// Readiness: runs a query against the index, which was verified when it was opened.
async fn ready(State(service): State<Arc<Service>>) -> Result<Response, Fault> {
    let served = service.probe().await?;
    let index = served.recommender.index();
    Ok(said(&json!({ "status": "ready", "generation": index.generation(), "tracks": index.len() })))
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(CONTENT_TYPE, content_type)], service.metrics.text()).into_response()
}

async fn reload(handle: Option<ReloadHandle>) -> Result<Response, Fault> {
    let handle = handle.ok_or_else(|| Fault::new(FaultKind::Path, "there is nothing to reload"))?;
    match handle.reload().await {
        Ok(generation) => Ok(said(&json!({ "status": "reloaded", "generation": generation }))),
        Err(problem) => Err(Fault::new(FaultKind::Contradiction, problem)),
    }
}

fn said(value: &serde_json::Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
