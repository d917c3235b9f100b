//! [`Row`], the internal id of a track.

/// A track's internal id: its row number in the catalogue, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u32);

impl Row {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
