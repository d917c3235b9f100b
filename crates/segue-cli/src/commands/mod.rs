//! One module per command: its arguments, a call of the engine, and the output.

pub(crate) mod bench;
pub(crate) mod build;
pub(crate) mod demo;
pub(crate) mod eval;
pub(crate) mod graph;
pub(crate) mod inspect;
pub(crate) mod manual;
pub(crate) mod map;
pub(crate) mod path;
pub(crate) mod recommend;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod train;
pub(crate) mod verify;
