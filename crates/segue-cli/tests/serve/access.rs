//! API keys, rate limits, CORS, and admin requests.

use serde_json::json;

use crate::support::Place;
use crate::support::server::{Response, Server, wait_until};
use crate::support::tracks::id;

/// A folder with an index and a file of keys, and the secrets of the keys `app`, `slow` and `boss`.
fn with_keys() -> (Place, [String; 3]) {
    let place = Place::with_index();
    let mut file = "# keys of the tests\n".to_owned();
    let secrets = [("app", ""), ("slow", " rate=2"), ("boss", "")].map(|(name, rest)| {
        let admin = if name == "boss" { &["--admin"][..] } else { &[] };
        let made = place.run(&[&["serve", "--quiet", "--new-key", name], admin].concat()).succeeds();
        let secret = made.err.trim_end().rsplit(' ').next().unwrap().to_owned();
        assert!(secret.len() == 64 && !made.out.contains(&secret), "only its hash is kept");
        file += &format!("{}{rest}\n", made.out.trim_end());
        secret
    });
    place.write("keys.txt", file);
    (place, secrets)
}

#[test]
fn where_there_are_keys_everybody_needs_one_and_no_log_tells_it() {
    let (place, [app, slow, boss]) = with_keys();
    let server = Server::start(&place, &["-i", "tracks.segue", "--keys", "keys.txt", "--log-level", "debug"]);
    let path = format!("/api/v1/tracks/{}/similar", id(1));
    let refused = server.get(&path);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer realm=\"segue\""));
    refused.problem(401, "no_valid_key");
    server.get_with(&path, "authorization: Bearer wrong\r\n").problem(401, "no_valid_key");
    for header in [format!("authorization: Bearer {app}\r\n"), format!("x-api-key: {boss}\r\n")] {
        let answer = server.get_with(&path, &header);
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("private, no-cache")));
    }
    // Health, metrics and documentation need no key.
    for path in ["/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs/"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    // Below `/v1`, errors are Spotify's error object.
    let refused = server.get(&format!("/v1/tracks/{}", id(1)));
    assert_eq!((refused.status, &refused.json()["error"]["status"]), (401, &json!(401)));

    let limited: Vec<u16> =
        (0..6).map(|_| server.get_with(&path, &format!("x-api-key: {slow}\r\n")).status).collect();
    assert_eq!(limited[..2], [200, 200]);
    assert!(limited[2..].contains(&429), "{limited:?}");
    assert!(server.metric("segue_http_refused_total{reason=\"rate_limit\"}") >= 1.0);
    assert_eq!(server.metric("segue_http_refused_total{reason=\"unauthorised\"}"), 3.0);
    let log = server.log();
    assert!(![app, slow, boss].iter().any(|secret| log.contains(secret.as_str())), "{log}");
}

#[test]
fn who_comes_with_wrong_keys_is_slowed_down_and_right_keys_are_not() {
    let (place, [app, ..]) = with_keys();
    let server = Server::start(&place, &["-i", "tracks.segue", "--keys", "keys.txt"]);
    let status = |key: usize| server.get_with("/api/v1/catalogue", &format!("x-api-key: {key}\r\n")).status;
    assert_eq!(status(0), 401);
    // From many threads, since one may be too slow to reach the rate limit.
    let is_slowed = |ask: &(dyn Fn() -> u16 + Sync)| {
        wait_until("it is told to slow down", || {
            std::thread::scope(|scope| {
                let asked: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
                asked.into_iter().any(|asked| asked.join().unwrap() == 429)
            })
        });
    };
    is_slowed(&|| status(1));
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let body = "grant_type=client_credentials&client_secret=x";
    is_slowed(&|| server.post_with("/api/token", form, body).status);
    assert_eq!(server.get_with("/api/v1/catalogue", &format!("x-api-key: {app}\r\n")).status, 200);
}

