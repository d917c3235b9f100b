//! What every request passes: it is counted, timed, logged and named; long addresses and strangers are refused.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::fault::{Face, Fault, FaultKind};
use crate::service::Service;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer: sees every request and every response, and gives faults the words of the face that was asked.
pub(crate) async fn observe(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(request.headers());
    let method = method_name(request.method());
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let face = Face::of_path(&path);
    let length = request.uri().path_and_query().map_or(0, |asked| asked.as_str().len());
    let in_flight = InFlight::of(&service);
    let mut response = match length > service.config.max_url {
        true => {
            let most = service.config.max_url;
            let problem = format!("{length} bytes of path and query, at most {most} were wanted");
            Fault::new(FaultKind::UrlLength, problem).into_response()
        }
        false => next.run(request).await,
    };
    drop(in_flight);
    let fault = fault_of(&mut response, &path);
    if let Some(fault) = &fault {
        let headers = std::mem::take(response.headers_mut());
        let told = fault.told(face);
        let mut merged = headers;
        merged.extend(told.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        response = told;
        *response.headers_mut() = merged;
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let status = response.status().as_u16();
    let took = begun.elapsed();
    service.metrics.responded(route, method, status, took);
    if let Some(reason) = fault.as_ref().and_then(|fault| fault.kind.refusal()) {
        service.metrics.refused(reason);
    }
    let took_us = took.as_micros() as u64;
    match fault {
        Some(Fault { kind: FaultKind::Internal, detail }) => {
            tracing::error!(id, method, route, status, took_us, detail, "a request failed");
        }
        // The path alone: a query may hold what is nobody's business.
        _ if service.config.log_requests => {
            tracing::info!(id, method, path, route, status, took_us, "request")
        }
        _ => {}
    }
    response
}

/// Lets in only those who have a key, where keys are needed.
pub(crate) async fn admit(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let admitted = service.keys.load().admit(request.headers()).map(|_| ());
    match admitted {
        Ok(()) => next.run(request).await,
        Err(fault) => fault.into_response(),
    }
}

/// Lets in only those who may give orders.
pub(crate) async fn admit_admin(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let keys = service.keys.load_full();
    if !keys.has_admin() {
        // As if there were no such path: nothing can be learnt from it.
        return Fault::new(FaultKind::Path, "orders are taken where the file of keys has an admin")
            .into_response();
    }
    match keys.admit(request.headers()) {
        Ok(Some(key)) if key.is_admin => {
            tracing::info!(key = key.name, path = request.uri().path(), "an order");
            next.run(request).await
        }
        Ok(_) => Fault::new(FaultKind::Forbidden, "this API key is not an admin's").into_response(),
        Err(fault) => fault.into_response(),
    }
}

/// Counts a request until it is answered or given up.
struct InFlight<'a>(&'a Service);

impl<'a> InFlight<'a> {
    fn of(service: &'a Service) -> Self {
        service.metrics.in_flight.inc();
        Self(service)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.metrics.in_flight.dec();
    }
}

/// The fault that a response stands for: one of ours, or what the router means by a status without a body.
fn fault_of(response: &mut Response, path: &str) -> Option<Fault> {
    let ours = response.extensions_mut().remove::<Fault>();
    let is_written = response.headers().contains_key(CONTENT_TYPE);
    ours.or_else(|| Fault::of_status(response.status(), path).filter(|_| !is_written))
}

/// The id that the client gave, if it can be shown in a log; otherwise a new one.
fn request_id(headers: &HeaderMap) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static SALT: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let is_plain = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    given.filter(is_plain).map(str::to_owned).unwrap_or_else(|| {
        let salt = SALT.get_or_init(|| RandomState::new().hash_one(std::process::id()));
        format!("{:08x}-{:08x}", *salt as u32, NEXT.fetch_add(1, Ordering::Relaxed))
    })
}

/// The method as a label: whatever a client invents is one.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}
