//! Some columns of some tracks, as Arrow arrays.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, LargeListBuilder, LargeStringBuilder};
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, PrimitiveArray, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema};

use super::columns::{TextListColumn, VectorColumn};
use super::{Catalogue, Column, GENRES, NumberColumn, Row, TextField};
use crate::error::{Error, Result};

impl Catalogue {
    /// What is shown of a track, as [`Track`](super::Track) has it, for [`Self::take`].
    pub const SHOWN: [&str; 9] = [
        "track_id",
        "track_name",
        "artists",
        "album_name",
        "track_genre",
        GENRES,
        "popularity",
        "duration_ms",
        "explicit",
    ];

    /// The columns of [`Self::SHOWN`], and `isrc` if some track has one.
    pub fn shown(&self) -> Vec<&'static str> {
        let isrc = self.has_isrc().then_some(Column::Isrc.name());
        Self::SHOWN.into_iter().chain(isrc).collect()
    }

    /// Some columns of some rows, in this order, as one Arrow record batch: texts as `LargeUtf8`, `artists` and `genres`
    /// as lists of them, other columns with the types of [`Self::schema`]. `popularity` and `duration_ms` are missing
    /// for all tracks where the catalogue has no such column. The cost is that of copying the values.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] if there is no such column, [`Error::Index`] if the catalogue's file is damaged here or
    /// has no such row.
    pub fn take(&self, rows: &[Row], columns: &[&str]) -> Result<RecordBatch> {
        let taken = columns.iter().map(|name| {
            let array = self.taken(rows, name)?;
            Ok((Field::new(*name, array.data_type().clone(), true), array))
        });
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) =
            taken.collect::<Result<Vec<_>>>()?.into_iter().unzip();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
            .map_err(|error| Error::index(&*self.origin, error.to_string()))
    }

    fn taken(&self, rows: &[Row], name: &str) -> Result<ArrayRef> {
        if name == GENRES {
            return self.lists(rows, |row| self.genres(row));
        }
        match Column::named(name) {
            Some(Column::Text(TextField::Artists)) => {
                self.lists(rows, |row| Ok(self.artists(row)?.collect::<Vec<_>>()))
            }
            Some(Column::Text(field)) => texts(rows, |row| self.text(field, row)),
            Some(Column::Isrc) if self.has_isrc() => texts(rows, |row| self.isrc(row)),
            Some(Column::Explicit) => {
                let mut explicit = BooleanBuilder::with_capacity(rows.len());
                rows.iter().for_each(|row| explicit.append_option(self.explicit(*row)));
                Ok(Arc::new(explicit.finish()))
            }
            Some(Column::Attribute(attribute)) if self.numbers(attribute).is_none() => {
                Ok(match attribute.is_whole() {
                    true if Self::SHOWN.contains(&name) => {
                        Arc::new(PrimitiveArray::<Int32Type>::new_null(rows.len()))
                    }
                    _ => return Err(self.unknown_column(name, "")),
                })
            }
            _ => match self.vectors(name) {
                Some(vectors) => self.components(rows, name, vectors),
                None => self.values_of(rows, name, self.numeric(name)?),
            },
        }
    }

    fn lists<'a>(&'a self, rows: &[Row], texts: impl Fn(Row) -> Result<Vec<&'a str>>) -> Result<ArrayRef> {
        let items = LargeStringBuilder::with_capacity(rows.len(), 16 * rows.len());
        let mut lists = LargeListBuilder::with_capacity(items, rows.len());
        if let DataType::LargeList(item) = TextListColumn::data_type() {
            lists = lists.with_field(item);
        }
        for row in rows {
            texts(*row)?.into_iter().for_each(|text| lists.values().append_value(text));
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()))
    }

    fn values_of(&self, rows: &[Row], name: &str, column: &NumberColumn) -> Result<ArrayRef> {
        Ok(match column {
            NumberColumn::Whole(_) => {
                self.primitives::<Int32Type>(rows, name, column, |value| value as i32)?
            }
            NumberColumn::Real(_) => self.primitives::<Float64Type>(rows, name, column, |value| value)?,
        })
    }

    fn primitives<T: ArrowPrimitiveType>(
        &self,
        rows: &[Row],
        name: &str,
        column: &NumberColumn,
        to: impl Fn(f64) -> T::Native,
    ) -> Result<ArrayRef> {
        let value = |row: &Row| {
            let value = column.get(row.index()).ok_or_else(|| self.no_such_row(name, *row))?;
            Ok(Some(value).filter(|value| !value.is_nan()).map(&to))
        };
        let values: PrimitiveArray<T> = rows.iter().map(value).collect::<Result<_>>()?;
        Ok(Arc::new(values))
    }

    fn components(&self, rows: &[Row], name: &str, vectors: &VectorColumn) -> Result<ArrayRef> {
        let mut components = Vec::with_capacity(rows.len() * vectors.dimension());
        for row in rows {
            let before = components.len();
            components.extend(vectors.components(row.index()).map(|value| value as f32));
            if components.len() - before != vectors.dimension() {
                return Err(self.no_such_row(name, *row));
            }
        }
        let taken = VectorColumn::of(vectors.dimension(), components, vectors.is_half());
        taken.to_array().map_err(|error| Error::index(&*self.origin, error.to_string()))
    }
}

fn texts<'a>(rows: &[Row], text: impl Fn(Row) -> Result<Option<&'a str>>) -> Result<ArrayRef> {
    let mut texts = LargeStringBuilder::with_capacity(rows.len(), 24 * rows.len());
    for row in rows {
        texts.append_option(text(*row)?);
    }
    Ok(Arc::new(texts.finish()))
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;

    use super::*;
    use crate::{Ingest, Input};
    use segue_demo::Demo;

    #[test]
    fn what_is_taken_is_what_tracks_have() {
        let mut csv = Vec::new();
        Demo { tracks: 300, seed: 9 }.write_csv(&mut csv, |_| ()).unwrap();
        let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap();
        let rows = [7, 299, 0, 7].map(Row);
        let mut columns = Catalogue::SHOWN.to_vec();
        columns.push("tempo");
        let taken = catalogue.take(&rows, &columns).unwrap();
        assert_eq!((taken.num_rows(), taken.num_columns()), (4, 10));
        for (at, row) in rows.iter().enumerate() {
            let track = catalogue.track(*row).unwrap();
            let text =
                |name: &str| taken.column_by_name(name).unwrap().as_string::<i64>().value(at).to_owned();
            let list = |name: &str| {
                let list = taken.column_by_name(name).unwrap().as_list::<i64>().value(at);
                let texts = list.as_string::<i64>().iter().map(|text| text.unwrap().to_owned());
                texts.collect::<Vec<_>>()
            };
            let whole =
                |name: &str| taken.column_by_name(name).unwrap().as_primitive::<Int32Type>().value(at);
            assert_eq!(text("track_id"), track.track_id);
            assert_eq!(text("track_name"), track.track_name);
            assert_eq!(list("artists"), track.artists);
            assert_eq!(list("genres"), track.genres);
            assert_eq!(Some(whole("popularity")), track.popularity);
            let tempo = taken.column_by_name("tempo").unwrap().as_primitive::<Float64Type>().value(at);
            assert_eq!(Some(tempo), catalogue.number("tempo", *row).unwrap());
        }
        assert!(matches!(catalogue.take(&rows, &["bpm"]), Err(Error::UnknownColumn { .. })));
        assert!(catalogue.take(&[Row(300)], &["tempo"]).is_err());
        assert_eq!(catalogue.take(&rows, &[]).unwrap().num_rows(), 4);
    }
}
