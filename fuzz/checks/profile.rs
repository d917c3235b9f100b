//! Any text as the file of a profile: a profile or an error, never a panic; and what is written of it is read.

use segue::Profile;

/// Checks one input.
pub fn check(text: &str) {
    if let Ok(profile) = Profile::from_json(text) {
        assert!(profile.dimension() > 0 && !profile.aspects().is_empty());
        let again = serde_json::to_string(&profile).expect("a profile has a JSON form");
        assert_eq!(Profile::from_json(&again).expect("what was written is read"), profile);
    }
}
