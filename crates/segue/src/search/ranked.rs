//! Ranked search: finds the tracks that a query most likely means.
//!
//! A track matches if every word of the query is in its title, artists, album or genres; the last word may be a
//! prefix. Tracks are ranked by a total order: how they match (`Match`), then, unless a whole name matched, the
//! fields that the words are in, then popularity, then row. If nothing matches, words may have typos; if still
//! nothing does, tracks with the most words, at least half of them, are returned.

use hashbrown::HashMap;

use super::found::{Found, Key, Match};
use super::phrase::Phrase;
use super::query::{Clause, Parsed, Scope, parse};
use super::terms::{Field, Terms};
use crate::catalogue::{Attribute, Catalogue, Row, TextField, artist_names};
use crate::error::{Error, Result};
use crate::fold::{Part, Word, bigrams, key_of};
use crate::songs::Songs;

/// The maximum number of typos in a word, if nothing matches without.
const MAX_TYPOS: u8 = 2;
/// In queries of more words than this, typos are not searched for.
const MAX_MISTYPED_WORDS: usize = 6;

/// How a term of a track matches a word.
#[derive(Debug, Clone, Copy)]
enum Likeness {
    Equal,
    Begins,
    OneTypo,
    TwoTypos,
}

/// The fields that a scope searches, with the score of a word in each: title and artists above genres, those above
/// albums.
fn field_weights(scope: Scope) -> &'static [(Field, u8)] {
    match scope {
        Scope::Any => &[(Field::Title, 12), (Field::Artists, 12), (Field::Genres, 8), (Field::Album, 6)],
        Scope::Title => &[(Field::Title, 12)],
        Scope::Artists => &[(Field::Artists, 12)],
        Scope::Album => &[(Field::Album, 12)],
        Scope::Genres => &[(Field::Genres, 12)],
    }
}

fn score(weight: u8, likeness: Likeness) -> u8 {
    match likeness {
        Likeness::Equal => weight,
        Likeness::Begins => weight / 4 * 3,
        Likeness::OneTypo => weight / 3,
        Likeness::TwoTypos => weight / 6,
    }
}

/// A score for each row, most of them zero. Reused, as clearing it is cheaper than allocating it.
#[derive(Debug, Default)]
pub(super) struct Scores {
    of_row: Vec<u8>,
    /// The rows with a score.
    rows: Vec<u32>,
}

impl Scores {
    fn clear(&mut self, rows: usize) {
        for row in self.rows.drain(..) {
            if let Some(score) = self.of_row.get_mut(row as usize) {
                *score = 0;
            }
        }
        self.of_row.resize(rows, 0);
    }

    /// Raises the score of a row to at least `score`.
    #[inline]
    fn raise(&mut self, row: u32, score: u8) {
        if let Some(known) = self.of_row.get_mut(row as usize) {
            if *known == 0 {
                self.rows.push(row);
            }
            *known = score.max(*known);
        }
    }

    fn of(&self, row: u32) -> u8 {
        self.of_row.get(row as usize).copied().unwrap_or_default()
    }
}

/// Whether a query has a condition that is not negated.
pub(crate) fn names_something(text: &str) -> bool {
    parse(text).names_something()
}

/// How much to search for if nothing matches exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// For interactive search: up to two typos in a word, then tracks with most of the words.
    Most,
    /// What matches as it is written.
    None,
}

/// Finds the tracks that match a query; the best release of every song, or all releases.
pub(crate) fn search(
    catalogue: &Catalogue,
    terms: &dyn Terms,
    songs: &Songs,
    text: &str,
    all_releases: bool,
    effort: Effort,
) -> Result<Found> {
    let parsed = parse(text);
    let mut search = Search { catalogue, terms, songs, parsed: &parsed, effort, scores: Scores::default() };
    let (hits, note) = search.run(all_releases)?;
    let notes = parsed.note.iter().map(String::as_str).chain(note);
    let notes: Vec<&str> = notes.collect();
    Ok(Found { hits, note: (!notes.is_empty()).then(|| notes.join("; ")) })
}

/// A row that matches, how, and the sum of the scores of its words.
type Candidate = (u32, Match, u32);

struct Search<'a> {
    catalogue: &'a Catalogue,
    terms: &'a dyn Terms,
    songs: &'a Songs,
    parsed: &'a Parsed,
    effort: Effort,
    scores: Scores,
}

type Hits = Vec<(Key, u32)>;

