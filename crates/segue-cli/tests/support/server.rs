//! A running service, and a raw HTTP client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::Place;

/// A running `segue serve`; killed on drop.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: Arc<Mutex<String>>,
}

/// An HTTP response.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    /// The headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// The timeout for events that a test waits for.
pub const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

impl Server {
    /// Starts the service in a folder, on a free port, and waits until it is ready.
    pub fn start(place: &Place, args: &[&str]) -> Self {
        let server = Self::begin(place, args);
        wait_until("the service is ready", || server.get("/health/ready").status == 200);
        server
    }

    /// Starts the service and waits until it listens.
    pub fn begin(place: &Place, args: &[&str]) -> Self {
        Self::of(place.child(&[&["serve", "--listen", "127.0.0.1:0"], args].concat()))
    }

    /// [`Self::begin`] with a limit of open files.
    pub fn begin_with_files(place: &Place, files: u32, args: &[&str]) -> Self {
        let command = place.child(&[&["serve", "--listen", "127.0.0.1:0"], args].concat());
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(format!("ulimit -n {files}; exec \"$@\"")).arg("sh");
        shell.arg(command.get_program()).args(command.get_args());
        shell.current_dir(command.get_current_dir().unwrap());
        Self::of(shell)
    }

    fn of(mut command: std::process::Command) -> Self {
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SEGUE_"))
        {
            command.env_remove(name);
        }
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "it ended: {}", log.lock().unwrap());
            log.lock().unwrap().push_str(&line);
            if let Some((_, address)) = line.split_once("127.0.0.1:").filter(|_| line.contains("listening")) {
                let port: String = address.chars().take_while(char::is_ascii_digit).collect();
                break SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()));
            }
        };
        let heard = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                heard.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Self { child, address, log }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The log: standard error so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn get(&self, path: &str) -> Response {
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address))
    }

    pub fn get_with(&self, path: &str, headers: &str) -> Response {
        let address = self.address;
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n"))
    }

    pub fn post(&self, path: &str, body: &str) -> Response {
        self.post_with(path, "content-type: application/json\r\n", body)
    }

    pub fn post_with(&self, path: &str, headers: &str, body: &str) -> Response {
        let (address, length) = (self.address, body.len());
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        ))
    }

    /// The response to a request that closes its connection.
    fn ask(&self, request: &str) -> Response {
        let bytes = self.raw(request.as_bytes());
        Response::parse(&bytes)
            .unwrap_or_else(|| panic!("{request:?}: {:?}", String::from_utf8_lossy(&bytes)))
    }

    /// Sends raw bytes, and reads until the connection is closed.
    pub fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // Ignored: the service may refuse and close before it has read everything.
        _ = stream.write_all(request);
        let mut response = Vec::new();
        _ = stream.read_to_end(&mut response);
        response
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(WAIT_TIMEOUT)).unwrap();
        stream.set_write_timeout(Some(WAIT_TIMEOUT)).unwrap();
        stream
    }

    /// The value of a metric; 0 if there is no such series.
    pub fn metric(&self, name: &str) -> f64 {
        let text = String::from_utf8(self.get("/metrics").body).unwrap();
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(0.0, |value| value.parse().unwrap())
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill").args(["-s", name, &self.pid().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until the process exits; its status and log.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let mut status = None;
        wait_until("the service has ended", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        (status.unwrap(), self.log())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
        let log = self.log();
        if !std::thread::panicking() {
            assert!(!log.contains("a bug"), "{log}");
        }
    }
}

impl Response {
    /// Parses a response; `None` if it is incomplete.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let (first, rest) = head.split_once("\r\n").unwrap_or((head, ""));
        let status = first.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let headers =
            rest.split("\r\n").filter(|line| !line.is_empty()).map(header).collect::<Option<Vec<_>>>()?;
        let response = Self { status, headers, body: bytes[end + 4..].to_vec() };
        let length = response.header("content-length").map(|length| length.parse::<usize>().unwrap());
        length.is_none_or(|length| length == response.body.len()).then_some(response)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// Asserts that it is a problem document with this status and code; returns its detail.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> String {
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:segue:problem:{code}"));
        problem["detail"].as_str().unwrap().to_owned()
    }
}

/// Waits until a condition holds; panics after [`WAIT_TIMEOUT`].
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < WAIT_TIMEOUT, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
