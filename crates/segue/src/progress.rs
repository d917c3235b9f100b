//! Progress reporting by callback, since the engine prints nothing itself.

/// A stage of a long operation, with the unit of its amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Reading an input; amounts are bytes of its file.
    Reading,
    /// Fitting the model and making vectors; without amounts, as its parts run concurrently.
    Vectors,
    /// Building the text index; amounts are tracks.
    Texts,
    /// Writing an index; amounts are bytes.
    Writing,
    /// Finding the neighbours of every track, and writing them if there is a file; amounts are tracks.
    Neighbours,
    /// Laying out the map; amounts are rounds over all tracks.
    Layout,
    /// Generating a catalogue; amounts are tracks.
    Generating,
    /// Training a profile; amounts are weights that are tried.
    Training,
}

/// Receives the progress of a long operation, and may stop it. By default all methods do nothing.
pub trait Progress: Sync {
    /// A stage begins; `total` is the amount at its end, if known.
    fn start(&self, stage: Stage, total: Option<u64>) {
        _ = (stage, total);
    }

    /// `amount` more is done since the last call.
    fn advance(&self, amount: u64) {
        _ = amount;
    }

    /// Whether the operation is to stop. Asked often, from several threads, so it should be cheap, as a load of an
    /// `AtomicBool` is. Once it is true, the operation fails with [`Error::Stopped`](crate::Error::Stopped) as soon as it
    /// can, and leaves everything as it was. Reading does not end while it waits for a reader that gives nothing.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Ignores progress.
impl Progress for () {}