impl Search<'_> {
    fn run(&mut self, all_releases: bool) -> Result<(Hits, Option<&'static str>)> {
        let (found, note) = self.matched()?;
        let found = self.without_excluded(found)?;
        Ok((self.hits(&found, all_releases)?, note))
    }

    /// The rows that match, before exclusions, and a note on how.
    fn matched(&mut self) -> Result<(Vec<Candidate>, Option<&'static str>)> {
        const CLOSE: &str = "nothing matches exactly; these are close";
        let parsed = self.parsed;
        let rows = self.terms.rows() as u32;
        if parsed.free.is_empty() {
            for typos in 0..=self.most_typos() {
                let matched = if typos > 0 { Match::Typos } else { Match::Words };
                let all = (0..rows).map(|row| (row, matched, 0)).collect();
                let found = self.with_required(all, typos)?;
                if !found.is_empty() {
                    return Ok((found, (typos > 0).then_some(CLOSE)));
                }
            }
            return Ok((Vec::new(), None));
        }
        let mut found = self.wholes()?;
        let exact = self.all_words(0)?;
        merge(&mut found, exact.into_iter().map(|(row, score)| (row, Match::Words, score)));
        let found = self.with_required(found, 0)?;
        if !found.is_empty() {
            return Ok((found, None));
        }
        for typos in 1..=self.most_typos() {
            let mistyped = self.all_words(typos)?;
            let mistyped = mistyped.into_iter().map(|(row, score)| (row, Match::Typos, score)).collect();
            let mistyped = self.with_required(mistyped, typos)?;
            if !mistyped.is_empty() {
                return Ok((mistyped, Some(CLOSE)));
            }
        }
        if self.effort != Effort::Most {
            return Ok((Vec::new(), None));
        }
        let some = self.some_words()?.into_iter().map(|(row, score)| (row, Match::Some, score)).collect();
        let some = self.with_required(some, 0)?;
        let note = (!some.is_empty()).then_some("no track has all of these words; these have most of them");
        Ok((some, note))
    }

    /// The maximum number of typos in a word: none in a long query, which would take too long.
    fn most_typos(&self) -> u8 {
        let of_clauses = self.parsed.clauses.iter().flat_map(|clause| &clause.words);
        let words = self.parsed.free.iter().chain(of_clauses).count();
        match self.effort {
            _ if words > MAX_MISTYPED_WORDS => 0,
            Effort::Most => MAX_TYPOS,
            Effort::None => 0,
        }
    }

    /// The rows whose whole title, artist or genre is the query, or whose title and artist together are.
    fn wholes(&mut self) -> Result<Vec<Candidate>> {
        let words = &self.parsed.free;
        let key = key_of(words);
        self.scores.clear(self.terms.rows());
        for field in [Field::WholeTitle, Field::WholeArtist, Field::WholeGenre] {
            self.terms.with_term(field, &key, &mut |row| self.scores.raise(row, 1))?;
        }
        // A query with a dash that is a whole title is not also split into title and artist.
        let is_title = self.parsed.has_dash && !self.scores.rows.is_empty();
        for at in (1..words.len()).filter(|_| !is_title) {
            let (first, second) = words.split_at_checked(at).unwrap_or_default();
            let (first, second) = (key_of(first), key_of(second));
            for (title, artist) in [(&first, &second), (&second, &first)] {
                let titled = self.rows_with(Field::WholeTitle, title)?;
                if !titled.is_empty() {
                    let by = self.rows_with(Field::WholeArtist, artist)?;
                    in_both(&titled, &by).for_each(|row| self.scores.raise(row, 2));
                }
            }
        }
        let matched = |row: &u32| match self.scores.of(*row) {
            2 => (*row, Match::TitleAndArtist, 0),
            _ => (*row, Match::Whole, 0),
        };
        Ok(self.scores.rows.iter().map(matched).collect())
    }

    fn rows_with(&self, field: Field, term: &str) -> Result<Vec<u32>> {
        let mut rows = Vec::new();
        self.terms.with_term(field, term, &mut |row| rows.push(row))?;
        Ok(rows)
    }

    /// The rows that have all words, with the sums of their scores.
    fn all_words(&mut self, typos: u8) -> Result<Vec<(u32, u32)>> {
        let parsed = self.parsed;
        let mut found: Option<Vec<(u32, u32)>> = None;
        for (at, word) in parsed.free.iter().enumerate() {
            let is_open = parsed.is_open && at + 1 == parsed.free.len();
            self.score_word(word, Scope::Any, is_open, typos)?;
            found = Some(self.add_scores(found));
            if found.as_ref().is_some_and(Vec::is_empty) {
                break;
            }
        }
        Ok(found.unwrap_or_default())
    }

    /// The rows that have the greatest number of the words, if that is at least half of them.
    fn some_words(&mut self) -> Result<Vec<(u32, u32)>> {
        let parsed = self.parsed;
        let mut found: HashMap<u32, (u32, u32)> = HashMap::new();
        for word in &parsed.free {
            self.score_word(word, Scope::Any, false, 0)?;
            if self.scores.rows.is_empty() {
                self.score_word(word, Scope::Any, false, self.most_typos())?;
            }
            for row in &self.scores.rows {
                let (count, sum) = found.entry(*row).or_default();
                *count += 1;
                *sum += u32::from(self.scores.of(*row));
            }
        }
        let most = found.values().map(|(count, _)| *count).max().unwrap_or_default();
        if (most as usize) * 2 < parsed.free.len() {
            return Ok(Vec::new());
        }
        Ok(found
            .into_iter()
            .filter(|(_, (count, _))| *count == most)
            .map(|(row, (_, sum))| (row, sum))
            .collect())
    }

    /// The rows of `found` that have a score, which is added to theirs; all rows that have one if `found` is `None`.
    fn add_scores(&self, found: Option<Vec<(u32, u32)>>) -> Vec<(u32, u32)> {
        let score = |row: u32| u32::from(self.scores.of(row));
        match found {
            None => self.scores.rows.iter().map(|row| (*row, score(*row))).collect(),
            Some(found) => found
                .into_iter()
                .filter(|(row, _)| score(*row) > 0)
                .map(|(row, sum)| (row, sum + score(row)))
                .collect(),
        }
    }

    /// The rows of `found` that satisfy all clauses that are not negated.
    fn with_required(&mut self, mut found: Vec<Candidate>, typos: u8) -> Result<Vec<Candidate>> {
        for clause in self.parsed.clauses.iter().filter(|clause| !clause.is_negated) {
            self.score_clause(clause, typos)?;
            found.retain(|(row, ..)| self.scores.of(*row) > 0);
        }
        for clause in self.parsed.clauses.iter().filter(|clause| !clause.is_negated && clause.is_phrase) {
            let phrase = Phrase::new(&clause.words);
            found = self.filtered(found, |row| self.has_phrase(row, clause.scope, &phrase))?;
        }
        Ok(found)
    }

    /// The rows of `found` that no negated clause excludes.
    fn without_excluded(&mut self, mut found: Vec<Candidate>) -> Result<Vec<Candidate>> {
        for clause in self.parsed.clauses.iter().filter(|clause| clause.is_negated) {
            self.score_clause(clause, 0)?;
            let phrase = clause.is_phrase.then(|| Phrase::new(&clause.words));
            found = self.filtered(found, |row| {
                let has_score = self.scores.of(row.0) > 0;
                Ok(match &phrase {
                    Some(phrase) if has_score => !self.has_phrase(row, clause.scope, phrase)?,
                    _ => !has_score,
                })
            })?;
        }
        Ok(found)
    }

    fn filtered(&self, found: Vec<Candidate>, keeps: impl Fn(Row) -> Result<bool>) -> Result<Vec<Candidate>> {
        let kept = found.into_iter().map(|one| Ok(keeps(Row(one.0))?.then_some(one)));
        kept.filter_map(Result::transpose).collect()
    }

    /// Gives the rows that have all words of a clause the score 1.
    fn score_clause(&mut self, clause: &Clause, typos: u8) -> Result<()> {
        let mut rows = match clause.scope {
            Scope::Genres => self.rows_with(Field::WholeGenre, &key_of(&clause.words))?,
            _ => Vec::new(),
        };
        if rows.is_empty() {
            let mut found: Option<Vec<(u32, u32)>> = None;
            for word in &clause.words {
                self.score_word(word, clause.scope, false, typos)?;
                found = Some(self.add_scores(found));
            }
            rows = found.into_iter().flatten().map(|(row, _)| row).collect();
        }
        self.scores.clear(self.terms.rows());
        rows.into_iter().for_each(|row| self.scores.raise(row, 1));
        Ok(())
    }

    /// Whether a text of the row in this scope contains a phrase.
    fn has_phrase(&self, row: Row, scope: Scope, phrase: &Phrase) -> Result<bool> {
        let text = |field| Ok::<_, Error>(self.catalogue.text(field, row)?.unwrap_or_default());
        let is_asked = |other| scope == other || scope == Scope::Any;
        let mut texts = Vec::new();
        if is_asked(Scope::Title) {
            texts.push(text(TextField::TrackName)?);
        }
        if is_asked(Scope::Artists) {
            texts.extend(artist_names(text(TextField::Artists)?));
        }
        if is_asked(Scope::Album) {
            texts.push(text(TextField::AlbumName)?);
        }
        if is_asked(Scope::Genres) {
            texts.extend(self.catalogue.genres(row)?);
        }
        Ok(texts.into_iter().any(|text| phrase.is_in(text)))
    }

    /// Scores the rows that have a word. `is_open`: the word may be a prefix; `typos`: the maximum number of typos.
    fn score_word(&mut self, word: &Word, scope: Scope, is_open: bool, typos: u8) -> Result<()> {
        self.scores.clear(self.terms.rows());
        let forms = forms(word);
        for (field, weight) in field_weights(scope) {
            for form in &forms {
                match form.as_slice() {
                    [term] => self.score_term(*field, *weight, term, is_open)?,
                    terms => self.score_all_terms(*field, *weight, terms, is_open)?,
                }
            }
        }
        for form in &forms {
            if let [term] = form.as_slice() {
                self.score_typos(scope, term, typos)?;
            }
        }
        Ok(())
    }

    fn score_term(&mut self, field: Field, weight: u8, term: &Part, is_open: bool) -> Result<()> {
        let (terms, scores) = (self.terms, &mut self.scores);
        terms.with_term(field, &term.text, &mut |row| scores.raise(row, score(weight, Likeness::Equal)))?;
        // A single Chinese character is found by the bigrams that it begins.
        if is_open || term.is_cjk && term.text.chars().count() == 1 {
            terms.with_prefix(field, &term.text, &mut |row| {
                scores.raise(row, score(weight, Likeness::Begins))
            })?;
        }
        Ok(())
    }

    /// Scores the rows that have a term with at most `most` typos.
    fn score_typos(&mut self, scope: Scope, term: &Part, most: u8) -> Result<()> {
        let letters = term.text.chars().count();
        let most = match letters {
            _ if term.is_cjk => 0,
            4..8 => most.min(1),
            8..=MAX_MISTYPED_LETTERS => most,
            _ => 0,
        };
        let fields: Vec<Field> = field_weights(scope).iter().map(|(field, _)| *field).collect();
        let scores = &mut self.scores;
        for (typos, likeness) in [(1, Likeness::OneTypo), (2, Likeness::TwoTypos)] {
            if typos <= most {
                self.terms.with_typos(&fields, &term.text, typos, &mut |field, row| {
                    let weight = field_weights(scope).iter().find(|(other, _)| *other == field);
                    scores.raise(row, weight.map_or(0, |(_, weight)| score(*weight, likeness)));
                })?;
            }
        }
        Ok(())
    }

    /// Scores the rows that have all of some terms in one field.
    fn score_all_terms(&mut self, field: Field, weight: u8, terms: &[Part], is_open: bool) -> Result<()> {
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
        found.into_iter().flatten().for_each(|row| self.scores.raise(row, score(weight, Likeness::Equal)));
        Ok(())
    }

    /// The sort keys of rows; of releases of a song only that of the best, with the number of the others.
    fn hits(&self, found: &[Candidate], all_releases: bool) -> Result<Hits> {
        let popularity = self.catalogue.numbers(Attribute::Popularity);
        let keys = found.iter().map(|(row, matched, score)| {
            // Unknown popularity counts as 0: the cast of NaN.
            let popularity =
                popularity.and_then(|column| column.get(*row as usize)).unwrap_or_default() as i32;
            Key::new(*matched, *score, popularity, *row)
        });
        if all_releases {
            return Ok(keys.map(|key| (key, 0)).collect());
        }
        let mut songs: HashMap<Row, (Key, u32)> = HashMap::with_capacity(found.len());
        for key in keys {
            songs
                .entry(self.songs.song_of(key.row()))
                .and_modify(|(best, others)| (*best, *others) = (key.max(*best), *others + 1))
                .or_insert((key, 0));
        }
        Ok(songs.into_values().collect())
    }
}