#[test]
fn a_client_exchanges_its_key_for_a_token() {
    let (place, [app, ..]) = with_keys();
    let server = Server::start(&place, &["-i", "tracks.segue", "--keys", "keys.txt"]);
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let token = |headers: &str, body: &str| server.post_with("/api/token", &format!("{form}{headers}"), body);
    let by_form = token("", &format!("grant_type=client_credentials&client_id=x&client_secret={app}"));
    let answer = by_form.json();
    assert_eq!((by_form.status, by_form.header("cache-control")), (200, Some("no-store")));
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(3600)));
    let bearer = format!("authorization: Bearer {}\r\n", answer["access_token"].as_str().unwrap());
    assert_eq!(server.get_with(&format!("/v1/tracks/{}", id(1)), &bearer).status, 200);

    let wrong = token("authorization: Basic eDp5\r\n", "grant_type=client_credentials");
    assert_eq!((wrong.status, &wrong.json()["error"]), (401, &json!("invalid_client")));
    let other = token("", "grant_type=password");
    assert_eq!((other.status, &other.json()["error"]), (400, &json!("unsupported_grant_type")));
    assert_eq!(server.post("/api/token", "{}").status, 415);
}

#[test]
fn orders_are_taken_from_an_admin_alone() {
    let (place, [app, _, boss]) = with_keys();
    let server =
        Server::start(&place, &["-i", "tracks.segue", "--keys", "keys.txt", "--watch-interval", "3600"]);
    let order = |key: &str| server.post_with("/admin/reload", &format!("x-api-key: {key}\r\n"), "");
    order("wrong").problem(401, "no_valid_key");
    order(&app).problem(403, "key_not_enough");
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    assert_eq!(order(&boss).json(), json!({ "status": "reloaded", "generation": 2 }));
    assert_eq!(server.get("/health/ready").json()["generation"], 2);
    drop(server);

    let open = Server::start(&place, &["-i", "tracks.segue"]);
    open.post("/admin/reload", "").problem(404, "no_such_path");
}

#[test]
fn keys_are_read_again_with_the_index() {
    let (place, [app, _, boss]) = with_keys();
    let server = Server::start(&place, &["-i", "tracks.segue", "--keys", "keys.txt"]);
    let status = |key: &str| server.get_with("/api/v1/catalogue", &format!("x-api-key: {key}\r\n")).status;
    let reload = || server.post_with("/admin/reload", &format!("x-api-key: {boss}\r\n"), "").status;
    assert_eq!(status(&app), 200);
    let text = String::from_utf8(place.read("keys.txt")).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("app")).collect();
    place.write("keys.txt", without.join("\n"));
    assert_eq!((reload(), status(&app)), (200, 401));
    // An invalid file of keys is refused, and the old keys stay valid.
    place.write("keys.txt", "boss nonsense");
    assert_eq!((reload(), status(&boss)), (409, 200));
}

#[test]
fn pages_of_other_origins_may_ask_only_if_told() {
    let place = Place::with_index();
    let ask = |server: &Server, origin: &str| {
        let answer = server.get_with("/api/v1/catalogue", &format!("origin: {origin}\r\n"));
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    let closed = Server::start(&place, &["-i", "tracks.segue"]);
    assert_eq!(ask(&closed, "https://a.example"), None);
    let open =
        Server::start(&place, &["-i", "tracks.segue", "--cors", "https://a.example,https://b.example"]);
    assert_eq!(ask(&open, "https://b.example").as_deref(), Some("https://b.example"));
    assert_eq!(ask(&open, "https://c.example"), None);
    // The preflight request of a browser, before it sends a key.
    let may = "OPTIONS /api/v1/recommendations HTTP/1.1\r\nhost: x\r\nconnection: close\r\norigin: https://a.example\r\n\
               access-control-request-method: POST\r\naccess-control-request-headers: authorization,content-type\r\n\r\n";
    let answer = Response::parse(&open.raw(may.as_bytes())).unwrap();
    assert_eq!(
        (answer.status, answer.header("access-control-allow-headers")),
        (200, Some("authorization,content-type"))
    );
}
