//! `segue serve`: settings from flags, environment and file, then the HTTP service; also `--new-key`, `--print-config`
//! and `--check-health`.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use segue_server::{Config, LogFormat, LogLevel};

use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::source::{self, Reading};

/// Settings given as flags or environment variables; they override the file and the defaults.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// The index, which is reloaded when it is replaced; or a file of tracks, which is indexed in memory [default: catalogue.segue]
    #[arg(short, long, value_name = "PATH", env = "SEGUE_INDEX", hide_env_values = true)]
    index: Option<PathBuf>,
    /// Read the index into memory instead of mapping it [default: false]
    ///
    /// A mapped index must only ever be replaced by `segue build` or by renaming whole folders. Where others may
    /// copy or write into the folder, read it into memory; it then takes as much memory as its files have bytes.
    #[arg(long, value_name = "BOOL", env = "SEGUE_IN_MEMORY", num_args = 0..=1, default_missing_value = "true")]
    in_memory: Option<bool>,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "SEGUE_LISTEN")]
    listen: Option<SocketAddr>,
    /// A second address, where only health and metrics are answered, without TLS and keys
    #[arg(long, value_name = "ADDRESS:PORT", env = "SEGUE_HEALTH_LISTEN")]
    health_listen: Option<SocketAddr>,
    /// A TOML file of settings
    #[arg(long, value_name = "FILE", env = "SEGUE_CONFIG")]
    config: Option<PathBuf>,
    /// Print the effective settings as TOML and exit
    #[arg(long)]
    print_config: bool,
    /// Check that the service with these settings is ready, and exit; status 0 if it is
    #[arg(long)]
    check_health: bool,
    /// Generate an API key: print its line for the file of keys, the key itself on standard error, and exit
    #[arg(long, value_name = "NAME")]
    new_key: Option<String>,
    /// Let the key reload the index: POST /admin/reload
    #[arg(long, requires = "new_key")]
    admin: bool,
    /// Base URL in links, such as <https://music.example.org>
    #[arg(long, value_name = "URL", env = "SEGUE_PUBLIC_URL")]
    public_url: Option<String>,
    /// Whether the page is served at / [default: true]
    #[arg(long, value_name = "BOOL", env = "SEGUE_PAGE")]
    page: Option<bool>,
    /// Serve no page at /, only the API and its documentation: --page false
    #[arg(long)]
    no_page: bool,
    /// A file of API keys; without it no key is required
    #[arg(long, value_name = "FILE", env = "SEGUE_KEYS", help_heading = "Access")]
    keys: Option<PathBuf>,
    /// Requests a second of each key, unless the file of keys says another number; 0: no limit [default: 0]
    #[arg(long, value_name = "N", env = "SEGUE_KEY_RATE", help_heading = "Access")]
    key_rate: Option<u32>,
    /// An origin allowed by CORS, or * for all; may be given more than once
    #[arg(long, value_name = "ORIGIN", env = "SEGUE_CORS", value_delimiter = ',', help_heading = "Access")]
    cors: Option<Vec<String>>,
    /// The certificate of the service and its chain (PEM), for TLS
    #[arg(long, value_name = "FILE", env = "SEGUE_TLS_CERT", help_heading = "Access")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", env = "SEGUE_TLS_KEY", help_heading = "Access")]
    tls_key: Option<PathBuf>,
    /// How log lines are written: text or json [default: text]
    #[arg(long, value_name = "FORMAT", env = "SEGUE_LOG_FORMAT", value_parser = log_format, help_heading = "Log")]
    log_format: Option<LogFormat>,
    /// Minimum level: error, warn, info or debug [default: info]
    #[arg(long, value_name = "LEVEL", env = "SEGUE_LOG_LEVEL", value_parser = log_level, help_heading = "Log")]
    log_level: Option<LogLevel>,
    /// Whether every request is logged [default: true]
    #[arg(long, value_name = "BOOL", env = "SEGUE_LOG_REQUESTS", help_heading = "Log")]
    log_requests: Option<bool>,
    /// Worker threads for queries; 0: one per core [default: 0]
    #[arg(long, value_name = "N", env = "SEGUE_THREADS", help_heading = "Limits")]
    threads: Option<usize>,
    /// Maximum concurrent connections [default: 1024]
    #[arg(long, value_name = "N", env = "SEGUE_MAX_CONNECTIONS", help_heading = "Limits")]
    max_connections: Option<usize>,
    /// Maximum concurrent connections from one address; 0: three quarters of all [default: 0]
    #[arg(long, value_name = "N", env = "SEGUE_MAX_CONNECTIONS_PER_ADDRESS", help_heading = "Limits")]
    max_connections_per_address: Option<usize>,
    /// Maximum queries running or queued; more get 503 [default: 128]
    #[arg(long, value_name = "N", env = "SEGUE_MAX_QUERIES", help_heading = "Limits")]
    max_queries: Option<usize>,
    /// Largest k that a request may ask for [default: 1000]
    #[arg(long, value_name = "N", env = "SEGUE_MAX_K", help_heading = "Limits")]
    max_k: Option<usize>,
    /// Bytes of a request's body [default: 262144]
    #[arg(long, value_name = "BYTES", env = "SEGUE_MAX_BODY", help_heading = "Limits")]
    max_body: Option<usize>,
    /// Bytes of a playlist file [default: 16777216]
    #[arg(long, value_name = "BYTES", env = "SEGUE_MAX_PLAYLIST", help_heading = "Limits")]
    max_playlist: Option<usize>,
    /// Bytes of a request's path and query [default: 32768]
    #[arg(long, value_name = "BYTES", env = "SEGUE_MAX_URL", help_heading = "Limits")]
    max_url: Option<usize>,
    /// Timeout of a query in seconds, queueing included [default: 10]
    #[arg(long, value_name = "SECONDS", env = "SEGUE_REQUEST_TIMEOUT", help_heading = "Limits")]
    request_timeout: Option<f64>,
    /// Timeout in seconds for a client to send a request, and for a stalled write of the response [default: 10]
    #[arg(long, value_name = "SECONDS", env = "SEGUE_CLIENT_TIMEOUT", help_heading = "Limits")]
    client_timeout: Option<f64>,
    /// Seconds that requests may take to end after SIGTERM [default: 10]
    #[arg(long, value_name = "SECONDS", env = "SEGUE_DRAIN_TIMEOUT", help_heading = "Limits")]
    drain_timeout: Option<f64>,
    /// Seconds between checks for a new index [default: 1]
    #[arg(long, value_name = "SECONDS", env = "SEGUE_WATCH_INTERVAL", help_heading = "Limits")]
    watch_interval: Option<f64>,
    #[command(flatten)]
    reading: Reading,
}

