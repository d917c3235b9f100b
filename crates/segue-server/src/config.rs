//! The settings of the service with their defaults, as the TOML file and `--print-config` write them.
//!
//! Precedence is decided by the command line: flags, then environment, then file, then these defaults.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// All settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The index: a folder, which is watched, or a file of tracks.
    pub index: PathBuf,
    /// Whether the index is read into memory instead of memory-mapped: for folders that other programs write into.
    pub in_memory: bool,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// A second address that serves only health checks and metrics, without TLS and keys, for orchestrators. Both
    /// are also served at `listen`.
    pub health_listen: Option<SocketAddr>,
    /// The base URL in links, such as `https://music.example.org`; by default it is taken from the `Host` of each
    /// request.
    pub public_url: Option<String>,
    /// Whether the page is served at `/`.
    pub page: bool,
    /// A file of API keys; without it no key is required.
    pub keys: Option<PathBuf>,
    /// The certificate of the service and its chain, PEM.
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, PEM.
    pub tls_key: Option<PathBuf>,
    /// Origins allowed by CORS, `*` for all.
    pub cors: Vec<String>,
    /// The format of log lines.
    pub log_format: LogFormat,
    /// The lowest level that is logged.
    pub log_level: LogLevel,
    /// Whether every request is logged. Requests refused for overload or by a rate limit are sampled instead, at most
    /// one line a second for each of the two.
    pub log_requests: bool,
    /// Seconds between checks for a new index.
    pub watch_interval: f64,
    /// Worker threads that run queries; 0: one per core.
    pub threads: usize,
    /// The most concurrent connections.
    pub max_connections: usize,
    /// The most concurrent connections from one IPv4 address or IPv6 /64 network; 0: three quarters of
    /// `max_connections`. All clients behind a reverse proxy share its address.
    pub max_connections_per_address: usize,
    /// The most queries running or queued; more are refused with 503.
    pub max_queries: usize,
    /// The largest `k` that a request may ask for.
    pub max_k: usize,
    /// The largest request body, in bytes.
    pub max_body: usize,
    /// The largest playlist file that is read, in bytes. At most four are read at a time.
    pub max_playlist: usize,
    /// The longest path and query string, in bytes.
    pub max_url: usize,
    /// Rate limit of each key in requests a second, unless the file of keys sets its own; 0: no limit.
    pub key_rate: u32,
    /// Seconds that a query may take, its time in the queue included; then the response is 503.
    pub request_timeout: f64,
    /// Seconds that a client may take for the TLS handshake, for the head of a request, and for its body, and that
    /// writing a response may make no progress.
    pub client_timeout: f64,
    /// Seconds that requests may take to finish during a graceful shutdown.
    pub drain_timeout: f64,
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The level of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Failures.
    Error,
    /// What may become a failure.
    Warn,
    /// Normal events, requests among them.
    Info,
    /// Details for debugging.
    Debug,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            index: PathBuf::from("catalogue.segue"),
            in_memory: false,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            health_listen: None,
            public_url: None,
            page: true,
            keys: None,
            tls_cert: None,
            tls_key: None,
            cors: Vec::new(),
            log_format: LogFormat::Text,
            log_level: LogLevel::Info,
            log_requests: true,
            watch_interval: 1.0,
            threads: 0,
            max_connections: 1024,
            max_connections_per_address: 0,
            max_queries: 128,
            max_k: 1000,
            max_body: 256 * 1024,
            max_playlist: 16 * 1024 * 1024,
            max_url: 32 * 1024,
            key_rate: 0,
            request_timeout: 10.0,
            client_timeout: 10.0,
            drain_timeout: 10.0,
        }
    }
}

impl Config {
    /// Reads the text of a configuration file.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }

    /// A configuration file with all settings; those without a value are written as comments.
    pub fn to_toml(&self) -> String {
        let mut text = toml::to_string(self).unwrap_or_default();
        let may_be_set = [
            ("health_listen", "127.0.0.1:9090", self.health_listen.is_none()),
            ("public_url", "https://music.example.org", self.public_url.is_none()),
            ("keys", "keys.txt", self.keys.is_none()),
            ("tls_cert", "cert.pem", self.tls_cert.is_none()),
            ("tls_key", "key.pem", self.tls_key.is_none()),
        ];
        let unset = may_be_set.iter().filter(|(_, _, is_unset)| *is_unset);
        let lines: Vec<String> =
            unset.map(|(name, example, _)| format!("# {name} = {example:?}\n")).collect();
        if !lines.is_empty() {
            text += &format!("\n# Not set:\n{}", lines.concat());
        }
        text
    }

