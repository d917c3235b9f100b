//! From a socket to the router: connections are counted, slow ones cut off, and all of them drained at the end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Config;
use crate::service::Service;

/// A socket that is open, and what is needed to talk on it.
pub(crate) struct Listener {
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
}

/// More headers than this are refused, and more bytes of them.
const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 32 * 1024;
/// What a client that finds no place is told; it is not listened to.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

impl Listener {
    pub(crate) async fn open(config: &Config) -> Result<Self, String> {
        let tls = match (&config.tls_cert, &config.tls_key) {
            (Some(cert), Some(key)) => Some(acceptor(cert, key)?),
            _ => None,
        };
        let socket = TcpListener::bind(config.listen).await;
        let socket = socket.map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
        Ok(Self { socket, tls })
    }

    /// The address, with the port that the system chose if it was asked to.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves until `end`, then until the last request is answered or the time to drain is over.
    pub(crate) async fn serve(self, service: Arc<Service>, router: Router, end: impl Future<Output = ()>) {
        let config = &service.config;
        let places = Arc::new(Semaphore::new(config.max_connections));
        let connections = GracefulShutdown::new();
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = &mut end => break,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // No more file descriptors, say: those that are open go on, and one of them may be closed soon.
                    tracing::warn!(%error, "a connection is not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                service.metrics.refused("connections");
                // To a socket's empty buffer: it is written at once or not at all.
                _ = stream.try_write(FULL);
                continue;
            };
            let (service, router, tls) = (Arc::clone(&service), router.clone(), self.tls.clone());
            let watcher = connections.watcher();
            tokio::spawn(async move {
                service.metrics.connections.inc();
                let held = Held { service: Arc::clone(&service), _place: place };
                talk(stream, tls, &service.config, router, watcher).await;
                drop(held);
            });
        }
        drop(self.socket);
        let drain = Duration::from_secs_f64(config.drain_timeout);
        if tokio::time::timeout(drain, connections.shutdown()).await.is_err() {
            tracing::warn!("the time to drain is over, open connections are closed");
        }
    }
}

/// A connection's place, and its part in the count.
struct Held {
    service: Arc<Service>,
    _place: OwnedSemaphorePermit,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.service.metrics.connections.dec();
    }
}

/// What reads and writes, whatever is below.
trait Stream: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Stream for T {}

async fn talk(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    config: &Config,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) {
    // Answers are written whole: waiting for more of them only makes them late.
    _ = stream.set_nodelay(true);
    let time = config.client_time();
    let stream: Pin<Box<dyn Stream>> = match tls {
        None => Box::pin(stream),
        Some(tls) => match tokio::time::timeout(time, tls.accept(stream)).await {
            Ok(Ok(stream)) => Box::pin(stream),
            _ => return,
        },
    };
    let mut stream = TimeoutStream::new(stream);
    // Reading has limits of its own: for the head here, for the body where it is read.
    stream.set_write_timeout(Some(time));
    let service = TowerToHyperService::new(router);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(time)
        .max_headers(MOST_HEADERS)
        .max_buf_size(config.max_url + MOST_HEADER_BYTES)
        .half_close(false)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    // Whoever goes away or talks nonsense is no event.
    _ = watcher.watch(connection).await;
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
