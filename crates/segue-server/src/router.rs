//! The routes for each kind of connection: ordinary ones, those over the connection limit, and those to
//! `health_listen`.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer};

use crate::fault::{Fault, FaultKind};
use crate::reload::ReloadHandle;
use crate::service::Service;
use crate::{docs, guard, health, native, page, spotify};

/// All routes of the service. `/admin/reload` has nothing to reload here; in [`run()`](crate::run()) it has.
pub fn router(service: Arc<Service>) -> Router {
    observed(&service, answers(&service, None))
}

/// [`router`] for real sockets: ill-formed HTTP messages are refused too.
pub(crate) fn for_clients(service: &Arc<Service>, reload: Option<ReloadHandle>) -> Router {
    observed(service, answers(service, reload).layer(from_fn(guard::well_formed)))
}

/// The routes for connections over the limit: health and metrics; everything else is refused with 503.
pub(crate) fn for_over_limit(service: &Arc<Service>) -> Router {
    let none =
        || async { Fault::new(FaultKind::Overload, "no place for another connection; ask again later") };
    observed(service, health::routes().fallback(none).layer(from_fn(guard::well_formed)))
}

/// The routes of `health_listen`: health and metrics; everything else is 404.
pub(crate) fn for_health(service: &Arc<Service>) -> Router {
    let none = || async { axum::http::StatusCode::NOT_FOUND };
    observed(service, health::routes().fallback(none).layer(from_fn(guard::well_formed)))
}

fn answers(service: &Arc<Service>, reload: Option<ReloadHandle>) -> Router<Arc<Service>> {
    let asked = native::routes()
        .merge(spotify::routes())
        .route_layer(from_fn_with_state(Arc::clone(service), guard::admit))
        .method_not_allowed_fallback(|| async { axum::http::StatusCode::METHOD_NOT_ALLOWED });
    let router = asked
        .merge(spotify::token_route())
        .merge(docs::routes())
        .merge(page::routes(service))
        .merge(health::routes())
        .merge(health::admin_routes(service, reload))
        .fallback(|| async { axum::http::StatusCode::NOT_FOUND });
    match cors(&service.config.cors) {
        Some(cors) => router.layer(cors),
        None => router,
    }
}

fn observed(service: &Arc<Service>, router: Router<Arc<Service>>) -> Router {
    router.layer(from_fn_with_state(Arc::clone(service), guard::observe)).with_state(Arc::clone(service))
}

/// The CORS layer; none unless the operator allows origins.
fn cors(origins: &[String]) -> Option<CorsLayer> {
    let allowed = match origins {
        [] => return None,
        origins if origins.iter().any(|origin| origin == "*") => AllowOrigin::any(),
        origins => AllowOrigin::list(origins.iter().filter_map(|origin| origin.parse().ok())),
    };
    // Mirrored: in CORS, `*` for headers does not include Authorization.
    let cors = CorsLayer::new().allow_origin(allowed).allow_methods([Method::GET, Method::POST]);
    Some(cors.allow_headers(AllowHeaders::mirror_request()).expose_headers(Any))
}
