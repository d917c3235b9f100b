//! The note on a list that may be unexpected: why it is short, or that a seed is excluded.

use super::Recommender;
use super::query::{Filter, Query};
use crate::catalogue::Row;
use crate::error::Result;
use crate::neighbours::RowSet;

impl Recommender {
    /// The number of tracks that pass the filters, without the seeds.
    pub(super) fn candidates(&self, query: &Query, allowed: Option<&RowSet>) -> usize {
        allowed.map_or(self.index.len() - query.tracks().count(), RowSet::len)
    }

    /// The note on a list of `found` tracks; the cost is linear in the number of tracks if it is short.
    pub(super) fn note(
        &self,
        query: &Query,
        found: usize,
        allowed: Option<&RowSet>,
    ) -> Result<Option<String>> {
        let short = if found < query.limit { self.why_short(query, found, allowed)? } else { None };
        let excluded = self
            .excludes_a_seed(query)?
            .then(|| "a seed is itself excluded; it still says what tracks should be like".to_owned());
        let notes: Vec<String> = short.into_iter().chain(excluded).collect();
        Ok((!notes.is_empty()).then(|| notes.join("; ")))
    }

    fn why_short(&self, query: &Query, found: usize, allowed: Option<&RowSet>) -> Result<Option<String>> {
        let is_filtered = query.filter != Filter::default();
        let is_limited = is_filtered || query.per_artist.is_some() || query.per_album.is_some();
        let candidates = self.candidates(query, allowed);
        if candidates == 0 {
            return Ok(is_filtered.then(|| "no track passes the filters".to_owned()));
        }
        let refused = self.of_refused_kinds(query, allowed)?;
        let without = match refused {
            0 => String::new(),
            _ => format!(
                ", without {refused} of kinds that come only to seeds of the same kind (songs of a season, speech, \
                 interludes, noise, karaoke)"
            ),
        };
        Ok(match found {
            0 if refused == candidates => Some(format!("no track is left{without}")),
            0 => Some(format!("only versions of the seeds are left{without}")),
            _ if is_limited => Some(format!("the filters leave {found} of {} tracks{without}", query.limit)),
            _ if refused > 0 => Some(format!("there are {found} of {} tracks{without}", query.limit)),
            _ => None,
        })
    }

    /// How many tracks pass the filters, but are of a kind that does not come to these seeds.
    fn of_refused_kinds(&self, query: &Query, allowed: Option<&RowSet>) -> Result<usize> {
        let Some(welcome) = self.welcome_kinds(query)? else { return Ok(0) };
        let songs = self.index.songs()?;
        let is_seed = |row: Row| query.tracks().any(|(seed, _)| seed == row);
        let passes = |row: Row| allowed.map_or_else(|| !is_seed(row), |allowed| allowed.contains(row));
        let rows = self.index.catalogue().rows().filter(|row| !welcome.has(songs.kinds_of(*row)));
        Ok(rows.filter(|row| passes(*row)).count())
    }
}
