//! Text search: from words to rows. What a row stands for beyond its texts is not known here.

pub mod title;

use memchr::memmem::Finder;
use rayon::prelude::*;

use crate::blocks::blocks;
use crate::catalogue::{Catalogue, Malformed, Row, TextField};
use crate::error::Result;

/// The rows whose genre, title or artists contain `query`, letter case aside, in catalogue order.
///
/// This is the notebook's search: both sides are lower-cased by Unicode's full mapping, the artists are one
/// text joined by `;`. One pass over the three columns, in parallel. The empty query matches every track.
///
/// # Errors
/// [`crate::Error::Index`] if the catalogue's file is damaged.
pub fn contains(catalogue: &Catalogue, query: &str) -> Result<Vec<Row>> {
    let fields = [TextField::TrackGenre, TextField::TrackName, TextField::Artists];
    containing(catalogue, &fields, query)
}

/// The rows of which one of `fields` contains `query`, letter case aside, in catalogue order.
fn containing(catalogue: &Catalogue, fields: &[TextField], query: &str) -> Result<Vec<Row>> {
    let query = query.to_lowercase();
    let finder = Finder::new(&query);
    let per_block: Vec<Vec<Row>> = blocks(catalogue.len())
        .map(|rows| {
            let (mut found, mut scratch) = (Vec::new(), Vec::new());
            for row in rows {
                let mut matches = false;
                for &field in fields {
                    let text = catalogue.texts(field).bytes(row);
                    matches = text
                        .and_then(|text| lowered_contains(text.unwrap_or_default(), &finder, &mut scratch))
                        .map_err(|malformed| catalogue.damaged(field.name(), malformed))?;
                    if matches {
                        break;
                    }
                }
                if matches {
                    found.push(Row(row as u32));
                }
            }
            Ok(found)
        })
        .collect::<Result<_>>()?;
    Ok(per_block.concat())
}

/// Whether the lower-cased text contains what the finder looks for; `scratch` saves an allocation a text.
fn lowered_contains(
    text: &[u8],
    finder: &Finder<'_>,
    scratch: &mut Vec<u8>,
) -> std::result::Result<bool, Malformed> {
    if text.is_ascii() {
        scratch.clear();
        scratch.extend(text.iter().map(u8::to_ascii_lowercase));
        return Ok(finder.find(scratch).is_some());
    }
    let text = str::from_utf8(text).map_err(|error| Malformed(error.to_string()))?;
    Ok(finder.find(text.to_lowercase().as_bytes()).is_some())
}