const EXAMPLES: &str = "\
Every setting may be a flag, an environment variable, or a line of the TOML file; a flag takes
precedence over a variable, a variable over the file, the file over the default. SIGHUP reloads the
index and the keys, SIGTERM shuts down gracefully.

Examples:
  segue serve                           # then open http://127.0.0.1:8080/ in a browser
  segue serve -i spotify.csv --listen 127.0.0.1:9000
  curl 'http://127.0.0.1:8080/api/v1/search?q=daft+punk&k=3'
  segue serve --new-key app >> keys.txt && segue serve --keys keys.txt
  segue serve --new-key boss --admin >> keys.txt
  segue serve --print-config > segue.toml && segue serve --config segue.toml";

pub(crate) fn run(args: &ServeArgs, out: &Output) -> Outcome {
    if let Some(name) = &args.new_key {
        return new_key(name, args.admin, out);
    }
    let mut config = args.resolve()?;
    if out.quiet {
        config.log_level = LogLevel::Error;
    }
    if args.print_config {
        return out.results(|stdout| Ok(write!(stdout, "{}", config.to_toml())?));
    }
    if args.check_health {
        return segue_server::check_health(&config).map_err(Failure::Message);
    }
    let index = match source::is_input(&config.index) {
        true => Some(source::open_index(&config.index, &args.reading, || Ok(Vec::new()), out)?),
        false if args.reading.is_empty() => None,
        false => {
            return Err(Failure::usage(
                "--map and --allow-missing are for files of tracks, an index is read as it is",
            ));
        }
    };
    let _log = segue_server::start_log(&config);
    segue_server::run(config, index).map_err(Failure::Message)
}

