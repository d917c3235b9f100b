//! Ranked search: from what a person typed to the tracks that are most likely meant.
//!
//! A track matches if every word of the query is in its title, its artists, its album or its genres; the last word may
//! be the start of one. Tracks are ranked by a total order: first by how they match ([`Match`]), then, unless a whole
//! name matched, by where the words are, then by popularity, then by row. If nothing matches, words may have typos; if
//! still nothing does, not all words need match.

use hashbrown::HashMap;

use super::fold::{Part, Word, key_of, pairs, words};
use super::query::{Clause, Parsed, Scope, parse};
use super::terms::{Field, Terms};
use super::text_index::contained;
use crate::catalogue::{Attribute, Catalogue, Row, TextField};
use crate::error::Result;

/// How a track matches, the better the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    /// By some of the words only.
    Some,
    /// By all words, some of them mistyped.
    Typos,
    /// By all words.
    Words,
    /// The query is a whole title, a whole artist or a whole genre.
    Whole,
    /// The query is a whole title and a whole artist.
    TitleAndArtist,
}

/// A track that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) row: Row,
    /// Other recordings of the same song that were found.
    pub(crate) others: usize,
}

/// What a search found.
#[derive(Debug)]
pub(crate) struct Found {
    /// All that matches, as keys that order: the greater is the better.
    hits: Vec<(Key, u32)>,
    /// What was not taken as it may have been meant.
    pub(crate) note: Option<String>,
}

impl Found {
    /// How the best matches.
    pub(crate) fn best(&self) -> Option<Match> {
        self.hits.iter().map(|(key, _)| key).max().map(|key| key.matched())
    }

    /// How many match as well as the best.
    pub(crate) fn alike(&self) -> usize {
        let best = self.hits.iter().map(|(key, _)| key.fit()).max();
        self.hits.iter().filter(|(key, _)| Some(key.fit()) == best).count()
    }

    /// Some of what was found, in its order.
    pub(crate) fn page(&mut self, offset: usize, limit: usize) -> Vec<Hit> {
        let end = offset.saturating_add(limit).min(self.hits.len());
        if let Some(last) = end.checked_sub(1) {
            self.hits.select_nth_unstable_by(last, |a, b| b.cmp(a));
        }
        let hits = self.hits.get_mut(..end).unwrap_or_default();
        hits.sort_unstable_by(|a, b| b.cmp(a));
        let hits = hits.iter().skip(offset);
        hits.map(|(key, others)| Hit { row: key.row(), others: *others as usize }).collect()
    }

    /// All rows that were found, in no particular order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        self.hits.iter().map(|(key, _)| key.row())
    }
}

/// All that ranks a track, in one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128);

impl Key {
    fn new(matched: Match, places: u32, popularity: i32, row: u32) -> Self {
        // Popularity as a number that is never negative and orders likewise.
        let popularity = popularity.cast_unsigned() ^ 1 << 31;
        let places = if matched >= Match::Whole { 0 } else { places };
        let matched = matched as u128;
        Self(matched << 96 | u128::from(places) << 64 | u128::from(popularity) << 32 | u128::from(!row))
    }

    fn row(self) -> Row {
        Row(!(self.0 as u32))
    }

    /// All but popularity and row.
    fn fit(self) -> u128 {
        self.0 >> 64
    }

    fn matched(self) -> Match {
        match self.0 >> 96 {
            0 => Match::Some,
            1 => Match::Typos,
            2 => Match::Words,
            3 => Match::Whole,
            _ => Match::TitleAndArtist,
        }
    }
}

/// A word may have so many typos if nothing matches without.
const MOST_TYPOS: u8 = 2;

/// How a term of a track answers to a word.
#[derive(Debug, Clone, Copy)]
enum Likeness {
    Equal,
    Begins,
    OneTypo,
    TwoTypos,
}

/// Where the words of a query are looked for, and what a word is worth there: title and artists above genres, those
/// above albums.
fn places(scope: Scope) -> &'static [(Field, u8)] {
    match scope {
        Scope::Any => &[(Field::Title, 12), (Field::Artists, 12), (Field::Genres, 8), (Field::Album, 6)],
        Scope::Title => &[(Field::Title, 12)],
        Scope::Artists => &[(Field::Artists, 12)],
        Scope::Album => &[(Field::Album, 12)],
        Scope::Genres => &[(Field::Genres, 12)],
    }
}

