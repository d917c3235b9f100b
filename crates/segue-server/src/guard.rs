//! Middleware that every request passes: request id, metrics, access log, security headers, error bodies; and refusals
//! of ill-formed messages, long URLs, overload, and missing API keys.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::fault::{ErrorFormat, Fault, FaultKind};
use crate::keys::Key;
use crate::places::Client;
use crate::service::Service;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer: sees every request and response, and turns faults into the error format of the API that was
/// called.
pub(crate) async fn observe(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request_id(request.headers());
    let method = method_name(request.method());
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let format = ErrorFormat::of_path(&path);
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
        let written = fault.to_response(format);
        let mut merged = headers;
        merged.extend(written.headers().iter().map(|(name, value)| (name.clone(), value.clone())));
        response = written;
        *response.headers_mut() = merged;
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Only the pages of `docs.rs` load anything, and set a policy of their own.
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING_LOADS));
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
        Some(Fault { kind: kind @ (FaultKind::Overload | FaultKind::Rate), detail }) => {
            let sampler = if kind == FaultKind::Rate { &service.limited } else { &service.overloaded };
            if let Some(times) = sampler.record() {
                tracing::warn!(route, status, times, detail, "requests are refused");
            }
        }
        // Without the query string, which may hold personal data.
        _ if service.config.log_requests => {
            tracing::info!(id, method, path, route, status, took_us, "request")
        }
        _ => {}
    }
    response
}

const NOTHING_LOADS: &str = "default-src 'none'; frame-ancestors 'none'";

/// Refuses messages that RFC 9112 forbids but hyper accepts, which allow request smuggling if a proxy in front reads
/// them differently. Closes the connection, since it is not certain where the request ends.
pub(crate) async fn well_formed(request: Request, next: Next) -> Response {
    match ill_formed(&request) {
        None => next.run(request).await,
        Some(fault) => {
            let mut response = fault.into_response();
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

fn ill_formed(request: &Request) -> Option<Fault> {
    let headers = request.headers();
    let hosts = headers.get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Some(Fault::new(FaultKind::Message, format!("{hosts} headers Host, one was wanted")));
    }
    let coding = headers.get(TRANSFER_ENCODING)?;
    let is_one = headers.get_all(TRANSFER_ENCODING).iter().count() == 1;
    let is_chunked = is_one && coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked");
    let wanted = "Transfer-Encoding: chunked was wanted, or Content-Length";
    (!is_chunked).then(|| Fault::new(FaultKind::Coding, wanted))
}

/// Load shedding and authentication: passes a request on if the queue has room and, where keys are required, its API
/// key is valid. Runs before parameters and body are parsed, so a refusal is cheap.
pub(crate) async fn admit(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    if let Err(fault) = service.room().await {
        return fault.into_response();
    }
    match admitted(&service, &request, |_| ()) {
        Ok(_) => next.run(request).await,
        Err(fault) => fault.into_response(),
    }
}

/// Passes on only requests with an admin key.
pub(crate) async fn admit_admin(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    if !service.keys.load().has_admin() {
        // The same status as an unknown path: without an admin key there is nothing to call here.
        return Fault::new(FaultKind::Path, "orders are taken where the file of keys has an admin")
            .into_response();
    }
    match admitted(&service, &request, |key| key.is_admin.then(|| key.name.clone())) {
        Ok(Some(Some(key))) => {
            tracing::info!(key, path = request.uri().path(), "an order");
            next.run(request).await
        }
        Ok(_) => Fault::new(FaultKind::Forbidden, "this API key is not an admin's").into_response(),
        Err(fault) => fault.into_response(),
    }
}

/// `of` the valid key of a request; `None` if keys are not required.
fn admitted<T>(service: &Service, request: &Request, of: impl FnOnce(&Key) -> T) -> Result<Option<T>, Fault> {
    let keys = service.keys.load();
    let admitted = keys.admit(request.headers()).map(|key| key.map(of));
    admitted
        .map_err(|fault| service.auth_failures.limit(request.extensions().get::<Client>().copied(), fault))
}

/// Counts a request as in flight until it is answered or dropped.
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

/// The fault of a response: one that a handler returned, or one for a bare status of axum's router.
fn fault_of(response: &mut Response, path: &str) -> Option<Fault> {
    let ours = response.extensions_mut().remove::<Fault>();
    let is_written = response.headers().contains_key(CONTENT_TYPE);
    ours.or_else(|| Fault::of_status(response.status(), path).filter(|_| !is_written))
}

/// The client's `X-Request-Id` if it is safe to log, otherwise a new one.
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

/// The method as a metric label; all unusual methods share one, which bounds the number of series.
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
