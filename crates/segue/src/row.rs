//! The internal name of a track.

/// The number of a track within its catalogue, from 0: its internal name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u32);

impl Row {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
