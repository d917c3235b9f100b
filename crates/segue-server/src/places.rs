//! The connection limit: a number in all, and a smaller one for each client address, so that no client takes all.
//!
//! A connection holds a [`ConnectionPermit`] until it closes. One that gets none may make one request, and only health
//! and metrics are served ([`OverLimitConnections`]).

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::AbortHandle;

use crate::config::Config;

/// The client that a request came from, as [`client`] identifies it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

/// The limits, and the connections that count towards them.
#[derive(Debug)]
pub(crate) struct ConnectionLimits {
    most: usize,
    most_per_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Counts a connection towards the limits until it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionPermit {
    limits: Arc<ConnectionLimits>,
    address: IpAddr,
}

impl ConnectionLimits {
    /// The limits of a configuration, lowered if the limit of open files does not allow as many.
    pub(crate) fn new(config: &Config) -> Self {
        let listeners = 1 + usize::from(config.health_listen.is_some());
        let kept = KEPT_FILES + listeners * OverLimitConnections::MOST;
        let most = match open_files() {
            Some(files) if files < config.max_connections + kept => {
                let most = files - kept.min(files / 2);
                tracing::warn!(
                    most,
                    "fewer connections than max_connections says, since the process may open only {files} files (ulimit -n)"
                );
                most
            }
            _ => config.max_connections,
        };
        let most_per_address = match config.max_connections_per_address {
            0 => three_quarters(most),
            most => most,
        };
        Self { most, most_per_address, taken: Mutex::default() }
    }

    /// A permit, unless the limit in all or that of this address is reached.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Option<ConnectionPermit> {
        let address = client(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = taken.by_address.get(&address).copied().unwrap_or_default();
        if taken.all >= self.most || of_address >= self.most_per_address {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(address, of_address + 1);
        Some(ConnectionPermit { limits: Arc::clone(self), address })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut taken = self.limits.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(of_address) = taken.by_address.get_mut(&self.address) {
            *of_address -= 1;
            if *of_address == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

/// What counts as one client: an IPv4 address, or an IPv6 /64 network, since one host may use all its addresses.
pub(crate) fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// The default limit for one address. Less than `most` if that is at least 2, so that others can connect.
fn three_quarters(most: usize) -> usize {
    (most * 3 / 4).max(1)
}

/// File descriptors reserved for other uses: the index and its successor, the log, listening sockets.
const KEPT_FILES: usize = 64;

/// The limit of open files (`RLIMIT_NOFILE`), after raising the soft limit to the hard one.
#[cfg(unix)]
fn open_files() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let most = if raised.is_ok() { maximum } else { current };
    most.and_then(|most| usize::try_from(most).ok())
}

#[cfg(not(unix))]
fn open_files() -> Option<usize> {
    None
}

/// Connections over the limit, at most [`Self::MOST`]. Beyond that, a new one replaces the oldest that has sent no
/// request, or else the oldest of all: a health probe that sends its request at once is answered however many
/// connections are idle.
#[derive(Debug, Default)]
pub(crate) struct OverLimitConnections(VecDeque<(AbortHandle, HasSentRequest)>);

/// Whether a connection has sent a request.
pub(crate) type HasSentRequest = Arc<AtomicBool>;

impl OverLimitConnections {
    const MOST: usize = 64;

    pub(crate) fn add(&mut self, connection: AbortHandle, has_sent: HasSentRequest) {
        self.0.retain(|(other, _)| !other.is_finished());
        if self.0.len() == Self::MOST {
            let silent = self.0.iter().position(|(_, has_sent)| !has_sent.load(Ordering::Relaxed));
            if let Some((oldest, _)) = self.0.remove(silent.unwrap_or(0)) {
                oldest.abort();
            }
        }
        self.0.push_back((connection, has_sent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(most: usize, most_per_address: usize) -> Arc<ConnectionLimits> {
        Arc::new(ConnectionLimits { most, most_per_address, taken: Mutex::default() })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_client_never_takes_all_connections() {
        let limits = limits(4, 3);
        let mut held: Vec<ConnectionPermit> =
            (0..9).filter_map(|_| limits.take(address("10.0.0.1"))).collect();
        assert_eq!(held.len(), 3);
        let other = limits.take(address("10.0.0.2"));
        assert!(other.is_some() && limits.take(address("10.0.0.3")).is_none());
        drop(held.pop());
        assert!(limits.take(address("10.0.0.3")).is_some());
    }

    #[test]
    fn one_client_leaves_a_connection_where_there_are_two() {
        for most in 2..=1_000 {
            assert!((1..most).contains(&three_quarters(most)), "{most}");
        }
        assert_eq!((three_quarters(1), three_quarters(1024)), (1, 768));
    }

    #[test]
    fn a_closed_connection_no_longer_counts() {
        let limits = limits(10, 10);
        drop([address("10.0.0.1"), address("::1"), address("10.0.0.1")].map(|address| limits.take(address)));
        let taken = limits.taken.lock().unwrap();
        assert!(taken.all == 0 && taken.by_address.is_empty(), "{taken:?}");
    }

    #[test]
    fn a_host_with_many_addresses_is_one_client() {
        assert_eq!(client(address("2001:db8:1:2:3::4")), client(address("2001:db8:1:2:ffff::1")));
        assert_ne!(client(address("2001:db8:1:2::4")), client(address("2001:db8:1:3::4")));
        assert_eq!(client(address("::ffff:10.0.0.1")), address("10.0.0.1"));
    }
}
