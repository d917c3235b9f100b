//! The values of `--profile`: a built-in profile, one of the index, or a file.

use std::path::Path;

use segue::{Aspect, Index, Profile, Space};

use crate::failure::Failure;
use crate::value::weight;

/// A profile that compares columns of the input.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "A profile of your own columns, instead of --profile or beside it")]
pub(crate) struct OwnProfileArgs {
    /// Compare tracks by a numeric column: bpm, bpm:log (or sqrt, cube, rank), hour:circle:24, bpm:artist for the mean
    /// over the artist's tracks, 'mfcc_*' for several, or an aspect such as energy or genres
    #[arg(long, value_name = "COLUMN[:TRANSFORM]")]
    feature: Vec<String>,
    /// Compare tracks by a vector column, such as an embedding: clap, clap:centred, clap:raw, clap:artist; in CSV a
    /// pattern for one column a component, 'clap_*'
    #[arg(long, value_name = "COLUMN")]
    vector: Vec<String>,
    /// How much a feature or a vector counts, 1 without it
    #[arg(long, value_name = "NAME=W", value_parser = weight)]
    weight: Vec<(String, f64)>,
    /// The name of the profile: lower-case letters, digits, - and _
    #[arg(long, value_name = "NAME", default_value = "mine")]
    name: String,
    /// Scale down tracks that would be near to very many others
    #[arg(long)]
    level_hubs: bool,
}

impl OwnProfileArgs {
    /// The profile, if a column is given.
    pub(crate) fn profile(&self) -> Result<Option<Profile>, Failure> {
        let wrong = |error: segue::Error| Failure::usage(error.to_string());
        let named = |name: &String| self.feature.contains(name) || self.vector.contains(name);
        if let Some((name, _)) = self.weight.iter().find(|(name, _)| !named(name)) {
            return Err(Failure::usage(format!("--weight {name}: it is neither a --feature nor a --vector")));
        }
        if self.feature.is_empty() && self.vector.is_empty() {
            return match self.level_hubs {
                true => Err(Failure::usage("--level-hubs is for a profile made by --feature and --vector")),
                false => Ok(None),
            };
        }
        let weight = |name: &String| {
            let given = self.weight.iter().rev().find(|(known, _)| known == name);
            given.map_or(1.0, |(_, weight)| *weight)
        };
        let mut aspects = Vec::new();
        for name in &self.feature {
            aspects.push((Aspect::column(name).map_err(wrong)?, weight(name)));
        }
        for name in &self.vector {
            aspects.push((Aspect::vector(name).map_err(wrong)?, weight(name)));
        }
        let profile = Profile::new(&self.name, 1, &aspects).map_err(wrong)?;
        Ok(Some(profile.level_hubs(self.level_hubs)))
    }
}

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
            Self::Given(profile) if !profile.is_recipe_of(space.model().profile()) => {
                Err(Failure::Message(format!(
                    "the index has other weights for the profile {}; build it anew with: segue build INPUT --profile FILE",
                    profile.name()
                )))
            }
            _ => Ok(space),
        }
    }
}
