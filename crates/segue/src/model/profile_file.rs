//! The file format of profiles: JSON.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::aspect::Aspect;
use super::profile::{Profile, levels_hubs_by_default};
use crate::error::{Error, Result};

impl Profile {
    /// Reads a profile from JSON:
    ///
    /// ```json
    /// {
    ///   "profile": "mine",
    ///   "version": 1,
    ///   "features": ["mfcc_*", "bpm:log", "hour:circle:24"],
    ///   "vectors": ["clap"],
    ///   "weights": {"clap": 2, "genres": 1.5},
    ///   "labels": {"clap": "timbre (clap)"},
    ///   "levels_hubs": false,
    ///   "lists_releases": false
    /// }
    /// ```
    ///
    /// `features` are numeric columns as [`Aspect::column`] reads them, `vectors` vector columns as [`Aspect::vector`]
    /// does; each weighs 1 unless `weights` says otherwise, which may also weigh the known aspects. `version` defaults
    /// to 1, `levels_hubs` to whether there are neither `features` nor `vectors` of columns of one's own. Other members
    /// are ignored.
    ///
    /// ```
    /// use segue::Profile;
    ///
    /// let calm = Profile::from_json(r#"{"profile": "calm", "weights": {"energy": 2, "tempo": 0.5, "genres": 1}}"#)?;
    /// assert_eq!((calm.name(), calm.version(), calm.aspects().len()), ("calm", 1, 3));
    /// let mine = Profile::from_json(r#"{"profile": "mine", "vectors": ["clap"], "features": ["bpm:log"]}"#)?;
    /// assert_eq!(mine.aspects().len(), 2);
    /// # Ok::<(), segue::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Profile`] says what is wrong.
    pub fn from_json(text: &str) -> Result<Self> {
        let json: Value =
            serde_json::from_str(text).map_err(|error| Error::profile(format!("is not JSON: {error}")))?;
        let lacks = |what: &str| Error::profile(what);
        let name = json.get("profile").and_then(Value::as_str);
        let name = name.ok_or_else(|| lacks("has no \"profile\", its name"))?;
        let version = json.get("version").map_or(Some(1), |version| u32::try_from(version.as_u64()?).ok());
        let version = version.ok_or_else(|| lacks("has a \"version\" that is no whole number"))?;
        let (features, vectors) = (texts(&json, "features")?, texts(&json, "vectors")?);
        let mut weights = match json.get("weights") {
            Some(weights) => weights.as_object().cloned(),
            None if features.is_empty() && vectors.is_empty() => None,
            None => Some(serde_json::Map::new()),
        }
        .ok_or_else(|| lacks("has no \"weights\", an object of aspects and numbers"))?;
        let mut weight = |name: &str| match weights.remove(name) {
            Some(weight) => {
                let wrong = || Error::profile(format!("has a weight of {name} that is no number"));
                weight.as_f64().ok_or_else(wrong).map(Some)
            }
            None => Ok(None),
        };
        let mut found = Vec::new();
        for (name, aspect) in Aspect::all() {
            if !features.iter().any(|feature| feature == name)
                && let Some(weight) = weight(name)?
            {
                found.push((aspect, weight));
            }
        }
        for feature in &features {
            found.push((Aspect::column(feature)?, weight(feature)?.unwrap_or(1.0)));
        }
        for vector in &vectors {
            found.push((Aspect::vector(vector)?, weight(vector)?.unwrap_or(1.0)));
        }
        if let Some(unknown) = weights.keys().next() {
            let known: Vec<&str> = Aspect::all().map(|(name, _)| name).collect();
            let problem = format!(
                "weighs {unknown:?}, which is neither among its \"features\" and \"vectors\" nor any of: {}",
                known.join(", ")
            );
            return Err(Error::profile(problem));
        }
        let switch = |name: &str| match json.get(name) {
            None => Ok(None),
            Some(Value::Bool(on)) => Ok(Some(*on)),
            Some(_) => Err(Error::profile(format!("has a {name:?} that is neither true nor false"))),
        };
        let mut profile = Self::new(name, version, &found)?;
        let levels_hubs = switch("levels_hubs")?.unwrap_or(profile.levels_hubs());
        let lists_releases = switch("lists_releases")?.unwrap_or(profile.lists_releases());
        profile = profile.level_hubs(levels_hubs).list_releases(lists_releases);
        if let Some(labels) = json.get("labels") {
            let wrong = || lacks("has \"labels\" that are no object of names and texts");
            for (name, label) in labels.as_object().ok_or_else(wrong)? {
                profile = profile.label(name, label.as_str().ok_or_else(wrong)?);
            }
        }
        Ok(profile)
    }
}