fn worth(place: u8, likeness: Likeness) -> u8 {
    match likeness {
        Likeness::Equal => place,
        Likeness::Begins => place / 4 * 3,
        Likeness::OneTypo => place / 3,
        Likeness::TwoTypos => place / 6,
    }
}

/// A number for each row, most of them zero; used again and again, as clearing it is cheaper than making it.
#[derive(Debug, Default)]
pub(super) struct Marks {
    worth: Vec<u8>,
    rows: Vec<u32>,
}

impl Marks {
    /// Nothing is worth anything.
    fn clear(&mut self, rows: usize) {
        for row in self.rows.drain(..) {
            if let Some(worth) = self.worth.get_mut(row as usize) {
                *worth = 0;
            }
        }
        self.worth.resize(rows, 0);
    }

    /// A row is worth so much, if it was not worth more.
    #[inline]
    fn raise(&mut self, row: u32, worth: u8) {
        if let Some(known) = self.worth.get_mut(row as usize) {
            if *known == 0 {
                self.rows.push(row);
            }
            *known = worth.max(*known);
        }
    }

    fn worth(&self, row: u32) -> u8 {
        self.worth.get(row as usize).copied().unwrap_or_default()
    }
}

/// Finds the tracks that a text may mean; of every song the best recording, or all recordings.
pub(crate) fn search(
    catalogue: &Catalogue,
    terms: &dyn Terms,
    text: &str,
    all_releases: bool,
) -> Result<Found> {
    let parsed = parse(text);
    let mut search = Search { catalogue, terms, parsed: &parsed, marks: Marks::default() };
    let (hits, note) = contained(|| search.run(all_releases))?;
    Ok(Found { hits, note: parsed.note.or(note) })
}

/// A row that matches, how, and what the places of its words are worth.
type Matched = (u32, Match, u32);

struct Search<'a> {
    catalogue: &'a Catalogue,
    terms: &'a dyn Terms,
    parsed: &'a Parsed,
    marks: Marks,
}

type Hits = Vec<(Key, u32)>;

