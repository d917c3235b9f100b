//! Text search: from words to rows. What a row stands for beyond its texts is not known here.
//!
//! ```text
//! query ─► parse ─► ranked ─► rows, the best first
//!                     │
//!          texts ─► fold ─► terms
//! ```
//!
//! `fold` says when two words are the same, `query` what a person may write, `terms` which rows have a word
//! (`text_index` without looking at every track), `ranked` which of them is meant. [`contains()`] is the notebook's
//! search and needs no text index; `matches`, with the feature `regex`, is likewise for regular expressions.

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
pub(crate) use terms::{Field, FoldedTexts, Terms};
pub(crate) use text_index::{TextIndex, TextParts};
