//! API keys: authentication, rate limits, and which keys may call `/admin`.
//!
//! The file of keys holds only their SHA-256, unsalted, since keys are long and random. A line is
//! `NAME HASH [admin] [rate=N]`; `#` begins a comment. For example, `app 5e88...42d8 rate=100`.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::config::Config;
use crate::fault::{Fault, FaultKind};
use crate::log::LogSampler;
use crate::places::Client;

/// The keys that are accepted.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    /// Whether a key is required: there is a file of keys.
    needed: bool,
    keys: Vec<Key>,
}

#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    hash: [u8; 32],
    pub(crate) is_admin: bool,
    limit: Option<DefaultDirectRateLimiter>,
}

impl Keys {
    pub(crate) fn read(config: &Config) -> Result<Self, String> {
        let Some(path) = &config.keys else { return Ok(Self::default()) };
        let text = fs::read_to_string(path);
        let text = text.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Self::parse(&text, config.key_rate).map_err(|problem| format!("{}, {problem}", path.display()))
    }

    /// Parses a file of keys; `rate` is the default rate limit.
    pub(crate) fn parse(text: &str, rate: u32) -> Result<Self, String> {
        let mut keys: Vec<Key> = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let key = Key::parse(line, rate).map_err(|problem| format!("line {number}: {problem}"))?;
            if keys.iter().any(|other| other.name == key.name) {
                return Err(format!("line {number}: a second key has the name {:?}", key.name));
            }
            keys.push(key);
        }
        match keys.is_empty() {
            true => Err("it holds no key; make one by: segue serve --new-key NAME".into()),
            false => Ok(Self { needed: true, keys }),
        }
    }

    pub(crate) fn are_needed(&self) -> bool {
        self.needed
    }

    pub(crate) fn has_admin(&self) -> bool {
        self.keys.iter().any(|key| key.is_admin)
    }

    /// The key with this secret. Compares with every hash in constant time, against timing attacks.
    pub(crate) fn find(&self, secret: &[u8]) -> Option<&Key> {
        let hash = Sha256::digest(secret);
        let mut found = None;
        for key in &self.keys {
            if bool::from(key.hash.as_slice().ct_eq(hash.as_slice())) {
                found = Some(key);
            }
        }
        found
    }

    /// The key of a request; `None` if none is required. A fault if it is missing, invalid, or over its rate limit.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> Result<Option<&Key>, Fault> {
        if !self.needed {
            return Ok(None);
        }
        let missing = "give an API key: Authorization: Bearer KEY, or X-API-Key: KEY";
        let secret = secret(headers).ok_or_else(|| Fault::new(FaultKind::Key, missing))?;
        let key = self.find(secret).ok_or_else(|| Fault::new(FaultKind::Key, "this API key is not valid"))?;
        match &key.limit {
            Some(limit) if limit.check().is_err() => {
                Err(Fault::new(FaultKind::Rate, "more requests than this API key may make; ask again later"))
            }
            _ => Ok(Some(key)),
        }
    }
}

impl Key {
    fn parse(line: &str, rate: u32) -> Result<Self, String> {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        let hash = words.next().and_then(unhex).ok_or("NAME and 64 hexadecimal digits were wanted")?;
        let (mut is_admin, mut rate) = (false, rate);
        for word in words {
            match word.split_once('=') {
                None if word == "admin" => is_admin = true,
                Some(("rate", number)) => {
                    rate = number
                        .parse()
                        .map_err(|_| format!("{number:?} is no number of requests a second"))?;
                }
                _ => return Err(format!("{word:?} is neither admin nor rate=N")),
            }
        }
        let limit = NonZeroU32::new(rate).map(|rate| RateLimiter::direct(Quota::per_second(rate)));
        Ok(Self { name, hash, is_admin, limit })
    }
}

/// The line of a file of keys that accepts this secret.
pub fn key_line(name: &str, secret: &str, is_admin: bool) -> String {
    let hash = Sha256::digest(secret.as_bytes());
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{name} {digits}{}", if is_admin { " admin" } else { "" })
}

/// Rate limiter for requests without a valid key, by client. It never delays valid keys: keys are too long to guess by
/// trying, and clients behind one proxy share an address.
#[derive(Debug)]
pub(crate) struct AuthFailureLimiter {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    cleanup: LogSampler,
}