impl Search<'_> {
    fn run(&mut self, all_releases: bool) -> Result<(Hits, Option<String>)> {
        let Parsed { free, clauses, .. } = self.parsed;
        let must: Vec<&Clause> = clauses.iter().filter(|clause| !clause.is_negated).collect();
        if free.is_empty() {
            let all = match must.is_empty() {
                true => (0..self.terms.rows() as u32).map(|row| (row, Match::Words, 0)).collect(),
                false => Vec::new(),
            };
            let found = self.narrow(all, must.is_empty())?;
            return Ok((self.hits(&found, all_releases)?, None));
        }
        let mut found = self.wholes()?;
        let exact = self.all_words(0)?;
        merge(&mut found, exact.into_iter().map(|(row, places)| (row, Match::Words, places)));
        let found = self.narrow(found, true)?;
        if !found.is_empty() {
            return Ok((self.hits(&found, all_releases)?, None));
        }
        for typos in 1..=MOST_TYPOS {
            let mistyped = self.all_words(typos)?;
            let mistyped = mistyped.into_iter().map(|(row, places)| (row, Match::Typos, places)).collect();
            let mistyped = self.narrow(mistyped, true)?;
            if !mistyped.is_empty() {
                let note = "nothing matches exactly; these are close".to_owned();
                return Ok((self.hits(&mistyped, all_releases)?, Some(note)));
            }
        }
        let some = self.some_words()?.into_iter().map(|(row, places)| (row, Match::Some, places)).collect();
        let some = self.narrow(some, true)?;
        let note =
            (!some.is_empty()).then(|| "no track has all of these words; these have most of them".to_owned());
        Ok((self.hits(&some, all_releases)?, note))
    }

    /// The rows of which the query is a whole title, artist or genre, or a title and an artist.
    fn wholes(&mut self) -> Result<Vec<Matched>> {
        let words = &self.parsed.free;
        let key = key_of(words);
        self.marks.clear(self.terms.rows());
        for field in [Field::WholeTitle, Field::WholeArtist, Field::WholeGenre] {
            self.terms.with_term(field, &key, &mut |row| self.marks.raise(row, 1))?;
        }
        // With a dash it is that title rather than a title and an artist.
        let is_title = self.parsed.has_dash && !self.marks.rows.is_empty();
        for at in (1..words.len()).filter(|_| !is_title) {
            let (first, second) = words.split_at_checked(at).unwrap_or_default();
            let (first, second) = (key_of(first), key_of(second));
            for (title, artist) in [(&first, &second), (&second, &first)] {
                let titled = self.rows_with(Field::WholeTitle, title)?;
                if !titled.is_empty() {
                    let by = self.rows_with(Field::WholeArtist, artist)?;
                    in_both(&titled, &by).for_each(|row| self.marks.raise(row, 2));
                }
            }
        }
        let matched = |row: &u32| match self.marks.worth(*row) {
            2 => (*row, Match::TitleAndArtist, 0),
            _ => (*row, Match::Whole, 0),
        };
        Ok(self.marks.rows.iter().map(matched).collect())
    }

    fn rows_with(&self, field: Field, term: &str) -> Result<Vec<u32>> {
        let mut rows = Vec::new();
        self.terms.with_term(field, term, &mut |row| rows.push(row))?;
        Ok(rows)
    }

    /// The rows that have all words, and what their places are worth.
    fn all_words(&mut self, typos: u8) -> Result<Vec<(u32, u32)>> {
        let parsed = self.parsed;
        let mut found: Option<Vec<(u32, u32)>> = None;
        for (place, word) in parsed.free.iter().enumerate() {
            let is_open = parsed.is_open && place + 1 == parsed.free.len();
            self.mark(word, Scope::Any, is_open, typos)?;
            found = Some(self.keep_marked(found));
            if found.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        Ok(found.unwrap_or_default())
    }

    /// The rows that have the most of the words, if that is half of them at least.
    fn some_words(&mut self) -> Result<Vec<(u32, u32)>> {
        let parsed = self.parsed;
        let mut found: HashMap<u32, (u32, u32)> = HashMap::new();
        for word in &parsed.free {
            self.mark(word, Scope::Any, false, 0)?;
            if self.marks.rows.is_empty() {
                self.mark(word, Scope::Any, false, MOST_TYPOS)?;
            }
            for row in &self.marks.rows {
                let (count, places) = found.entry(*row).or_default();
                *count += 1;
                *places += u32::from(self.marks.worth(*row));
            }
        }
        let most = found.values().map(|(count, _)| *count).max().unwrap_or_default();
        if (most as usize) * 2 < parsed.free.len() {
            return Ok(Vec::new());
        }
        Ok(found
            .into_iter()
            .filter(|(_, (count, _))| *count == most)
            .map(|(row, (_, places))| (row, places))
            .collect())
    }

    /// Those of `found` that are marked, with what they are marked with added; all that are marked, if there are
    /// none yet.
    fn keep_marked(&self, found: Option<Vec<(u32, u32)>>) -> Vec<(u32, u32)> {
        let worth = |row: u32| u32::from(self.marks.worth(row));
        match found {
            None => self.marks.rows.iter().map(|row| (*row, worth(*row))).collect(),
            Some(found) => found
                .into_iter()
                .filter(|(row, _)| worth(*row) > 0)
                .map(|(row, sum)| (row, sum + worth(row)))
                .collect(),
        }
    }

    /// Those of `found` that the clauses allow; all that they allow, if there is nothing to choose from.
    fn narrow(&mut self, mut found: Vec<Matched>, is_choice: bool) -> Result<Vec<Matched>> {
        let clauses = &self.parsed.clauses;
        let mut is_choice = is_choice;
        for clause in clauses.iter().filter(|clause| !clause.is_negated) {
            let marked = self.having(clause)?;
            self.marks.clear(self.terms.rows());
            marked.iter().for_each(|(row, worth)| self.marks.raise(*row, *worth));
            match is_choice {
                true => found.retain(|(row, ..)| self.marks.worth(*row) > 0),
                false => found = marked.iter().map(|(row, _)| (*row, Match::Words, 0)).collect(),
            }
            is_choice = true;
        }
        for clause in clauses.iter().filter(|clause| clause.is_negated) {
            let marked = self.having(clause)?;
            self.marks.clear(self.terms.rows());
            marked.iter().for_each(|(row, worth)| self.marks.raise(*row, *worth));
            found.retain(|(row, ..)| self.marks.worth(*row) == 0);
        }
        Ok(found)
    }

    /// The rows that have what a clause asks for.
    fn having(&mut self, clause: &Clause) -> Result<Vec<(u32, u8)>> {
        if clause.scope == Scope::Genres {
            let whole = self.rows_with(Field::WholeGenre, &key_of(&clause.words))?;
            if !whole.is_empty() {
                return Ok(whole.into_iter().map(|row| (row, 1)).collect());
            }
        }
        let mut found: Option<Vec<(u32, u32)>> = None;
        for word in &clause.words {
            self.mark(word, clause.scope, false, 0)?;
            found = Some(self.keep_marked(found));
        }
        let mut rows = Vec::new();
        for (row, _) in found.unwrap_or_default() {
            if !clause.is_phrase || self.has_phrase(Row(row), clause)? {
                rows.push((row, 1));
            }
        }
        Ok(rows)
    }

    /// Whether the words of a clause follow one another in a text of its scope.
    fn has_phrase(&self, row: Row, clause: &Clause) -> Result<bool> {
        let text = |field| Ok(self.catalogue.text(field, row)?.unwrap_or_default());
        let texts = match clause.scope {
            Scope::Title => vec![text(TextField::TrackName)?],
            Scope::Artists => vec![text(TextField::Artists)?],
            Scope::Album => vec![text(TextField::AlbumName)?],
            Scope::Genres => self.catalogue.genres(row)?,
            Scope::Any => {
                vec![text(TextField::TrackName)?, text(TextField::Artists)?, text(TextField::AlbumName)?]
            }
        };
        let (phrase, is_dense) = (
            spaced(&clause.words),
            clause.words.iter().flat_map(|word| &word.parts).any(|part| part.is_dense),
        );
        Ok(texts.into_iter().any(|text| {
            let words = words(&text.replace(';', " ; "));
            match is_dense {
                true => key_of(&words).contains(&key_of(&clause.words)),
                false => {
                    spaced(&words).iter().zip(&phrase).any(|(text, phrase)| text.contains(phrase.as_str()))
                }
            }
        }))
    }

    /// Marks the rows that have a word, with what it is worth there. `is_open`: the word may go on; `typos`: so many
    /// at most.
    fn mark(&mut self, word: &Word, scope: Scope, is_open: bool, typos: u8) -> Result<()> {
        self.marks.clear(self.terms.rows());
        let forms = forms(word);
        for (field, place) in places(scope) {
            for form in &forms {
                match form.as_slice() {
                    [term] => self.mark_term(*field, *place, term, is_open)?,
                    terms => self.mark_terms(*field, *place, terms, is_open)?,
                }
            }
        }
        for form in &forms {
            if let [term] = form.as_slice() {
                self.mark_typos(scope, term, typos)?;
            }
        }
        Ok(())
    }

    fn mark_term(&mut self, field: Field, place: u8, term: &Part, is_open: bool) -> Result<()> {
        let (terms, marks) = (self.terms, &mut self.marks);
        terms.with_term(field, &term.text, &mut |row| marks.raise(row, worth(place, Likeness::Equal)))?;
        // One character of Chinese is found within a text by the pairs that it begins.
        if is_open || term.is_dense && term.text.chars().count() == 1 {
            terms.with_prefix(field, &term.text, &mut |row| {
                marks.raise(row, worth(place, Likeness::Begins))
            })?;
        }
        Ok(())
    }

    /// Marks the rows that have a term with so many typos at most.
    fn mark_typos(&mut self, scope: Scope, term: &Part, most: u8) -> Result<()> {
        let letters = term.text.chars().count();
        let most = match letters {
            _ if term.is_dense => 0,
            4..8 => most.min(1),
            8..=LONGEST_MISTYPED => most,
            _ => 0,
        };
        let fields: Vec<Field> = places(scope).iter().map(|(field, _)| *field).collect();
        let marks = &mut self.marks;
        for (typos, likeness) in [(1, Likeness::OneTypo), (2, Likeness::TwoTypos)] {
            if typos <= most {
                self.terms.with_typos(&fields, &term.text, typos, &mut |field, row| {
                    let place = places(scope).iter().find(|(other, _)| *other == field);
                    marks.raise(row, place.map_or(0, |(_, place)| worth(*place, likeness)));
                })?;
            }
        }
        Ok(())
    }

    /// Marks the rows that have all of some terms in one field.
    fn mark_terms(&mut self, field: Field, place: u8, terms: &[Part], is_open: bool) -> Result<()> {
        let mut found: Option<Vec<u32>> = None;
        for (at, term) in terms.iter().enumerate() {
            let mut rows = self.rows_with(field, &term.text)?;
            if is_open && at + 1 == terms.len() {
                self.terms.with_prefix(field, &term.text, &mut |row| rows.push(row))?;
                rows.sort_unstable();
                rows.dedup();
            }
            found = Some(match found {
                None => rows,
                Some(found) => in_both(&found, &rows).collect(),
            });
        }
        found.into_iter().flatten().for_each(|row| self.marks.raise(row, worth(place, Likeness::Equal)));
        Ok(())
    }

    /// What ranks each row; of recordings of the same song only the best, with the number of the others.
    fn hits(&self, found: &[Matched], all_releases: bool) -> Result<Hits> {
        let popularity = self.catalogue.numbers(Attribute::Popularity);
        let keys = found.iter().map(|(row, matched, places)| {
            let popularity = popularity.get(*row as usize).unwrap_or_default() as i32;
            Key::new(*matched, *places, popularity, *row)
        });
        if all_releases {
            return Ok(keys.map(|key| (key, 0)).collect());
        }
        let mut songs: HashMap<u64, (Key, u32)> = HashMap::with_capacity(found.len());
        for key in keys {
            songs
                .entry(self.terms.song(key.row().0))
                .and_modify(|(best, others)| (*best, *others) = (key.max(*best), *others + 1))
                .or_insert((key, 0));
        }
        Ok(songs.into_values().collect())
    }
}

