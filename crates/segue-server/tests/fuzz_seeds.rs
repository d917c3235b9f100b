//! The checks of the fuzz target `service`, on the seeds of its corpus and every prefix of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(missing_docs, unreachable_pub)]

#[path = "../../../fuzz/checks/service.rs"]
mod service;

#[test]
fn no_request_finds_a_fault_in_the_service() {
    for seed in [
        "GET /api/v1/search?q=the&k=3&facets=true\n\n",
        "GET /api/v1/tracks/ax9733qO5659vH0EZlnRKs/similar?k=5&why=true&profile=classic\n\n",
        "POST /api/v1/recommendations\napplication/json\n{\"seeds\":[{\"artist\":\"the\"},{\"genre\":\"rock\",\"weight\":-1}],\"k\":5,\"without_genres\":[\"pop\"],\"min\":{\"energy\":0.2},\"targets\":{\"valence\":0.5},\"diversity\":0.3,\"per_artist\":1,\"why\":true,\"shuffle\":{\"amount\":0.2,\"seed\":7}}",
        "POST /api/v1/recommendations?k=3&column=clap\napplication/octet-stream\nabcdefgh",
        "GET /v1/recommendations?seed_genres=rock&target_energy=0.5&min_tempo=100&limit=5\n\n",
        "GET /v1/audio-features?ids=ax9733qO5659vH0EZlnRKs,x\n\n",
        "GET /v1/search?q=artist:the%20year:1990&type=track&limit=3&offset=2\n\n",
        "POST /api/token\napplication/x-www-form-urlencoded\ngrant_type=client_credentials&client_secret=x",
        "GET /openapi.json\n\n",
        "GET /page/views/../index.html\n\n",
        "GET /api/v1/path?from=ax9733qO5659vH0EZlnRKs&to=x&k=4&min_energy=0.2&max_tempo=150\n\n",
        "POST /api/v1/playlists?name=a.m3u\ntext/plain\n#EXTM3U\n#EXTINF:1,The - A\nx/a%20b.mp3\nspotify:track:ax9733qO5659vH0EZlnRKs\n",
        "POST /api/v1/playlists/xspf\napplication/json\n{\"name\":\"a/b\\u0000\",\"tracks\":[\"ax9733qO5659vH0EZlnRKs\"]}",
        "GET /api/v1/map\n\n",
        "GET /api/v1/map/tiles/3/7/0\n\n",
        "POST /api/v1/tracks\napplication/json\n{\"ids\":[\"ax9733qO5659vH0EZlnRKs\",\"x\"],\"rows\":[0,299,300]}",
    ] {
        (0..=seed.len()).for_each(|end| service::check(&seed.as_bytes()[..end]));
    }
}
