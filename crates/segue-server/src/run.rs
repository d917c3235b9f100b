//! From a configuration to a service that runs until it is told to end.

use std::future::Future;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use segue::Index;
use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};

use crate::config::Config;
use crate::listen::{Answering, Listener};
use crate::places::Places;
use crate::reload::{Orders, Reloader};
use crate::router::{for_clients, for_health, for_standing};
use crate::service::Service;

/// Serves until SIGTERM or SIGINT. `index` answers if it is given, and for ever; otherwise the index of the
/// configuration is opened, and opened anew when it is replaced. The address is in the log.
///
/// # Errors
/// Why it cannot begin: the configuration, the address, the certificate, the index.
pub fn run(config: Config, index: Option<Index>) -> Result<(), String> {
    let service = Arc::new(Service::new(config)?);
    // Talking is less work than answering, and more threads than cores take turns instead of working.
    let talkers = std::thread::available_parallelism().map_or(1, |cores| cores.get() / 2).max(1);
    let runtime =
        Builder::new_multi_thread().worker_threads(talkers).enable_all().thread_name("talks").build();
    let runtime =
        runtime.map_err(|error| format!("cannot start the threads that talk to clients: {error}"))?;
    let outcome = runtime.block_on(async {
        let listener = Listener::for_clients(&service.config).await?;
        let health = match service.config.health_listen {
            Some(address) => Some(Listener::for_health(address).await?),
            None => None,
        };
        let told_to_end = ends()?;
        let (fail, failed) = oneshot::channel();
        let orders = match index {
            Some(index) => {
                service.serve_index(index).map_err(|error| error.to_string())?;
                None
            }
            None => {
                let (mut reloader, orders) = Reloader::new(Arc::clone(&service));
                // Meanwhile clients are told that the service is not ready.
                tokio::spawn(async move {
                    match reloader.first().await {
                        Ok(_) => reloader.run().await,
                        Err(problem) => _ = fail.send(problem),
                    }
                });
                Some(orders)
            }
        };
        tokio::spawn(hang_ups(orders.clone())?);
        let (end, ended) = watch::channel(());
        let until_end = || {
            let mut ended = ended.clone();
            async move { _ = ended.changed().await }
        };
        if let Some(health) = health {
            let address = health.address()?;
            tracing::info!(%address, "health is answered here, too");
            let answering = Answering { placed: None, standing: for_health(&service) };
            tokio::spawn(health.serve(Arc::clone(&service), answering, until_end()));
        }
        let address = listener.address()?;
        tracing::info!(%address, "listening");
        let places = Arc::new(Places::new(&service.config));
        let answering = Answering {
            placed: Some((for_clients(&service, orders), places)),
            standing: for_standing(&service),
        };
        let serving = listener.serve(Arc::clone(&service), answering, until_end());
        let mut outcome = Ok(());
        let ends = async {
            tokio::select! {
                () = told_to_end => {}
                Ok(problem) = failed => outcome = Err(problem),
            }
            drop(end);
        };
        tokio::join!(serving, ends);
        outcome
    });
    // What still answers a request that nobody waits for any more is left alone.
    runtime.shutdown_background();
    outcome
}

/// Ends when the process is told to end.
#[cfg(unix)]
fn ends() -> Result<impl Future<Output = ()>, String> {
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
fn ends() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        _ = tokio::signal::ctrl_c().await;
        tracing::info!("told to end, draining");
    })
}

/// Reloads at every SIGHUP.
#[cfg(unix)]
fn hang_ups(orders: Option<Orders>) -> Result<impl Future<Output = ()> + Send, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hang_ups =
        signal(SignalKind::hangup()).map_err(|error| format!("cannot listen for signals: {error}"))?;
    Ok(async move {
        while hang_ups.recv().await.is_some() {
            match &orders {
                // What comes of it is in the log.
                Some(orders) => _ = orders.reload().await,
                None => tracing::warn!("an index in memory is not opened anew"),
            }
        }
    })
}

#[cfg(not(unix))]
fn hang_ups(_: Option<Orders>) -> Result<impl Future<Output = ()> + Send, String> {
    Ok(std::future::ready(()))
}

/// Asks the service at the address of a configuration whether it is ready, or at the one for its health if there is one;
/// for containers, which have no other program to ask with. Where it talks TLS, all that is known is that it listens.
///
/// # Errors
/// Why it is not ready.
pub fn check_health(config: &Config) -> Result<(), String> {
    let time = Duration::from_secs(5);
    let mut address = config.health_listen.unwrap_or(config.listen);
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
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
