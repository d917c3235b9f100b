//! The vectors of a profile. How they are stored is not known here.

use crate::catalogue::Catalogue;
use crate::error::{Result, unless_stopped};
use crate::model::{Model, Profile};
use crate::neighbours::{Neighbours, hubs};
use crate::progress::Progress;

/// The vector space of one profile: its fitted model, and the vectors of all tracks.
#[derive(Debug, Clone)]
pub struct Space {
    pub(super) model: Model,
    pub(super) neighbours: Neighbours,
}

impl Space {
    /// Fits a profile to a catalogue, and computes the vectors.
    ///
    /// # Errors
    /// [`Error::Profile`](crate::Error::Profile) if the catalogue lacks a column of the profile, [`Error::Index`](crate::Error::Index) if the catalogue's file is
    /// damaged.
    pub fn fit(profile: &Profile, catalogue: &Catalogue) -> Result<Self> {
        Self::fit_unless_stopped(profile, catalogue, &())
    }

    pub(crate) fn fit_unless_stopped(
        profile: &Profile,
        catalogue: &Catalogue,
        progress: &dyn Progress,
    ) -> Result<Self> {
        unless_stopped(progress)?;
        let (model, vectors) = Model::fit(profile.clone(), catalogue)?;
        let vectors = match profile.levels_hubs() {
            true => hubs::levelled(&vectors, progress)?,
            false => vectors,
        };
        Ok(Self { model, neighbours: Neighbours::new(vectors) })
    }

    pub(crate) fn new(model: Model, neighbours: Neighbours) -> Self {
        Self { model, neighbours }
    }

    /// The fitted model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The vectors, one per track, and the search over them.
    pub fn neighbours(&self) -> &Neighbours {
        &self.neighbours
    }

    /// The name of its profile, and of the folder of its files.
    pub fn name(&self) -> &str {
        self.model.profile().name()
    }
}
