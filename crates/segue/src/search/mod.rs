//! Text search: from words to rows. Similarity is not known here.
//!
//! ```text
//! query ─► parse ─► ranked ─► rows, the best first
//!                     │
//!          texts ─► fold ─► terms
//! ```
//!
//! `fold` tokenises and folds texts, `query` parses the query, `terms` looks up the rows that have a term (by a scan;
//! `text_index` by an inverted index), and `ranked` ranks them. [`contains()`] is the notebook's search, which needs no
//! text index; `matches`, with the feature `regex`, is the same for regular expressions.

mod contains;
mod found;
#[cfg(feature = "regex")]
mod matches;
mod phrase;
mod query;
mod ranked;
#[cfg(test)]
mod suite;
mod terms;
mod text_index;

pub use contains::contains;
pub(crate) use found::Match;
#[cfg(feature = "regex")]
pub use matches::matches;
pub(crate) use ranked::{Effort, names_something, search};
pub(crate) use terms::{Field, TermScan, Terms};
pub(crate) use text_index::{TextIndex, TextParts};
