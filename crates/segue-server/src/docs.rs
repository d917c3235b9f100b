//! The OpenAPI description at `/openapi.json`, and Swagger UI at `/docs/`. All files are served from this host.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use segue::catalogue::Attribute;
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::columns::{self, ColumnFacts};
use crate::service::Service;
use crate::{native, spotify};

/// The description of the API.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Segue API",
        description = "What should play after this? Recommendations from audio features, without any listening history.\n\nErrors are problem documents (RFC 9457); their `code` stays the same. Answers to GET carry an `ETag` that changes with the index. Below `/v1` are the calls of Spotify's Web API that were closed, for its clients: with its names, objects and errors.\n\nA key is needed only where the operator of the service gave it a file of keys.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        native::tracks::track,
        native::tracks::similar,
        native::tracks::several,
        native::recommendations::recommend,
        native::path::path,
        native::map::map,
        native::map::tile,
        native::playlists::read,
        native::playlists::write,
        native::search::search,
        native::catalogue::genres,
        native::catalogue::catalogue,
        spotify::recommendations::recommendations,
        spotify::recommendations::genre_seeds,
        spotify::features::one,
        spotify::features::several,
        spotify::search::search,
        spotify::track::one,
        spotify::track::several,
    ),
    components(schemas(native::schema::Matching, native::schema::PlaylistFormat, native::schema::ReadFormat)),
    modifiers(&Keys, &Tunables, &Limits),
    security((), ("bearer" = []), ("key" = [])),
    tags(
        (name = "tracks", description = "A track, and what is like it"),
        (name = "recommendations", description = "Recommendations from a full query"),
        (name = "playlists", description = "Playlist files, read and written"),
        (name = "map", description = "The map of the tracks"),
        (name = "catalogue", description = "The catalogue"),
        (name = "spotify", description = "Spotify-compatible endpoints"),
    ),
)]
pub struct Description;

/// Adds the security schemes: a bearer token or `X-API-Key`.
struct Keys;

impl Modify for Keys {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let header = ApiKey::Header(ApiKeyValue::new("X-API-Key"));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components.add_security_scheme("key", SecurityScheme::ApiKey(header));
    }
}

/// The prefixes of Spotify's tunable track attributes, and what they mean.
const TUNED: [(&str, &str); 3] = [("min", "At least"), ("max", "At most"), ("target", "Near")];

/// Adds Spotify's tunable track attributes: `min_`, `max_` and `target_` parameters for each.
struct Tunables;

impl Modify for Tunables {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let path = api.paths.paths.get_mut("/v1/recommendations");
        let Some(operation) = path.and_then(|path| path.get.as_mut()) else { return };
        for attribute in Attribute::ALL {
            let (least, most) = attribute.range().into_inner();
            let kind = if attribute.is_whole() { Type::Integer } else { Type::Number };
            for (what, meaning) in TUNED {
                let number = ObjectBuilder::new()
                    .schema_type(SchemaType::Type(kind.clone()))
                    .minimum(Some(least))
                    .maximum(Some(most));
                let parameter = ParameterBuilder::new()
                    .name(format!("{what}_{attribute}"))
                    .parameter_in(ParameterIn::Query)
                    .description(Some(format!("{meaning} this {attribute}")))
                    .schema(Some(number));
                operation.parameters.get_or_insert_default().push(RefOr::T(parameter.build()));
            }
        }
    }
}

/// Adds the limits of a path: `min_` and `max_` parameters for each known attribute.
struct Limits;

impl Modify for Limits {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let path = api.paths.paths.get_mut(PATH);
        let Some(operation) = path.and_then(|path| path.get.as_mut()) else { return };
        for attribute in Attribute::ALL {
            for (what, meaning) in [("min", "At least"), ("max", "At most")] {
                let parameter = ParameterBuilder::new()
                    .name(format!("{what}_{attribute}"))
                    .parameter_in(ParameterIn::Query)
                    .description(Some(format!("{meaning} this {attribute} between the ends")))
                    .schema(Some(ObjectBuilder::new().schema_type(SchemaType::Type(Type::Number))));
                operation.parameters.get_or_insert_default().push(RefOr::T(parameter.build()));
            }
        }
    }
}

/// The path of paths of tracks.
const PATH: &str = "/api/v1/path";

pub(crate) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/openapi.json", get(description))
        .route("/docs", get(async || Redirect::permanent("/docs/")))
        .route("/docs/", get(async || file("index.html")))
        .route("/docs/{*file}", get(async |Path(path): Path<String>| file(&path)))
}

async fn description(State(service): State<Arc<Service>>) -> Response {
    /// Serialised once; that cannot fail.
    static WITHOUT_INDEX: LazyLock<Bytes> = LazyLock::new(|| json(&Description::openapi()));
    let json = match service.served() {
        Ok(served) => served.description.get_or_init(|| json(&with_columns(&served.columns))).clone(),
        Err(_) => WITHOUT_INDEX.clone(),
    };
    ([(CONTENT_TYPE, "application/json")], json).into_response()
}

fn json(description: &utoipa::openapi::OpenApi) -> Bytes {
    description.to_pretty_json().unwrap_or_default().into()
}

/// The description for a catalogue with these columns.
fn with_columns(columns: &[ColumnFacts]) -> utoipa::openapi::OpenApi {
    let mut api = Description::openapi();
    let schemas = &mut api.components.get_or_insert_default().schemas;
    schemas.insert("Attributes".into(), native::attributes::attributes(columns));
    schemas.insert("AudioFeatures".into(), native::attributes::audio_features(columns));
    let is_known = |name: &str| Attribute::named(name).is_some_and(|known| columns::has(columns, known));
    // The example of a query names no column that there is not.
    if let Some(RefOr::T(Schema::Object(query))) = schemas.get_mut("Query")
        && let Some(example) = query.example.as_mut().and_then(Value::as_object_mut)
    {
        example
            .values_mut()
            .filter_map(Value::as_object_mut)
            .for_each(|part| part.retain(|name, _| is_known(name)));
        example.retain(|_, part| part.as_object().is_none_or(|part| !part.is_empty()));
    }
    for path in ["/v1/recommendations", PATH] {
        let path = api.paths.paths.get_mut(path);
        if let Some(parameters) = path.and_then(|path| path.get.as_mut()?.parameters.as_mut()) {
            parameters.retain(|parameter| match parameter {
                RefOr::T(parameter) => tunable(&parameter.name).is_none_or(is_known),
                RefOr::Ref(_) => true,
            });
        }
    }
    api
}

/// The attribute that a parameter such as `min_energy` is about.
fn tunable(parameter: &str) -> Option<&str> {
    TUNED.iter().find_map(|(what, _)| parameter.strip_prefix(what)?.strip_prefix('_'))
}

/// The content security policy of Swagger UI: it loads its own files, has inline styles, and calls this service.
const OWN_FILES: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A file of Swagger UI.
fn file(path: &str) -> Response {
    let config = utoipa_swagger_ui::Config::new(["/openapi.json"]).persist_authorization(true);
    let Ok(Some(file)) = utoipa_swagger_ui::serve(path, Arc::new(config)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let bytes: Bytes = match file.bytes {
        Cow::Borrowed(page) if path == "index.html" => {
            let page = String::from_utf8_lossy(page);
            page.replace("<title>Swagger UI</title>", "<title>Segue API</title>").into()
        }
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    };
    ([(CONTENT_TYPE, file.content_type.as_str()), (CONTENT_SECURITY_POLICY, OWN_FILES)], bytes)
        .into_response()
}
