//! The lists of many tracks at once, as columns: a batch costs what its searches cost.

use rayon::prelude::*;

use super::Recommender;
use super::query::Query;
use super::rank::ListQuotas;
use crate::catalogue::Row;
use crate::error::Result;
use crate::index::Space;
use crate::neighbours::Neighbour;

/// The lists of many seeds, one after the other.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Lists {
    /// The listed tracks.
    pub rows: Vec<Row>,
    /// Their similarities, as many.
    pub similarities: Vec<f64>,
    /// Where the list of each seed ends among them.
    pub ends: Vec<usize>,
}

impl Lists {
    /// The list of each seed, in order: its tracks and their similarities.
    pub fn iter(&self) -> impl Iterator<Item = (&[Row], &[f64])> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| {
            let rows = self.rows.get(start..*end).unwrap_or_default();
            (rows, self.similarities.get(start..*end).unwrap_or_default())
        })
    }
}

impl Recommender {
    /// The lists of many seeds, each the same as [`Self::recommend`] gives for [`Query::new`] with this limit and profile.
    ///
    /// In parallel, near seeds in succession. Holds about `1.5 limit` neighbours of every seed: ask for many seeds in
    /// parts.
    ///
    /// # Errors
    /// [`Error::UnknownRow`](crate::Error::UnknownRow) if the catalogue lacks a seed,
    /// [`Error::NoProfile`](crate::Error::NoProfile) if the index has no vectors of the profile,
    /// [`Error::Index`](crate::Error::Index) if the index is damaged.
    pub fn recommend_many(&self, seeds: &[Row], limit: usize, profile: Option<&str>) -> Result<Lists> {
        self.check_rows(seeds.iter().copied())?;
        let space = self.index.space(profile)?;
        let query = |seed: Row| Query { limit, profile: profile.map(str::to_owned), ..Query::new(seed) };
        // Found once here, not by every thread.
        let lists_releases = self.lists_releases(&query(Row(0)))?;
        if !lists_releases {
            self.index.songs()?;
        }
        let fetch = if lists_releases { limit } else { Query::beyond(limit) };
        let found = space.neighbours().neighbours_of(seeds, fetch, None);
        let listed: Vec<Vec<Neighbour>> = match lists_releases {
            true => found,
            false => seeds
                .par_iter()
                .zip(found)
                .map(|(seed, found)| self.listed(&query(*seed), space, found, fetch))
                .collect::<Result<_>>()?,
        };
        let mut lists = Lists::default();
        let tracks = listed.iter().map(Vec::len).sum();
        lists.rows.reserve_exact(tracks);
        lists.similarities.reserve_exact(tracks);
        lists.ends.reserve_exact(seeds.len());
        for Neighbour { row, similarity } in listed.iter().flatten().copied() {
            lists.rows.push(row);
            lists.similarities.push(similarity);
        }
        lists.ends.extend(listed.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        }));
        Ok(lists)
    }

    /// The list of a seed whose nearest `fetch` neighbours are known, which are most often enough.
    fn listed(
        &self,
        query: &Query,
        space: &Space,
        found: Vec<Neighbour>,
        fetch: usize,
    ) -> Result<Vec<Neighbour>> {
        let is_all = found.len() < fetch;
        let listed = ListQuotas::of(query, self, self.welcome_kinds(query)?)?.keep(found, query.limit)?;
        match listed.len() == query.limit || is_all {
            true => Ok(listed),
            false => self.ranked(query, space, &self.queries(query, space)?, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, Ingest, Input, Profile};
    use segue_demo::Demo;

    #[test]
    fn every_list_is_that_of_a_query_alone() {
        let mut csv = Vec::new();
        Demo { tracks: 700, seed: 9 }.write_csv(&mut csv, |_| ()).unwrap();
        let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap();
        let index = Index::builder().profiles(Profile::built_ins()).build(catalogue).unwrap();
        let recommender = Recommender::new(index);
        let seeds: Vec<Row> = [5, 699, 5, 0].into_iter().chain(0..699).map(Row).collect();
        for (profile, limit) in [("segue", 10), ("classic", 10), ("segue", 0), ("segue", 1), ("segue", 1000)]
        {
            let seeds = if limit == 1000 { &seeds[..20] } else { &seeds };
            let lists = recommender.recommend_many(seeds, limit, Some(profile)).unwrap();
            assert_eq!(lists.iter().count(), seeds.len());
            for (seed, (rows, similarities)) in seeds.iter().zip(lists.iter()) {
                let query = Query::new(*seed).limit(limit).profile(profile);
                let alone = recommender.recommend(&query).unwrap().recommendations;
                let alone: Vec<_> = alone.iter().map(|one| (one.track.track_id, one.similarity)).collect();
                let together: Vec<_> = rows.iter().zip(similarities).collect();
                let together: Vec<_> = together
                    .iter()
                    .map(|(row, similarity)| (recommender.track(**row).unwrap().track_id, **similarity))
                    .collect();
                assert_eq!(together, alone, "{profile}, {limit}, {seed:?}");
            }
        }
        assert_eq!(recommender.recommend_many(&[], 10, None).unwrap(), Lists::default());
        assert!(recommender.recommend_many(&[Row(700)], 10, None).is_err());
    }

    #[test]
    fn many_ids_are_found_as_each_alone() {
        let mut csv = Vec::new();
        Demo { tracks: 3000, seed: 2 }.write_csv(&mut csv, |_| ()).unwrap();
        let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap();
        let index = Index::builder().profile(Profile::classic()).build(catalogue).unwrap();
        let id = |row: u32| index.catalogue().track(Row(row)).unwrap().track_id.to_owned();
        let mut ids: Vec<String> = (0..3000).rev().map(id).collect();
        ids.extend(["", "nope", "\u{10ffff}"].map(String::from));
        ids.extend([id(7), id(7)]);
        let expected: Vec<Option<Row>> = ids.iter().map(|id| index.row(id).unwrap()).collect();
        assert_eq!(index.rows(&ids).unwrap(), expected);
        assert_eq!((expected[0], expected[3000], expected[3004]), (Some(Row(2999)), None, Some(Row(7))));
    }
}
