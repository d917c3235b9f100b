//! Any bytes as an input of `segue build`: a catalogue or an error, never a panic.
//!
//! Run, from the root of the project, with a nightly toolchain and `cargo install cargo-fuzz`:
//!
//! ```sh
//! fuzz/make_corpus.sh
//! cargo +nightly fuzz run ingest -- -max_total_time=300 -rss_limit_mb=3000 -detect_leaks=0
//! ```
//!
//! Leaks are not looked for: threads that are just ending look like one to the sanitiser.

#![no_main]

use libfuzzer_sys::fuzz_target;
use segue::catalogue::Column;
use segue::catalogue::ingest::RejectLimit;
use segue::{Index, Ingest, Input, Profile, Query, Recommender};

/// Panics that the engine contains are no findings, so they are shown instead of ending the run, as the hook
/// of libfuzzer-sys would do. Those that reach the target end it all the same.
fn show_panics() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: show_panics(), |bytes: &[u8]| {
    let allow_missing = Column::ALL.into_iter().filter(|column| column.is_descriptive()).collect();
    // A limit of rows instead of a share, so that files of which most is damaged get through too.
    let ingest = Ingest { allow_missing, max_rejects: RejectLimit::Rows(u64::MAX), ..Ingest::default() };
    let Ok((catalogue, report)) = ingest.read(vec![Input::bytes("fuzz", bytes)]) else { return };
    let counts = report.counts;
    assert_eq!(counts.rows, counts.rejected + counts.repeated + counts.unique);
    assert_eq!(counts.unique, counts.incomplete + counts.tracks);
    assert_eq!(counts.tracks, catalogue.len() as u64);
    catalogue.to_batch().expect("what was read is valid");

    let recommender = Recommender::new(Index::build(catalogue, &Profile::built_ins(), Some(counts), &()).unwrap());
    for row in recommender.index().catalogue().rows().take(20) {
        let answer = recommender.recommend(&Query::new(row)).expect("a clean catalogue answers");
        assert_eq!(recommender.row(answer.seed.expect("there is one seed").track_id).expect("its id is known"), row);
        for found in &answer.recommendations {
            assert!((-1.0..=1.0).contains(&found.similarity));
        }
    }
});
