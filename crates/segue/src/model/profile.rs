//! Profiles: named, versioned recipes of weighted aspects.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::aspect::{Aspect, VectorAspect, stem};
use super::built_in::{CLASSIC, SEGUE};
use crate::catalogue::ingest::{Needs, Notebook, named};
use crate::catalogue::{Attribute, Catalogue};
use crate::error::{Error, Result, listed};

/// A named, versioned recipe: which aspects, in which order, with which weights.
///
/// A profile never changes under its name and version, so results of different builds stay comparable. It serialises
/// to what [`Self::from_json`] reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    name: String,
    version: u32,
    aspects: Vec<(Aspect, f64)>,
    /// What listeners call some aspects, by their names.
    labels: BTreeMap<String, String>,
    levels_hubs: bool,
    lists_releases: bool,
}

impl Profile {
    const MAX_NAME_LENGTH: usize = 32;

    /// The notebook's recipe: 14 attributes and two products of attributes, standardised, all of weight 1.
    pub fn classic() -> Self {
        let weights = CLASSIC.into_iter().map(|name| (name, 1.0));
        Self { version: 1, levels_hubs: false, lists_releases: true, ..Self::built_in("classic", weights) }
    }

    /// The recipe for the best recommendations: features on scales on which equal steps sound alike, embeddings of genres
    /// and of the words in titles, popularity, and means over the artists' tracks. `docs/profile.md` has the evidence.
    pub fn segue() -> Self {
        Self::built_in("segue", SEGUE.into_iter())
    }

    /// The profiles that come with this version, the default first.
    pub fn built_ins() -> [Self; 2] {
        [Self::segue(), Self::classic()]
    }

