//! Arbitrary text as the file of a profile: returns a profile or an error, and never panics; and the profile survives a
//! round trip through JSON.

use segue::Profile;

/// Checks one input.
pub fn check(text: &str) {
    if let Ok(profile) = Profile::from_json(text) {
        assert!(!profile.aspects().is_empty());
        let again = serde_json::to_string(&profile).expect("a profile has a JSON form");
        assert_eq!(Profile::from_json(&again).expect("what was written is read"), profile);
    }
}
