//! Arbitrary bytes as an input of `segue build`: returns a catalogue or an error, and never panics.

use segue::catalogue::Column;
use segue::catalogue::ingest::RejectLimit;
use segue::{Fill, Index, Ingest, Input, Profile, Query, Recommender, Row};

/// Checks one input.
pub fn check(bytes: &[u8]) {
    check_own_columns(bytes);
    let descriptive = Column::ALL.into_iter().filter(|column| column.is_descriptive());
    // No limit on rejects, so that mostly damaged files are tested to the end too.
    let ingest = Ingest::new().allow_missing(descriptive).max_rejects(RejectLimit::Rows(u64::MAX));
    let Ok((catalogue, report)) = ingest.read([Input::bytes("fuzz", bytes)]) else { return };
    let counts = report.counts;
    assert_eq!(counts.rows, counts.rejected + counts.repeated + counts.unique);
    assert_eq!(counts.unique, counts.incomplete + counts.tracks);
    assert_eq!(counts.tracks, catalogue.len() as u64);
    catalogue.to_batch().expect("what was read is valid");

    let recommender =
        Recommender::new(Index::builder().profiles(Profile::built_ins()).build(catalogue).unwrap());
    for row in recommender.index().catalogue().rows().take(20) {
        let answer = recommender.recommend(&Query::new(row)).expect("a clean catalogue answers");
        assert_eq!(
            recommender.row(answer.seed.expect("there is one seed").track_id).expect("its id is known"),
            row
        );
        for found in &answer.recommendations {
            assert!((-1.0..=1.0).contains(&found.similarity));
        }
    }
}

/// Reads the same bytes for a profile that compares whatever columns have some names, as numbers and as vectors.
fn check_own_columns(bytes: &[u8]) {
    let own =
        r#"{"profile": "own", "features": ["*ness:log", "tempo:rank"], "vectors": ["*ness", "energy*"]}"#;
    let list = r#"{"profile": "list", "vectors": ["vector", "vector:artist"]}"#;
    for (text, fill) in [(own, Fill::Drop), (own, Fill::Mean), (list, Fill::Drop)] {
        let profile = Profile::from_json(text).expect("a profile");
        let ingest = Ingest::new().needs(profile.needs()).fill(fill).max_rejects(RejectLimit::Rows(u64::MAX));
        let Ok((catalogue, report)) = ingest.read([Input::bytes("fuzz", bytes)]) else { continue };
        assert_eq!(report.counts.tracks, catalogue.len() as u64);
        catalogue.to_batch().expect("what was read is valid");
        let index = Index::builder().profile(profile).build(catalogue).expect("what it needs was read");
        let answer =
            Recommender::new(index).recommend(&Query::new(Row(0))).map(|found| found.recommendations.len());
        assert!(answer.is_ok());
    }
}
