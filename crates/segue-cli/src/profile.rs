//! The values of `--profile`: a built-in profile, one of the index, or a file.

use std::path::Path;

use segue::{Index, Profile, Space};

use crate::failure::Failure;

/// The value of `--profile`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ProfileArg {
    /// The name of a built-in profile, or of one in the index.
    Named(String),
    /// A profile read from a JSON file.
    Given(Profile),
}

impl ProfileArg {
    /// Parses the value, and reads the file if it is a path.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let is_file = text.ends_with(".json") || text.contains(['/', '\\']);
        if !is_file {
            return Ok(Self::Named(text.to_owned()));
        }
        let json =
            std::fs::read_to_string(Path::new(text)).map_err(|error| format!("cannot be read: {error}"))?;
        Profile::from_json(&json).map(Self::Given).map_err(|error| error.to_string())
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::Given(profile) => profile.name(),
        }
    }

    /// The profile, for building vectors.
    pub(crate) fn profile(&self) -> Result<Profile, Failure> {
        match self {
            Self::Given(profile) => Ok(profile.clone()),
            Self::Named(name) => {
                let built_ins = Profile::built_ins();
                let names: Vec<&str> = built_ins.iter().map(Profile::name).collect();
                let names = names.join(", ");
                built_ins.iter().find(|profile| profile.name() == name).cloned().ok_or_else(|| {
                    Failure::usage(format!(
                        "there is no profile {name:?}; there are {names}, and files of segue train (NAME.json)"
                    ))
                })
            }
        }
    }

    /// The vectors of the profile in an index.
    pub(crate) fn space<'a>(&self, index: &'a Index) -> Result<&'a Space, Failure> {
        let space = index.space(Some(self.name()))?;
        match self {
            Self::Given(profile) if space.model().profile() != profile => Err(Failure::Message(format!(
                "the index has other weights for the profile {}; build it anew with: segue build INPUT --profile FILE",
                profile.name()
            ))),
            _ => Ok(space),
        }
    }
}
