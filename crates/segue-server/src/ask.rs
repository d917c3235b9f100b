//! The extractor for GET requests.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use crate::answer::Answer;
use crate::fault::Fault;
use crate::metrics::QueryKind;
use crate::params::Params;
use crate::service::{ServedIndex, Service};

/// What a GET handler needs: the service, the URI, and the headers.
#[derive(Debug)]
pub(crate) struct GetRequest {
    pub(crate) service: Arc<Service>,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
}

impl FromRequestParts<Arc<Service>> for GetRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, service: &Arc<Service>) -> Result<Self, Infallible> {
        // No later extractor needs the headers.
        let headers = std::mem::take(&mut parts.headers);
        Ok(Self { service: Arc::clone(service), uri: parts.uri.clone(), headers })
    }
}

impl GetRequest {
    pub(crate) fn params(&self) -> Result<Params, Fault> {
        Params::of(&self.uri)
    }

    /// See [`Service::get`].
    pub(crate) async fn get(
        &self,
        kind: QueryKind,
        question: impl FnOnce(&ServedIndex) -> Result<Answer, Fault> + Send + 'static,
    ) -> Result<Response, Fault> {
        self.service.get(kind, &self.uri, &self.headers, question).await
    }
}
