//! Accepts connections and passes their requests to a router: TLS, the connection limit, timeouts for slow clients, and
//! draining at shutdown.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tower::ServiceExt;

use crate::config::Config;
use crate::places::{
    Client, ConnectionLimits, ConnectionPermit, HasSentRequest, OverLimitConnections, client,
};
use crate::service::Service;

/// A bound socket, and TLS if it is used.
pub(crate) struct Listener {
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
}

/// The routers for connections within the limit and over it.
pub(crate) struct Routers {
    /// For connections within the limit; `None`: all connections count as over it.
    pub(crate) within_limit: Option<(Router, Arc<ConnectionLimits>)>,
    /// For connections over the limit: no keep-alive, and a short timeout.
    pub(crate) over_limit: Router,
}

/// Limits for the headers of a request.
const MAX_HEADERS: usize = 100;
const MAX_HEADER_BYTES: usize = 32 * 1024;
/// The client timeout of connections over the limit.
const OVER_LIMIT_TIMEOUT: Duration = Duration::from_secs(1);

impl Listener {
    /// The listener for all clients.
    pub(crate) async fn for_clients(config: &Config) -> Result<Self, String> {
        let tls = match (&config.tls_cert, &config.tls_key) {
            (Some(cert), Some(key)) => Some(acceptor(cert, key)?),
            _ => None,
        };
        Self::open(config.listen, tls).await
    }

    /// The listener for `health_listen`.
    pub(crate) async fn for_health(address: SocketAddr) -> Result<Self, String> {
        Self::open(address, None).await
    }

    async fn open(address: SocketAddr, tls: Option<TlsAcceptor>) -> Result<Self, String> {
        let socket = TcpListener::bind(address).await;
        let socket = socket.map_err(|error| format!("cannot listen on {address}: {error}"))?;
        Ok(Self { socket, tls })
    }

    /// The bound address; if port 0 was asked for, with the port that the system chose.
    pub(crate) fn address(&self) -> Result<SocketAddr, String> {
        self.socket.local_addr().map_err(|error| error.to_string())
    }

    /// Accepts connections until `end`, then drains: waits for open requests, at most `drain_timeout`.
    pub(crate) async fn serve(self, service: Arc<Service>, routers: Routers, end: impl Future<Output = ()>) {
        let connections = GracefulShutdown::new();
        let mut over_limit = OverLimitConnections::default();
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = &mut end => break,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // For example, out of file descriptors: back off until a connection closes.
                    if let Some(times) = service.unaccepted.record() {
                        tracing::warn!(%error, times, "a connection is not accepted");
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let permit =
                routers.within_limit.as_ref().map(|(router, limits)| (router, limits.take(address.ip())));
            let (router, permit) = match permit {
                Some((router, Some(permit))) => (router, Some(permit)),
                Some((_, None)) => {
                    service.metrics.refused("connections");
                    (&routers.over_limit, None)
                }
                None => (&routers.over_limit, None),
            };
            let is_over_limit = permit.is_none();
            let has_sent = HasSentRequest::default();
            let connection = Connection {
                has_sent: Arc::clone(&has_sent),
                guard: ConnectionGuard::new(&service, permit),
                client: Client(client(address.ip())),
                tls: self.tls.clone(),
                router: router.clone(),
                time: if is_over_limit { OVER_LIMIT_TIMEOUT } else { service.config.client_time() },
            };
            let task = tokio::spawn(connection.serve(stream, connections.watcher()));
            if is_over_limit {
                over_limit.add(task.abort_handle(), has_sent);
            }
        }
        drop(self.socket);
        let drain = Duration::from_secs_f64(service.config.drain_timeout);
        if tokio::time::timeout(drain, connections.shutdown()).await.is_err() {
            tracing::warn!("the time to drain is over, open connections are closed");
        }
    }
}

/// Holds a connection's permit, if it has one, and counts it in the gauge of open connections.
struct ConnectionGuard {
    service: Arc<Service>,
    permit: Option<ConnectionPermit>,
}

impl ConnectionGuard {
    fn new(service: &Arc<Service>, permit: Option<ConnectionPermit>) -> Self {
        service.metrics.connections.inc();
        Self { service: Arc::clone(service), permit }
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.service.metrics.connections.dec();
    }
}

/// A byte stream: TCP, with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

/// One accepted connection and what serves it.
struct Connection {
    guard: ConnectionGuard,
    client: Client,
    has_sent: HasSentRequest,
    tls: Option<TlsAcceptor>,
    router: Router,
    /// The timeout for the TLS handshake, for a request's head, and for a stalled write.
    time: Duration,
}

impl Connection {
    async fn serve(self, stream: TcpStream, watcher: hyper_util::server::graceful::Watcher) {
        let Self { guard, client, has_sent, tls, router, time } = self;
        // Responses are written whole, so Nagle's algorithm would only delay them.
        _ = stream.set_nodelay(true);
        let stream: Pin<Box<dyn Stream>> = match tls {
            None => Box::pin(stream),
            Some(tls) => match tokio::time::timeout(time, tls.accept(stream)).await {
                Ok(Ok(stream)) => Box::pin(stream),
                _ => return,
            },
        };
        let mut stream = TimeoutStream::new(stream);
        // Reading has its own timeouts: for the head below, for the body in `body.rs`.
        stream.set_write_timeout(Some(time));
        let answer = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            has_sent.store(true, Ordering::Relaxed);
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(client);
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(time)
            .keep_alive(guard.permit.is_some())
            .max_headers(MAX_HEADERS)
            .max_buf_size(guard.service.config.max_url + MAX_HEADER_BYTES)
            .half_close(false)
            .serve_connection(TokioIo::new(Box::pin(stream)), answer);
        // Errors here are disconnects or clients that do not speak HTTP; they are not logged.
        _ = watcher.watch(connection).await;
        drop(guard);
    }
}

fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, String> {
    let unreadable =
        |path: &Path, error: &dyn std::fmt::Display| format!("cannot use {}: {error}", path.display());
    let chain = CertificateDer::pem_file_iter(cert).map_err(|error| unreadable(cert, &error))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|error| unreadable(cert, &error))?;
    if chain.is_empty() {
        return Err(unreadable(cert, &"it holds no certificate in PEM"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
    let mut tls = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| unreadable(key, &error))?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(tls)))
}
