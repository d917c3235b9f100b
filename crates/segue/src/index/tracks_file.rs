//! `tracks.arrow`: the columns of the catalogue.

use super::arrow_file::RawBatch;
use crate::catalogue::{
    self, BooleanColumn, Column, Columns, Fields, IsrcColumn, Malformed, NumberColumn, NumberField,
    TextColumn, TextListColumn, VectorColumn, exactly, scalars,
};

/// Reads the columns of a catalogue, in the order of the file.
pub(super) fn columns(raw: &mut RawBatch, fields: &Fields) -> Result<Columns, Malformed> {
    let rows = raw.rows;
    let number = |raw: &mut RawBatch, field: &NumberField| {
        raw.column_of_rows(field.optional)?;
        let values = raw.buffer()?;
        // A missing number is also NaN, so its validity is not needed.
        let column = match field.whole {
            true => NumberColumn::Whole(scalars(values, rows)?),
            false => NumberColumn::Real(scalars(values, rows)?),
        };
        Ok((field.clone(), column))
    };
    let mut texts = Vec::new();
    let mut numbers = Vec::new();
    let (mut explicit, mut isrc) = (None, None);
    for column in Column::ALL {
        match column {
            Column::Text(_) => {
                let validity = raw.column_of_rows(column.is_descriptive())?;
                texts.push(TextColumn::new(rows, validity, raw.buffer()?, raw.buffer()?)?);
            }
            Column::Explicit => {
                let validity = raw.column_of_rows(true)?;
                explicit = Some(BooleanColumn::new(rows, validity, raw.buffer()?)?);
            }
            Column::Attribute(attribute) => {
                let field = fields.numbers.iter().find(|field| field.name == attribute.name());
                numbers.extend(field.map(|field| number(raw, field)).transpose()?);
            }
            Column::Isrc if fields.isrc => {
                let validity = raw.column_of_rows(true)?;
                let texts = TextColumn::new(rows, validity, raw.buffer()?, raw.buffer()?)?;
                isrc = Some(IsrcColumn::new(rows, texts));
            }
            Column::Isrc => {}
        }
    }
    for field in fields.numbers.iter().filter(|field| field.role().is_none()) {
        numbers.push(number(raw, field)?);
    }
    raw.column_of_rows(false)?;
    let offsets = raw.buffer()?;
    let (item_count, validity) = raw.column()?;
    let items = TextColumn::new(item_count, validity, raw.buffer()?, raw.buffer()?)?;
    let mut vectors = Vec::new();
    for field in &fields.vectors {
        raw.column_of_rows(false)?;
        raw.column()?;
        let column = VectorColumn::new(rows, field.dimension, field.half, raw.buffer()?)?;
        vectors.push(catalogue::Vectors { field: field.clone(), column, is_kept: true });
    }
    Ok(Columns {
        texts: exactly(texts)?,
        genres: TextListColumn::new(rows, offsets, item_count, items)?,
        isrc,
        explicit: explicit.ok_or_else(|| Malformed("has no column explicit".into()))?,
        numbers,
        vectors,
    })
}