    /// Validates the settings.
    ///
    /// # Errors
    /// The first invalid setting, and what was expected.
    pub fn check(&self) -> Result<(), String> {
        let seconds = [
            ("watch_interval", self.watch_interval),
            ("request_timeout", self.request_timeout),
            ("client_timeout", self.client_timeout),
            ("drain_timeout", self.drain_timeout),
        ];
        for (name, value) in seconds {
            if !(0.05..=86_400.0).contains(&value) {
                return Err(format!("{name} is {value}, 0.05 to 86400 seconds were wanted"));
            }
        }
        let counts = [
            ("max_connections", self.max_connections, 1_000_000),
            ("max_queries", self.max_queries, 1_000_000),
            ("max_k", self.max_k, 100_000),
            ("max_body", self.max_body, 1 << 30),
            ("max_playlist", self.max_playlist, 256 << 20),
            ("max_url", self.max_url, 60 * 1024),
        ];
        for (name, value, most) in counts {
            if !(1..=most).contains(&value) {
                return Err(format!("{name} is {value}, 1 to {most} was wanted"));
            }
        }
        if self.max_connections_per_address > 1_000_000 {
            let most = self.max_connections_per_address;
            return Err(format!("max_connections_per_address is {most}, at most 1000000 were wanted"));
        }
        if self.threads > 1024 {
            return Err(format!("threads is {}, at most 1024 were wanted", self.threads));
        }
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return Err("tls_cert and tls_key belong together, one is missing".into());
        }
        let is_origin = |origin: &str| match origin.split_once("://") {
            Some(("http" | "https", host)) => {
                !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
            }
            _ => false,
        };
        if let Some(url) = self.public_url.as_deref().filter(|url| !is_origin(url)) {
            return Err(format!("public_url is {url:?}, https://HOST was wanted, without a path"));
        }
        match self.cors.iter().find(|origin| *origin != "*" && !is_origin(origin)) {
            Some(origin) => Err(format!("cors names {origin:?}, https://HOST or * was wanted")),
            None => Ok(()),
        }
    }

    pub(crate) fn request_time(&self) -> Duration {
        Duration::from_secs_f64(self.request_timeout)
    }

    pub(crate) fn client_time(&self) -> Duration {
        Duration::from_secs_f64(self.client_timeout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let config = Config { cors: vec!["*".into()], keys: Some("keys.txt".into()), ..Config::default() };
        assert_eq!(Config::parse(&config.to_toml()), Ok(config));
        assert_eq!(Config::parse(""), Ok(Config::default()));
    }

    #[test]
    fn every_setting_is_printed_and_what_is_not_set_can_be_set_by_removing_the_mark() {
        let printed = Config::default().to_toml();
        let set = Config::parse(&printed.replace("\n# Not set:", "").replace("\n# ", "\n")).unwrap();
        assert!(set.health_listen.is_some() && set.public_url.is_some() && set.keys.is_some());
        assert!(set.tls_cert.is_some() && set.tls_key.is_some());
        set.check().unwrap();
        assert!(!set.to_toml().contains('#'), "{}", set.to_toml());
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_errors_that_say_where() {
        for (text, wanted) in [
            ("lissten = \"127.0.0.1:80\"", "lissten"),
            ("max_k = \"many\"", "max_k"),
            ("listen = \"localhost\"", "listen"),
            ("max_k = ", "line 1"),
        ] {
            let error = Config::parse(text).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused() {
        Config::default().check().unwrap();
        for wrong in [
            Config { request_timeout: f64::NAN, ..Config::default() },
            Config { request_timeout: 0.0, ..Config::default() },
            Config { max_queries: 0, ..Config::default() },
            Config { tls_cert: Some("cert.pem".into()), ..Config::default() },
            Config { public_url: Some("music.example.org".into()), ..Config::default() },
            Config { cors: vec!["https://a/b".into()], ..Config::default() },
        ] {
            wrong.check().unwrap_err();
        }
    }
}
