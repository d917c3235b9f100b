//! Invalid input to `segue build`: it ends with an index or with an error that names the input, what was expected, what
//! was found and where. It leaves no files behind and never panics.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, unreachable_pub)]

mod binary;
mod damaged;
mod odd_paths;
mod rejects;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use support::Place;

/// Builds, once without an index and once over an existing one. Asserts that both fail with the same message, leave
/// nothing behind and change nothing; returns the message.
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

/// [`refusal`] of a file with this content; asserts that the message names the file.
#[track_caller]
pub fn refusal_of(name: &str, content: impl AsRef<[u8]>) -> String {
    let place = Place::new();
    place.write(name, content);
    let error = refusal(&place, &[name]);
    assert!(error.contains(name), "the input is named: {error}");
    error
}
