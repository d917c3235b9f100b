//! The column of ISRCs, if a catalogue has one.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::columns::{Malformed, TextColumn};
use crate::isrc::Isrc;
use crate::made_once::MadeOnce;
use crate::row::Row;

/// The ISRCs of the tracks, some of which may be missing.
#[derive(Debug, Clone)]
pub(crate) struct IsrcColumn {
    pub(super) texts: TextColumn,
    rows: usize,
    /// The rows of each code, in the order of codes and rows; made on first use.
    by_code: Arc<MadeOnce<ByCode>>,
}

#[derive(Debug)]
struct ByCode {
    codes: Vec<u64>,
    rows: Vec<Row>,
}

impl IsrcColumn {
    pub(crate) fn new(rows: usize, texts: TextColumn) -> Self {
        Self { texts, rows, by_code: Arc::default() }
    }

    /// The rows with a code, in order.
    pub(super) fn rows(&self, isrc: Isrc) -> Result<&[Row], Malformed> {
        let by_code = self.by_code.get_or_try_make(|| self.sorted())?;
        let wanted = isrc.number();
        let from = by_code.codes.partition_point(|code| *code < wanted);
        let same = by_code.codes.iter().skip(from).take_while(|code| **code == wanted).count();
        Ok(by_code.rows.get(Range { start: from, end: from + same }).unwrap_or_default())
    }

    fn sorted(&self) -> Result<ByCode, Malformed> {
        let mut found = Vec::new();
        for row in 0..self.rows {
            // A damaged file may have any text here.
            if let Some(isrc) = self.texts.get(row)?.and_then(Isrc::parse) {
                found.push((isrc.number(), Row(row as u32)));
            }
        }
        found.par_sort_unstable_by_key(|(code, row)| (*code, row.0));
        let (codes, rows) = found.into_iter().unzip();
        Ok(ByCode { codes, rows })
    }
}