/// Longer words are not searched with typos: nobody mistypes them by one letter, and they cost the most.
const LONGEST_MISTYPED: usize = 24;

/// The ways in which a word may be written in the index; each is terms that must all be there.
fn forms(word: &Word) -> Vec<Vec<Part>> {
    let part = |text: &str, is_dense| Part { text: text.to_owned(), is_dense };
    let whole = |text: String| vec![Part { text, is_dense: false }];
    let parts = word.parts.iter().flat_map(|one| match one.is_dense {
        true => pairs(&one.text, false).map(|pair| part(pair, true)).collect(),
        false => vec![one.clone()],
    });
    let mut forms = vec![parts.collect()];
    if word.parts.len() > 1 {
        forms.push(whole(word.joined()));
    }
    forms.extend(word.spelt.clone().map(whole));
    forms
}

/// Words as a text in which words of others can be looked for: divided at every punctuation, and without any.
fn spaced(words: &[Word]) -> [String; 2] {
    let parts = words.iter().flat_map(|word| word.parts.iter().map(|part| part.text.clone()));
    let between = |words: Vec<String>| format!(" {} ", words.join(" "));
    [between(parts.collect()), between(words.iter().map(Word::joined).collect())]
}

/// The numbers that are in both of two lists, which ascend.
fn in_both<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let mut b = b.iter().peekable();
    a.iter().copied().filter(move |row| {
        while b.next_if(|other| *other < row).is_some() {}
        b.peek() == Some(&row)
    })
}

/// Adds what is not there yet.
fn merge(found: &mut Vec<Matched>, more: impl Iterator<Item = Matched>) {
    let known: hashbrown::HashSet<u32> = found.iter().map(|(row, ..)| *row).collect();
    found.extend(more.filter(|(row, ..)| !known.contains(row)));
}
