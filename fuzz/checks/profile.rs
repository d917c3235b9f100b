//! Any text as the file of a profile: a profile or an error, never a panic; and what is written of it is read.

use segue::Profile;

/// Checks one input.
pub fn check(text: &str) {
    if let Ok(profile) = Profile::from_json(text) {
        assert!(profile.dimension() > 0 && !profile.aspects().is_empty());
        let again = profile.to_json(serde_json::Value::Null).to_string();
        assert_eq!(Profile::from_json(&again).as_ref(), Ok(&profile));
    }
}
