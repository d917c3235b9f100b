//! One module a command: each asks the engine and shows the answer.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod demo;
pub(crate) mod graph;
pub(crate) mod inspect;
pub(crate) mod recommend;
pub(crate) mod search;
pub(crate) mod verify;
