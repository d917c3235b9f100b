//! Starts the service from a configuration and runs it until a signal ends it; also the health check for containers.

use std::future::Future;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use segue::Index;
use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};

use crate::config::Config;
use crate::listen::{Listener, Routers};
use crate::places::ConnectionLimits;
use crate::reload::{ReloadHandle, Reloader};
use crate::router::{for_clients, for_health, for_over_limit};
use crate::service::Service;

/// Serves until SIGTERM or SIGINT, then drains. If `index` is given it is served throughout; otherwise the index of the
/// configuration is opened, and reloaded when it is replaced. The address is logged.
///
/// # Errors
/// Why it cannot start: the configuration, the address, the certificate, the index.
pub fn run(config: Config, index: Option<Index>) -> Result<(), String> {
    let service = Arc::new(Service::new(config)?);
    // Connection I/O takes less CPU than queries, and the worker threads already use every core.
    let io_threads = std::thread::available_parallelism().map_or(1, |cores| cores.get() / 2).max(1);
    let runtime =
        Builder::new_multi_thread().worker_threads(io_threads).enable_all().thread_name("talks").build();
    let runtime =
        runtime.map_err(|error| format!("cannot start the threads that talk to clients: {error}"))?;
    let outcome = runtime.block_on(async {
        let listener = Listener::for_clients(&service.config).await?;
        let health = match service.config.health_listen {
            Some(address) => Some(Listener::for_health(address).await?),
            None => None,
        };
        let shutdown = shutdown_signal()?;
        let (fail, failed) = oneshot::channel();
        let reload = match index {
            Some(index) => {
                service.serve_index(index).map_err(|error| error.to_string())?;
                None
            }
            None => {
                let (mut reloader, handle) = Reloader::new(Arc::clone(&service));
                // Until the index is open, queries get 503 `not_ready`.
                tokio::spawn(async move {
                    match reloader.first().await {
                        Ok(_) => reloader.run().await,
                        Err(problem) => _ = fail.send(problem),
                    }
                });
                Some(handle)
            }
        };
        tokio::spawn(reload_on_sighup(reload.clone())?);
        let (end, ended) = watch::channel(());
        let until_end = || {
            let mut ended = ended.clone();
            async move { _ = ended.changed().await }
        };
        if let Some(health) = health {
            let address = health.address()?;
            tracing::info!(%address, "health is answered here, too");
            let routers = Routers { within_limit: None, over_limit: for_health(&service) };
            tokio::spawn(health.serve(Arc::clone(&service), routers, until_end()));
        }
        let address = listener.address()?;
        tracing::info!(%address, "listening");
        if service.config.page {
            tracing::info!(
                url = to_open(&service.config, address),
                "the page is here, to be opened in a browser"
            );
        }
        let limits = Arc::new(ConnectionLimits::new(&service.config));
        let routers = Routers {
            within_limit: Some((for_clients(&service, reload), limits)),
            over_limit: for_over_limit(&service),
        };
        let serving = listener.serve(Arc::clone(&service), routers, until_end());
        let mut outcome = Ok(());
        let until_shutdown = async {
            tokio::select! {
                () = shutdown => {}
                Ok(problem) = failed => outcome = Err(problem),
            }
            drop(end);
        };
        tokio::join!(serving, until_shutdown);
        outcome
    });
    // Do not wait for connections that outlast the drain, or for an index that is still being opened.
    runtime.shutdown_background();
    outcome
}

/// The URL of the page, on this machine unless `public_url` says another.
fn to_open(config: &Config, address: SocketAddr) -> String {
    let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
    let own = || format!("{scheme}://{}", on_loopback(address));
    config.public_url.clone().unwrap_or_else(own) + "/"
}

/// An address that can be connected to: of a socket that listens on all, the one on the loopback interface.
fn on_loopback(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

/// Completes at SIGTERM or SIGINT.
#[cfg(unix)]
fn shutdown_signal() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| format!("cannot listen for signals: {error}"));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to end, draining");
    })
}

#[cfg(not(unix))]
fn shutdown_signal() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        _ = tokio::signal::ctrl_c().await;
        tracing::info!("told to end, draining");
    })
}

/// Reloads at every SIGHUP.
#[cfg(unix)]
fn reload_on_sighup(handle: Option<ReloadHandle>) -> Result<impl Future<Output = ()> + Send, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangups =
        signal(SignalKind::hangup()).map_err(|error| format!("cannot listen for signals: {error}"))?;
    Ok(async move {
        while hangups.recv().await.is_some() {
            match &handle {
                // The result is logged.
                Some(handle) => _ = handle.reload().await,
                None => tracing::warn!("an index in memory is not opened anew"),
            }
        }
    })
}

#[cfg(not(unix))]
fn reload_on_sighup(_: Option<ReloadHandle>) -> Result<impl Future<Output = ()> + Send, String> {
    Ok(std::future::ready(()))
}

/// Requests `/health/ready` from the service of a configuration, at `health_listen` if set: a health check for
/// containers without `curl`. With TLS and no `health_listen`, it only checks that the port accepts connections.
///
/// # Errors
/// Why it is not ready.
pub fn check_health(config: &Config) -> Result<(), String> {
    let time = Duration::from_secs(5);
    let address = on_loopback(config.health_listen.unwrap_or(config.listen));
    let broken = |error: std::io::Error| format!("no answer from {address}: {error}");
    let mut stream = TcpStream::connect_timeout(&address, time).map_err(broken)?;
    if config.tls_cert.is_some() && config.health_listen.is_none() {
        return Ok(());
    }
    stream.set_read_timeout(Some(time)).map_err(broken)?;
    let request = format!("GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).map_err(broken)?;
    let mut head = [0; b"HTTP/1.1 200".len()];
    stream.read_exact(&mut head).map_err(broken)?;
    match &head == b"HTTP/1.1 200" {
        true => Ok(()),
        false => Err(format!("{address} is not ready: {}", String::from_utf8_lossy(&head))),
    }
}
