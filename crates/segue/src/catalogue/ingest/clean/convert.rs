//! Conversion of what only the whole columns of an input show, once all rows are read and before any is dropped.

use std::ops::Range;

use arrow_array::Array;
use memchr::memchr;

use super::{Cleaner, InputStart, Numbers};
use crate::catalogue::ingest::conversions::{Conversion, Conversions, Form};
use crate::catalogue::ingest::report::Report;
use crate::catalogue::ingest::{names, scale};
use crate::catalogue::{ARTIST_SEPARATOR, Attribute, Column, TextField};

impl Cleaner {
    /// Converts what only the whole columns of an input show, and reports values that are out of range.
    pub(super) fn convert_columns(&mut self, report: &mut Report) {
        let mut conversions = Conversions::default();
        for (input, end) in self.spans() {
            self.convert_numbers(input.row..end, &mut conversions);
        }
        let is_word =
            |known: &Conversion| known.column == Column::Explicit.name() && known.form == Form::BooleanWord;
        if report.conversions.iter().any(is_word) {
            self.convert_explicit(&mut conversions);
        }
        self.separate_artists(&mut conversions);
        Conversions::merge(&mut report.conversions, &conversions.0);
        let attributes = Attribute::ALL.into_iter().zip(&self.attributes);
        report.unusual = attributes
            .filter_map(|(attribute, numbers)| match numbers {
                Numbers::Whole(numbers) => scale::unusual(attribute, numbers.iter().copied().map(f64::from)),
                Numbers::Real(numbers) => scale::unusual(attribute, numbers.iter().copied()),
            })
            .collect();
    }

    fn convert_numbers(&mut self, rows: Range<usize>, conversions: &mut Conversions) {
        let mut shares = Vec::new();
        for (attribute, numbers) in Attribute::ALL.into_iter().zip(&mut self.attributes) {
            let Numbers::Real(numbers) = numbers else { continue };
            let Some(numbers) = numbers.get_mut(rows.clone()) else { continue };
            match attribute {
                Attribute::DurationMs => scale::convert_durations(numbers, conversions),
                attribute if attribute.is_share() => shares.push((attribute, numbers)),
                _ => {}
            }
        }
        scale::convert_percent(&mut shares, conversions);
    }

    fn convert_explicit(&mut self, conversions: &mut Conversions) {
        let mut explicit: Vec<Option<bool>> = self.explicit.finish().iter().collect();
        for (input, end) in self.spans() {
            let marks = explicit.get_mut(input.row..end).unwrap_or_default();
            scale::convert_unmarked(marks, conversions);
        }
        explicit.into_iter().for_each(|mark| self.explicit.append_option(mark));
    }

    fn separate_artists(&mut self, conversions: &mut Conversions) {
        let column = Column::Text(TextField::Artists);
        let spans = self.spans();
        let Some(builder) = self.texts.get_mut(TextField::Artists as usize) else { return };
        let offset = |row: usize| builder.offsets_slice().get(row).map_or(0, |offset| *offset as usize);
        let is_joined = |(input, end): &(InputStart, usize)| {
            let text = builder.values_slice().get(offset(input.row)..offset(*end)).unwrap_or_default();
            memchr(ARTIST_SEPARATOR as u8, text).is_some()
        };
        if spans.iter().all(is_joined) {
            return;
        }
        let texts = builder.finish();
        let mut separated = Vec::with_capacity(texts.len());
        for (input, end) in spans {
            let values = (input.row..end).map(|row| texts.value(row));
            separated.extend(names::separated(values, input.escapes_commas));
        }
        for (row, separated) in separated.into_iter().enumerate() {
            match separated {
                Some((names, form)) => {
                    conversions.add(column, form, texts.value(row), || names.clone());
                    builder.append_value(names);
                }
                None => builder.append_value(texts.value(row)),
            }
        }
    }

    /// The inputs, each with the row after its last.
    fn spans(&self) -> Vec<(InputStart, usize)> {
        let ends = self.inputs.iter().skip(1).map(|input| input.row).chain([self.tracks()]);
        self.inputs.iter().copied().zip(ends).collect()
    }
}
