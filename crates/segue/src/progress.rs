//! How the engine tells how far it has got: through a callback, since it prints nothing itself.

/// A part of a long piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Reading an input; amounts are bytes of its file.
    Reading,
    /// Fitting the model and making vectors; there are no amounts, as its parts go on at the same time.
    Vectors,
    /// Making the text index; amounts are tracks.
    Texts,
    /// Writing an index; amounts are bytes.
    Writing,
    /// Finding and writing the neighbours of every track; amounts are tracks.
    Neighbours,
    /// Generating a catalogue; amounts are tracks.
    Generating,
    /// Training a profile; amounts are weights that are tried.
    Training,
}

/// Told how far a long piece of work has got. All methods do nothing unless they are overridden.
pub trait Progress: Sync {
    /// A stage begins; `total` is the amount that will make it complete, where that is known.
    fn start(&self, stage: Stage, total: Option<u64>) {
        _ = (stage, total);
    }

    /// So much more is done.
    fn advance(&self, amount: u64) {
        _ = amount;
    }
}

/// No progress is told.
impl Progress for () {}