impl ServeArgs {
    /// All settings: flag or environment variable, else the file, else the default.
    fn resolve(&self) -> Result<Config, Failure> {
        let config = match &self.config {
            None => Config::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text = text
                    .map_err(|error| Failure::Message(format!("cannot read {}: {error}", path.display())))?;
                Config::parse(&text)
                    .map_err(|problem| Failure::Message(format!("{}: {problem}", path.display())))?
            }
        };
        let config = Config {
            index: self.index.clone().unwrap_or(config.index),
            in_memory: self.in_memory.unwrap_or(config.in_memory),
            listen: self.listen.unwrap_or(config.listen),
            health_listen: self.health_listen.or(config.health_listen),
            public_url: self.public_url.clone().or(config.public_url),
            page: !self.no_page && self.page.unwrap_or(config.page),
            keys: self.keys.clone().or(config.keys),
            key_rate: self.key_rate.unwrap_or(config.key_rate),
            cors: self.cors.clone().unwrap_or(config.cors),
            tls_cert: self.tls_cert.clone().or(config.tls_cert),
            tls_key: self.tls_key.clone().or(config.tls_key),
            log_format: self.log_format.unwrap_or(config.log_format),
            log_level: self.log_level.unwrap_or(config.log_level),
            log_requests: self.log_requests.unwrap_or(config.log_requests),
            threads: self.threads.unwrap_or(config.threads),
            max_connections: self.max_connections.unwrap_or(config.max_connections),
            max_connections_per_address: self
                .max_connections_per_address
                .unwrap_or(config.max_connections_per_address),
            max_queries: self.max_queries.unwrap_or(config.max_queries),
            max_k: self.max_k.unwrap_or(config.max_k),
            max_body: self.max_body.unwrap_or(config.max_body),
            max_playlist: self.max_playlist.unwrap_or(config.max_playlist),
            max_url: self.max_url.unwrap_or(config.max_url),
            request_timeout: self.request_timeout.unwrap_or(config.request_timeout),
            client_timeout: self.client_timeout.unwrap_or(config.client_timeout),
            drain_timeout: self.drain_timeout.unwrap_or(config.drain_timeout),
            watch_interval: self.watch_interval.unwrap_or(config.watch_interval),
        };
        config.check().map_err(Failure::usage)?;
        Ok(config)
    }
}

/// Generates a key: prints the key on standard error, and the line for the file of keys on standard output.
fn new_key(name: &str, is_admin: bool, out: &Output) -> Outcome {
    if name.is_empty() || name.contains(|letter: char| letter.is_whitespace() || letter == '#') {
        return Err(Failure::usage("the name of a key is one word without #"));
    }
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| Failure::Message(format!("no random numbers: {error}")))?;
    let key: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    // Printed even with `--quiet`: the key is not stored anywhere.
    writeln!(io::stderr(), "segue: the key, which is shown this once: {key}")?;
    out.results(|stdout| Ok(writeln!(stdout, "{}", segue_server::key_line(name, &key, is_admin))?))
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("text or json was wanted".into()),
    }
}

fn log_level(text: &str) -> Result<LogLevel, String> {
    match text {
        "error" => Ok(LogLevel::Error),
        "warn" => Ok(LogLevel::Warn),
        "info" => Ok(LogLevel::Info),
        "debug" => Ok(LogLevel::Debug),
        _ => Err("error, warn, info or debug was wanted".into()),
    }
}