    fn built_in(name: &str, weights: impl Iterator<Item = (&'static str, f64)>) -> Self {
        let aspects =
            weights.filter_map(|(name, weight)| Some((Aspect::column(name).ok()?, weight))).collect();
        let labels = BTreeMap::new();
        Self { name: name.to_owned(), version: 2, aspects, labels, levels_hubs: true, lists_releases: false }
    }

    /// A custom profile.
    ///
    /// The name has 1 to 32 lower-case letters, digits, `-` and `_`, and is not that of a built-in profile. Weights are
    /// 0 to 1,000,000; an aspect of weight 0 is left out, and at least one weight must be positive. Hubs are levelled,
    /// unless the profile compares columns of its own ([`Self::level_hubs`]).
    ///
    /// # Errors
    /// [`Error::Profile`] says what is wrong.
    pub fn new(name: &str, version: u32, weights: &[(Aspect, f64)]) -> Result<Self> {
        let is_letter = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-' | '_');
        if name.is_empty() || name.len() > Self::MAX_NAME_LENGTH || !name.chars().all(is_letter) {
            return Err(Error::profile(format!(
                "the name {name:?} cannot be that of a profile: 1 to {} lower-case letters, digits, - and _ were wanted",
                Self::MAX_NAME_LENGTH
            )));
        }
        if Self::built_ins().iter().any(|built_in| built_in.name == name) {
            return Err(Error::profile(format!(
                "{name:?} is a built-in profile; give this one another name"
            )));
        }
        Self::from_weights(name, version, weights)
    }

    /// A profile read from an index; unlike [`Self::new`], it may have any name.
    pub(crate) fn from_weights(name: &str, version: u32, weights: &[(Aspect, f64)]) -> Result<Self> {
        if let Some((aspect, weight)) = weights.iter().find(|(_, weight)| !(0.0..=1e6).contains(weight)) {
            let problem = format!("{} weighs {weight}, 0 to 1,000,000 was wanted", aspect.name());
            return Err(Error::profile(problem));
        }
        let aspects: Vec<_> = weights.iter().filter(|(_, weight)| *weight > 0.0).cloned().collect();
        let is_twice = |at: usize| {
            let (before, rest) = aspects.split_at_checked(at).unwrap_or_default();
            rest.first().is_some_and(|(aspect, _)| before.iter().any(|(other, _)| other == aspect))
        };
        match (0..aspects.len()).find(|at| is_twice(*at)) {
            _ if aspects.is_empty() => Err(Error::profile("no aspect weighs anything")),
            Some(_) => Err(Error::profile("an aspect has two weights")),
            None => {
                let levels_hubs = levels_hubs_by_default(&aspects);
                let (name, labels) = (name.to_owned(), BTreeMap::new());
                Ok(Self { name, version, aspects, labels, levels_hubs, lists_releases: false })
            }
        }
    }

    /// Sets whether hubs are levelled: whether tracks in dense regions are scaled down, which would otherwise be among
    /// the nearest of very many others. Similarities of such tracks are then smaller than the cosine.
    #[must_use]
    pub fn level_hubs(self, levels_hubs: bool) -> Self {
        Self { levels_hubs, ..self }
    }

    /// Sets whether recommendations list every release of a song unless a query says otherwise.
    #[must_use]
    pub fn list_releases(self, lists_releases: bool) -> Self {
        Self { lists_releases, ..self }
    }

    /// Sets what listeners call an aspect, by its name: `timbre (clap)` for `clap`.
    #[must_use]
    pub fn label(mut self, aspect: impl Into<String>, label: impl Into<String>) -> Self {
        self.labels.insert(aspect.into(), label.into());
        self
    }

    /// The columns that it needs, for [`Ingest::needs`](crate::Ingest::needs).
    pub fn needs(&self) -> Needs {
        let notebook = match self.name.as_str() {
            _ if self.adapts() => Notebook::Present,
            "classic" => Notebook::All,
            _ => Notebook::Named,
        };
        let mut needs = Needs { notebook, ..Needs::default() };
        for (aspect, _) in &self.aspects {
            needs.numbers.extend(aspect.attributes().into_iter().map(String::from));
            needs.numbers.extend(aspect.column_name().map(|name| name.to_string()));
            if let Aspect::Vector(vector) = aspect {
                needs.vectors.push(vector.column.to_string());
            }
        }
        needs
    }

    /// The profile for a catalogue: patterns are replaced by the columns that match, and vectors have dimensions. `segue`
    /// is left with the aspects whose columns the catalogue has ([`Self::left_out`]).
    ///
    /// # Errors
    /// [`Error::Profile`] names the columns that the catalogue lacks, or of which it lacks values.
    pub fn resolve(&self, catalogue: &Catalogue) -> Result<Self> {
        let fields = catalogue.fields();
        let (mut aspects, mut labels, mut missing) = (Vec::new(), self.labels.clone(), Vec::new());
        let is_named = |aspect: &Aspect| self.aspects.iter().any(|(named, _)| named == aspect);
        for (aspect, weight) in &self.adapted(catalogue)? {
            let lacks = |attribute: &Attribute| catalogue.numbers(*attribute).is_none();
            missing.extend(aspect.attributes().into_iter().filter(lacks).map(String::from));
            if let Aspect::Vector(vector) = aspect {
                let names = fields.vectors.iter().map(|field| field.name.as_str());
                let one = match named(names, &vector.column).as_slice() {
                    [(_, name)] => catalogue.vectors(name).map(|column| (*name, column)),
                    _ => None,
                };
                match one {
                    Some((name, column)) => {
                        let (column, dimension) = (name.into(), column.dimension());
                        let vector = VectorAspect { column, dimension, ..vector.clone() };
                        aspects.push((Aspect::Vector(vector), *weight));
                    }
                    None => missing.push(vector.column.to_string()),
                }
                continue;
            }
            let Some(column) = aspect.column_name() else {
                aspects.push((aspect.clone(), *weight));
                continue;
            };
            let found = named(fields.numbers.iter().map(|field| field.name.as_str()), column);
            if found.is_empty() {
                missing.push(column.to_string());
            }
            for (_, name) in found {
                let one = aspect.with_column(name);
                if !name.eq_ignore_ascii_case(column) {
                    // A column with a weight of its own is not weighed again by a pattern.
                    if is_named(&one) || aspects.iter().any(|(known, _)| *known == one) {
                        continue;
                    }
                    let label = self.labels.get(&aspect.name()).cloned();
                    labels.entry(one.name()).or_insert(label.unwrap_or_else(|| stem(column).to_owned()));
                }
                aspects.push((one, *weight));
            }
        }
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let problem = format!(
                "the profile {} needs the columns {}, which this catalogue lacks; it has {} (an index has the vector \
                 columns that were kept)",
                self.name,
                listed(&missing),
                fields.listed()
            );
            return Err(Error::profile(problem));
        }
        for (aspect, _) in &aspects {
            let attributes = aspect.attributes().into_iter().map(String::from);
            for name in attributes.chain(aspect.column_name().map(|name| name.to_string())) {
                let missing = catalogue.numeric(&name)?.missing();
                if missing > 0 {
                    let problem = format!(
                        "the profile {} needs the column {name}, of which {missing} of {} tracks lack a value; read the \
                         tracks with this profile, so that those are left out or filled",
                        self.name,
                        catalogue.len()
                    );
                    return Err(Error::profile(problem));
                }
            }
        }
        Ok(Self { aspects, labels, ..self.clone() })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version, from 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Its aspects and their weights, in the order of a vector's dimensions.
    pub fn aspects(&self) -> &[(Aspect, f64)] {
        &self.aspects
    }

    /// Whether hubs are levelled; see `neighbours::hubs`.
    pub fn levels_hubs(&self) -> bool {
        self.levels_hubs
    }

    /// Whether recommendations list every release of a song unless the query says otherwise, as the notebook's do.
    pub(crate) fn lists_releases(&self) -> bool {
        self.lists_releases
    }

    /// Whether `fitted` can be this profile as it was fitted to a catalogue: the same weights, and columns that its names
    /// and patterns stand for; of `segue` without the aspects that were left out.
    pub fn is_recipe_of(&self, fitted: &Self) -> bool {
        let stands_for =
            |ours: &(Aspect, f64), other: &(Aspect, f64)| ours.1 == other.1 && ours.0.stands_for(&other.0);
        (&self.name, self.version, self.levels_hubs) == (&fitted.name, fitted.version, fitted.levels_hubs)
            && (self.adapts()
                || self.aspects.iter().all(|ours| fitted.aspects.iter().any(|other| stands_for(ours, other))))
            && fitted.aspects.iter().all(|other| self.aspects.iter().any(|ours| stands_for(ours, other)))
    }

    /// The labels of aspects, by their names.
    pub(crate) fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    /// The profile with labels that are stored in an index.
    pub(crate) fn labelled(self, labels: BTreeMap<String, String>) -> Self {
        Self { labels, ..self }
    }

    /// What listeners call an aspect.
    pub(crate) fn label_of(&self, aspect: &Aspect) -> String {
        self.labels.get(&aspect.name()).cloned().unwrap_or_else(|| aspect.plain_name())
    }

    pub(super) fn with_aspects(self, aspects: Vec<(Aspect, f64)>) -> Self {
        Self { aspects, ..self }
    }

    /// The aspects without their weights.
    pub(super) fn bare_aspects(&self) -> Vec<Aspect> {
        self.aspects.iter().map(|(aspect, _)| aspect.clone()).collect()
    }

    pub(crate) fn compares_genres(&self) -> bool {
        self.aspects.iter().any(|(aspect, _)| *aspect == Aspect::Genres)
    }

    /// The same aspects, each with the weight 1.
    pub(super) fn unweighted(&self) -> Self {
        let aspects = self.aspects.iter().map(|(aspect, _)| (aspect.clone(), 1.0)).collect();
        Self { aspects, ..self.clone() }
    }

    /// The number of dimensions of a vector; of a profile with patterns or vector columns only once it is fitted to a
    /// catalogue.
    pub fn dimension(&self) -> usize {
        self.aspects.iter().map(|(aspect, _)| aspect.width()).sum()
    }
}

/// Whether hubs are levelled unless it is said: not where columns of one's own are compared, whose similarity should be
/// the plain cosine.
pub(super) fn levels_hubs_by_default(aspects: &[(Aspect, f64)]) -> bool {
    !aspects.iter().any(|(aspect, _)| is_own(aspect))
}

/// Whether an aspect is made from a column by its name, and not one of the known ones.
fn is_own(aspect: &Aspect) -> bool {
    let is_known = |name: &Arc<str>| Attribute::named(name).is_some();
    aspect.column_name().is_some_and(|name| !is_known(name)) || matches!(aspect, Aspect::Vector(_))
}

impl Default for Profile {
    fn default() -> Self {
        Self::segue()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_have_all_their_aspects() {
        assert_eq!(Profile::classic().dimension(), 16);
        assert_eq!(Profile::segue().aspects().len(), SEGUE.len());
        assert!(Profile::segue().dimension() <= 80, "five blocks of sixteen");
    }
}
