//! Arbitrary text as a search query, a title, an id or a URI, also with extreme offsets and limits: never panics.

#[path = "../../crates/segue/tests/support/damage.rs"]
#[allow(dead_code)]
mod damage;

use std::sync::OnceLock;

use segue::catalogue::ingest::RejectLimit;
use segue::recommend::{Matching, SearchQuery, TrackRef};
use segue::{Error, Recommender, search};

fn recommender() -> &'static Recommender {
    static RECOMMENDER: OnceLock<Recommender> = OnceLock::new();
    RECOMMENDER.get_or_init(|| Recommender::new(damage::demo(300, 1)))
}

/// Checks one input.
pub fn check(text: &str) {
    let recommender = recommender();
    let catalogue = recommender.index().catalogue();
    let found = search::contains(catalogue, text).expect("a whole catalogue is searched");
    let lowered = text.to_lowercase();
    for row in catalogue.rows() {
        let track = recommender.track(row).expect("a track");
        let texts = [track.track_genre.unwrap_or_default(), track.track_name, &track.artists.join(";")];
        let contains = texts.iter().any(|text| text.to_lowercase().contains(&lowered));
        assert_eq!(contains, found.contains(&row), "{text:?} in {texts:?}");
    }
    if let TrackRef::Id(id) = TrackRef::parse(text) {
        assert!(!id.is_empty() && text.contains(id));
    }
    match recommender.resolve(text) {
        Ok(found) => assert!(found.candidates >= 1 && found.row.0 < 300),
        Err(error) => {
            assert!(matches!(error, Error::NoMatch { .. } | Error::UnknownTrack { .. }));
            assert!(!error.to_string().is_empty());
        }
    }
    for (offset, limit) in [(0, usize::MAX), (usize::MAX, 1), (text.len(), text.len())] {
        for matching in [Matching::Ranked, Matching::Contains, Matching::Regex] {
            let query = SearchQuery::new(text).matching(matching).offset(offset).limit(limit);
            match recommender.search(&query.facets(true)) {
                Ok(found) => assert!(found.tracks.len() <= found.total.min(limit)),
                Err(error) => assert!(matching == Matching::Regex, "{error}"),
            }
        }
    }
    _ = text.parse::<RejectLimit>();
}
