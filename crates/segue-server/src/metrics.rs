//! The Prometheus metrics of the service.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use segue::Index;

/// The kinds of queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum QueryKind {
    Recommend,
    Search,
    Lookup,
    Path,
    Playlist,
    Map,
}

/// All metrics.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    pub(crate) in_flight: Gauge,
    refused: Family<Reason, Counter>,
    pub(crate) connections: Gauge,
    queries: Family<QueryLabels, Counter>,
    candidates: Counter,
    generation: Gauge,
    tracks: Gauge,
    opened: Gauge,
    reloads: Family<Reload, Counter>,
    memory: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueryLabels {
    kind: QueryKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reload {
    result: Reloaded,
}

/// How a reload ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Reloaded {
    Swapped,
    Refused,
}

impl EncodeLabelValue for Reloaded {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        match self {
            Self::Swapped => "swapped",
            Self::Refused => "refused",
        }
        .encode(encoder)
    }
}

impl EncodeLabelValue for QueryKind {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        match self {
            Self::Recommend => "recommend",
            Self::Search => "search",
            Self::Lookup => "lookup",
            Self::Path => "path",
            Self::Playlist => "playlist",
            Self::Map => "map",
        }
        .encode(encoder)
    }
}

/// Reasons for refusals that protect the service: those of [`FaultKind::refusal`], and the connection limit.
///
/// [`FaultKind::refusal`]: crate::fault::FaultKind::refusal
const REASONS: [&str; 7] =
    ["overload", "timeout", "rate_limit", "unauthorised", "too_long", "slow_client", "connections"];

/// The upper bounds of the latency histogram, in seconds: from 0.1 ms to the default request timeout.
const BOUNDS: [f64; 16] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let r = &mut registry;
        let requests = Family::default();
        r.register("segue_http_requests", "Requests by route, method and status", requests.clone());
        let durations: Family<Route, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BOUNDS));
        let help = "Time from the head of a request to the head of its response";
        r.register_with_unit("segue_http_request_duration", help, Unit::Seconds, durations.clone());
        let refused: Family<Reason, Counter> = Family::default();
        r.register(
            "segue_http_refused",
            "Requests refused to protect the service, by reason",
            refused.clone(),
        );
        // Created at 0: `rate()` misses the first event of a series that appears with it.
        for reason in REASONS {
            _ = refused.get_or_create(&Reason { reason });
        }
        let queries = Family::default();
        r.register("segue_queries", "Questions answered, by kind", queries.clone());
        let candidates = Counter::default();
        r.register("segue_query_candidates", "Tracks that passed the filters of queries", candidates.clone());
        let reloads: Family<Reload, Counter> = Family::default();
        for result in [Reloaded::Swapped, Reloaded::Refused] {
            _ = reloads.get_or_create(&Reload { result });
        }
        r.register("segue_index_reloads", "Indexes opened anew, by result", reloads.clone());
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let in_flight = gauge("segue_http_requests_in_flight", "Requests that are being answered");
        let connections = gauge("segue_connections", "Open connections");
        let generation = gauge("segue_index_generation", "The number of the build that answers");
        let tracks = gauge("segue_index_tracks", "The tracks of the index that answers");
        let opened = gauge("segue_index_opened_timestamp_seconds", "When the index that answers was opened");
        let memory = gauge("process_resident_memory_bytes", "Memory, mapped files included");
        gauge("process_start_time_seconds", "When the service started").set(seconds(SystemTime::now()));
        Self {
            registry,
            requests,
            durations,
            in_flight,
            refused,
            connections,
            queries,
            candidates,
            generation,
            tracks,
            opened,
            reloads,
            memory,
        }
    }
}

impl Metrics {
    pub(crate) fn responded(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let labels = Request { route: route.to_owned(), method, status };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&Route { route: labels.route }).observe(took.as_secs_f64());
    }

    pub(crate) fn refused(&self, reason: &'static str) {
        self.refused.get_or_create(&Reason { reason }).inc();
    }

    pub(crate) fn answered(&self, kind: QueryKind, candidates: usize) {
        self.queries.get_or_create(&QueryLabels { kind }).inc();
        self.candidates.inc_by(candidates as u64);
    }

    pub(crate) fn opened(&self, index: &Index, since: SystemTime) {
        self.generation.set(index.generation().unwrap_or_default() as i64);
        self.tracks.set(index.len() as i64);
        self.opened.set(seconds(since));
    }

    pub(crate) fn reloaded(&self, result: Reloaded) {
        self.reloads.get_or_create(&Reload { result }).inc();
    }

    /// All metrics, in the OpenMetrics text format.
    pub(crate) fn text(&self) -> String {
        self.memory.set(resident_memory().unwrap_or_default());
        let mut text = String::new();
        // Writing to a string does not fail.
        _ = encode(&mut text, &self.registry);
        text
    }
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

/// From `/proc`, so only on Linux.
fn resident_memory() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<i64>().ok().map(|kilobytes| kilobytes * 1024)
}
