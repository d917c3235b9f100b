//! Unmodified rspotify makes every call that Segue supports.

// rspotify marks the calls that Spotify closed as deprecated.
#![allow(deprecated)]

use std::collections::HashSet;

use rspotify::model::{
    Id, Market, RecommendationsAttribute, RecommendationsSeedType, SearchResult, SearchType, TrackId,
};
use rspotify::prelude::BaseClient;
use rspotify::{ClientCredsSpotify, Config, Credentials};

use crate::support::server::Server;

pub fn makes_every_call(server: &Server) {
    let config = Config {
        api_base_url: format!("{}/v1/", server.url()),
        auth_base_url: server.url(),
        ..Config::default()
    };
    let client = ClientCredsSpotify::with_config(Credentials::new("any", "any"), config);
    client.request_token().unwrap();

    let known = server.get("/api/v1/search?q=e&match=contains&k=5").json();
    let known: Vec<String> = known["tracks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|track| track["track_id"].as_str().unwrap().to_owned())
        .collect();
    let ids: Vec<TrackId<'_>> = known.iter().map(|id| TrackId::from_id(id.as_str()).unwrap()).collect();
    let features = |id: &str| server.get(&format!("/api/v1/tracks/{id}")).json()["audio_features"].clone();

    let track = client.track(ids[0].clone(), None).unwrap();
    assert_eq!(track.id.as_ref().unwrap().id(), known[0]);
    let tracks = client.tracks(ids.clone(), Some(Market::FromToken)).unwrap();
    assert_eq!(tracks.len(), 5);
    let unknown = client.track(TrackId::from_id("0000000000000000000000").unwrap(), None);
    assert!(format!("{:?}", unknown.unwrap_err()).contains("404"));

    let one = client.track_features(ids[0].clone()).unwrap();
    let several = client.tracks_features(ids[..2].to_vec()).unwrap().unwrap();
    assert_eq!((several.len(), &several[0]), (2, &one));
    let wanted = features(&known[0]);
    assert!((f64::from(one.energy) - wanted["energy"].as_f64().unwrap()).abs() < 1e-6);
    assert!((f64::from(one.tempo) - wanted["tempo"].as_f64().unwrap()).abs() < 1e-3);

    let artist = track.artists[0].id.clone().unwrap();
    let genre = server.get("/v1/recommendations/available-genre-seeds").json()["genres"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let attributes = [
        RecommendationsAttribute::MinEnergy(0.5),
        RecommendationsAttribute::MaxDurationMs(400_000),
        RecommendationsAttribute::TargetTempo(120.0),
    ];
    let found = client
        .recommendations(
            attributes,
            Some([artist]),
            Some([genre.as_str()]),
            Some([ids[0].clone()]),
            None,
            Some(30),
        )
        .unwrap();
    let kinds: Vec<RecommendationsSeedType> = found.seeds.iter().map(|seed| seed._type.clone()).collect();
    assert_eq!(
        kinds,
        [RecommendationsSeedType::Track, RecommendationsSeedType::Artist, RecommendationsSeedType::Genre]
    );
    let listed: HashSet<String> =
        found.tracks.iter().map(|track| track.id.as_ref().unwrap().id().to_owned()).collect();
    assert_eq!(listed.len(), 30);
    for id in &listed {
        let features = features(id);
        assert!(
            features["energy"].as_f64().unwrap() >= 0.5
                && features["duration_ms"].as_u64().unwrap() <= 400_000
        );
    }

    let SearchResult::Tracks(page) =
        client.search("e", SearchType::Track, None, None, Some(7), Some(7)).unwrap()
    else {
        panic!("a page of tracks was wanted");
    };
    assert_eq!((page.items.len(), page.offset), (7, 7));
    assert!(page.total > 14 && page.next.is_some() && page.previous.is_some());
}