/// Longer words are not searched for with typos: they cost the most and are hardly ever mistyped by a letter or two.
const MAX_MISTYPED_LETTERS: usize = 24;

/// The forms of a word in the index; each is a list of terms that must all occur.
fn forms(word: &Word) -> Vec<Vec<Part>> {
    let part = |text: &str, is_cjk| Part { text: text.to_owned(), is_cjk };
    let whole = |text: String| vec![Part { text, is_cjk: false }];
    let parts = word.parts.iter().flat_map(|one| match one.is_cjk {
        true => bigrams(&one.text, false).map(|bigram| part(bigram, true)).collect(),
        false => vec![one.clone()],
    });
    let mut forms = vec![parts.collect()];
    if word.parts.len() > 1 {
        forms.push(whole(word.joined()));
    }
    forms.extend(word.symbol_spelling.clone().map(whole));
    forms
}

/// The intersection of two ascending lists.
fn in_both<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let mut b = b.iter().peekable();
    a.iter().copied().filter(move |row| {
        while b.next_if(|other| *other < row).is_some() {}
        b.peek() == Some(&row)
    })
}

/// Adds the rows that are not in `found` yet.
fn merge(found: &mut Vec<Candidate>, more: impl Iterator<Item = Candidate>) {
    let known: hashbrown::HashSet<u32> = found.iter().map(|(row, ..)| *row).collect();
    found.extend(more.filter(|(row, ..)| !known.contains(row)));
}