/// The texts of a member of a JSON object; none if it is not there.
fn texts(json: &Value, member: &str) -> Result<Vec<String>> {
    let wrong = || Error::profile(format!("has a {member:?} that is no list of texts"));
    match json.get(member) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        Some(_) => Err(wrong()),
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let names = |is_meant: fn(&Aspect) -> bool| -> Vec<String> {
            let meant = self.aspects().iter().filter(|(aspect, _)| is_meant(aspect));
            meant.map(|(aspect, _)| aspect.name()).collect()
        };
        // Means over artists of known features have no name but in features.
        let features =
            names(|aspect| !matches!(aspect, Aspect::Vector(_)) && Aspect::named(&aspect.name()).is_none());
        let vectors = names(|aspect| matches!(aspect, Aspect::Vector(_)));
        let weights: BTreeMap<String, f64> =
            self.aspects().iter().map(|(aspect, weight)| (aspect.name(), *weight)).collect();
        let mut profile = serializer.serialize_map(None)?;
        profile.serialize_entry("profile", self.name())?;
        profile.serialize_entry("version", &self.version())?;
        if !features.is_empty() {
            profile.serialize_entry("features", &features)?;
        }
        if !vectors.is_empty() {
            profile.serialize_entry("vectors", &vectors)?;
        }
        profile.serialize_entry("weights", &weights)?;
        if !self.labels().is_empty() {
            profile.serialize_entry("labels", self.labels())?;
        }
        if self.levels_hubs() != levels_hubs_by_default(self.aspects()) {
            profile.serialize_entry("levels_hubs", &self.levels_hubs())?;
        }
        if self.lists_releases() {
            profile.serialize_entry("lists_releases", &true)?;
        }
        profile.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_as_it_was_written() {
        let weights = [(Aspect::Genres, 2.5), (Aspect::Key, 0.1)];
        let mine = Profile::new("mine", 3, &weights).unwrap();
        let text = serde_json::to_string(&mine).unwrap();
        let read = Profile::from_json(&text).unwrap();
        assert_eq!((read.name(), read.version()), ("mine", 3));
        assert_eq!(read.aspects(), [(Aspect::Key, 0.1), (Aspect::Genres, 2.5)]);
    }

    #[test]
    fn a_profile_of_own_columns_is_read_as_it_was_written() {
        let text = r#"{"profile":"mine","version":2,"features":["bpm:log","tempo:artist","hour:circle:24","mfcc_*"],
            "vectors":["clap:centred","lyrics"],"weights":{"genres":1.5,"lyrics":0.5},
            "labels":{"clap:centred":"timbre (clap)"},"levels_hubs":true,"lists_releases":true}"#;
        let mine = Profile::from_json(text).unwrap();
        assert!(mine.levels_hubs() && mine.lists_releases());
        let names: Vec<String> = mine.aspects().iter().map(|(aspect, _)| aspect.name()).collect();
        let wanted =
            ["genres", "bpm:log", "tempo:artist", "hour:circle:24", "mfcc_*", "clap:centred", "lyrics"];
        assert_eq!(names, wanted);
        let again = Profile::from_json(&serde_json::to_string(&mine).unwrap()).unwrap();
        assert_eq!(again, mine);
        let plain = Profile::from_json(r#"{"profile":"mine","vectors":["clap"]}"#).unwrap();
        assert!(!plain.levels_hubs() && !plain.lists_releases());
    }

    #[test]
    fn a_wrong_profile_is_refused_with_the_reason() {
        for (text, expected) in [
            ("{", "is not JSON"),
            (r#"{"weights": {}}"#, "has no \"profile\""),
            (r#"{"profile": "mine"}"#, "has no \"weights\""),
            (r#"{"profile": "Mine", "weights": {"energy": 1}}"#, "cannot be that of a profile"),
            (r#"{"profile": "../x", "weights": {"energy": 1}}"#, "cannot be that of a profile"),
            (r#"{"profile": "segue", "weights": {"energy": 1}}"#, "is a built-in profile"),
            (r#"{"profile": "mine", "weights": {"energy": 0}}"#, "no aspect weighs anything"),
            (r#"{"profile": "mine", "weights": {"energy": -1}}"#, "energy weighs -1"),
            (r#"{"profile": "mine", "weights": {"energy": "x"}}"#, "that is no number"),
            (r#"{"profile": "mine", "weights": {"loud": 1}}"#, "nor any of: danceability"),
            (r#"{"profile": "mine", "features": "bpm"}"#, "\"features\" that is no list of texts"),
            (r#"{"profile": "mine", "features": [":log"]}"#, "names no column"),
            (r#"{"profile": "mine", "features": ["bpm", "bpm"]}"#, "an aspect has two weights"),
            (
                r#"{"profile": "mine", "vectors": ["clap"], "weights": {"clap": 0}}"#,
                "no aspect weighs anything",
            ),
            (r#"{"profile": "mine", "vectors": ["clap"], "levels_hubs": 1}"#, "neither true nor false"),
            (r#"{"profile": "mine", "vectors": ["clap"], "labels": {"clap": 1}}"#, "\"labels\" that are no"),
            (r#"{"profile": "mine", "version": -1, "weights": {"energy": 1}}"#, "\"version\" that is no"),
        ] {
            let error = Profile::from_json(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