impl AuthFailureLimiter {
    /// 401 responses a second for each client; beyond that it gets 429.
    const RATE: NonZeroU32 = NonZeroU32::new(10).unwrap();
    /// Bounds the memory: while more clients than this are tracked, all requests share one limit.
    const MOST: usize = 10_000;

    /// Turns a missing or invalid key into "too many requests" once the client is over the limit.
    pub(crate) fn limit(&self, client: Option<Client>, fault: Fault) -> Fault {
        if fault.kind != FaultKind::Key {
            return fault;
        }
        let is_crowded = self.limiter.len() > Self::MOST;
        if is_crowded && self.cleanup.record().is_some() {
            self.limiter.retain_recent();
        }
        let client = client.filter(|_| !is_crowded);
        let client = client.map_or(Ipv4Addr::UNSPECIFIED.into(), |Client(client)| client);
        match self.limiter.check_key(&client) {
            Ok(()) => fault,
            Err(_) => {
                let problem =
                    "more requests without a valid API key than one client may make; ask again later";
                Fault::new(FaultKind::Rate, problem)
            }
        }
    }
}

impl Default for AuthFailureLimiter {
    fn default() -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_second(Self::RATE)), cleanup: LogSampler::default() }
    }
}

/// The secret of a request: its bearer token, or `X-API-Key`.
pub(crate) fn secret(headers: &HeaderMap) -> Option<&[u8]> {
    let bearer = || {
        let value = headers.get(AUTHORIZATION)?.as_bytes();
        let (scheme, secret) = value.split_at_checked(b"bearer ".len())?;
        scheme.eq_ignore_ascii_case(b"bearer ").then(|| secret.trim_ascii())
    };
    bearer().or_else(|| headers.get("x-api-key").map(|value| value.as_bytes().trim_ascii()))
}

fn unhex(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
    }

    #[test]
    fn a_key_is_found_by_its_secret_alone() {
        let text = format!(
            "# ours\n{} rate=2\n\n{} # me\n",
            key_line("app", "s3cret", false),
            key_line("me", "root", true)
        );
        let keys = Keys::parse(&text, 0).unwrap();
        assert_eq!(keys.find(b"s3cret").unwrap().name, "app");
        assert!(keys.find(b"s3cre").is_none() && keys.find(b"").is_none());
        assert!(keys.has_admin() && keys.find(b"root").unwrap().is_admin);
        for headers in [
            asking("authorization", "Bearer root"),
            asking("authorization", "bearer  root"),
            asking("x-api-key", "root"),
        ] {
            assert_eq!(keys.admit(&headers).unwrap().unwrap().name, "me");
        }
        for headers in [HeaderMap::new(), asking("authorization", "Basic root"), asking("x-api-key", "toor")]
        {
            assert_eq!(keys.admit(&headers).unwrap_err().kind, FaultKind::Key);
        }
    }

    #[test]
    fn a_key_may_ask_so_often_and_no_more() {
        let keys = Keys::parse(&format!("{} rate=3", key_line("app", "x", false)), 0).unwrap();
        let headers = asking("x-api-key", "x");
        let admitted = (0..10).filter(|_| keys.admit(&headers).is_ok()).count();
        assert_eq!(admitted, 3);
        assert_eq!(keys.admit(&headers).unwrap_err().kind, FaultKind::Rate);
    }

    #[test]
    fn a_client_without_a_valid_key_is_slowed_down_and_others_are_not() {
        let limiter = AuthFailureLimiter::default();
        let kind_of =
            |client: [u8; 4], kind| limiter.limit(Some(Client(client.into())), Fault::new(kind, "")).kind;
        let of_one: Vec<FaultKind> = (0..20).map(|_| kind_of([10, 0, 0, 1], FaultKind::Key)).collect();
        assert_eq!((of_one[0], of_one[19]), (FaultKind::Key, FaultKind::Rate));
        assert_eq!(kind_of([10, 0, 0, 2], FaultKind::Key), FaultKind::Key);
        assert_eq!(kind_of([10, 0, 0, 1], FaultKind::Forbidden), FaultKind::Forbidden);
    }

    #[test]
    fn errors_name_the_line() {
        let line = key_line("app", "x", false);
        for (text, wanted) in [
            ("", "holds no key"),
            ("app abc", "line 1"),
            (&format!("{line}\n{line}"), "line 2"),
            (&format!("{line} root"), "neither"),
            (&format!("{line} rate=fast"), "fast"),
        ] {
            let error = Keys::parse(text, 0).unwrap_err();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
}
