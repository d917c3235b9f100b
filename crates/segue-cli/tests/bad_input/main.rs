//! Whatever is given to `segue build`, it ends with an index or with an error that helps: it names the input,
//! says what was wanted, found and where, leaves nothing behind, and never panics.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, unreachable_pub)]

mod binary;
mod damaged;
mod odd_paths;
mod rejects;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use support::Place;

/// Builds from `name` once where no index is and once over an index that is there; both fail alike, and leave
/// nothing behind and nothing changed. Returns the message.
#[track_caller]
pub fn refusal(place: &Place, args: &[&str]) -> String {
    if !place.has("good.csv") {
        place.write("good.csv", support::tracks::csv(&support::tracks::some(8)));
        place.run(&["build", "good.csv", "-o", "good.segue"]).succeeds();
    }
    let (names, before) = (place.names(), place.index_bytes("good.segue"));
    let error = place.run(&[&["build", "-o", "new.segue"], args].concat()).fails();
    let again = place.run(&[&["build", "-o", "good.segue"], args].concat()).fails();
    assert_eq!(error, again);
    assert_eq!(place.names(), names, "nothing is left behind");
    assert!(before == place.index_bytes("good.segue"), "the index that was there is as it was");
    error
}

/// The refusal of a file with this content, which the message names.
#[track_caller]
pub fn refusal_of(name: &str, content: impl AsRef<[u8]>) -> String {
    let place = Place::new();
    place.write(name, content);
    let error = refusal(&place, &[name]);
    assert!(error.contains(name), "the input is named: {error}");
    error
}
