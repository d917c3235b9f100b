//! One suite over both implementations of [`Terms`]: the text index must answer as the folded texts do.

use arrow_array::Array;
use proptest::prelude::*;

use super::terms::Field;
use super::{Effort, TermScan, Terms, TextIndex, TextParts, search};
use crate::{Catalogue, Ingest, Input, Songs};
use segue_demo::Demo;

fn demo(tracks: u64) -> Catalogue {
    let mut csv = Vec::new();
    Demo { tracks, seed: 7 }.write_csv(&mut csv, |_| ()).unwrap();
    Ingest::new().read([Input::bytes("demo.csv", csv)]).unwrap().0
}

struct Both {
    catalogue: Catalogue,
    songs: Songs,
    oracle: TermScan,
    index: TextIndex,
}

fn both() -> &'static Both {
    static BOTH: std::sync::OnceLock<Both> = std::sync::OnceLock::new();
    BOTH.get_or_init(|| {
        let catalogue = demo(3_000);
        let oracle = TermScan::new(&catalogue).unwrap();
        let index = TextIndex::build(&catalogue, &()).unwrap();
        let songs = Songs::find(&catalogue).unwrap();
        Both { catalogue, songs, oracle, index }
    })
}

fn rows(look: impl FnOnce(&mut dyn FnMut(u32))) -> Vec<u32> {
    let mut rows = Vec::new();
    look(&mut |row| rows.push(row));
    rows.sort_unstable();
    rows.dedup();
    rows
}

#[test]
fn rows_are_the_same() {
    let Both { oracle, index, .. } = both();
    assert_eq!(index.rows(), oracle.rows());
}

#[test]
fn equal_catalogues_have_equal_files_however_many_rows_are_folded_at_a_time() {
    let built = |folded_at_a_time| {
        let index = TextIndex::build_by(folded_at_a_time, &demo(500), &()).unwrap();
        index.check().unwrap();
        let TextParts { fields, terms, heads, offsets, rows } = index.parts().clone();
        (fields, terms.to_array().unwrap().to_data(), heads, offsets, rows)
    };
    let at_once = built(500);
    assert!([1, 7, 499, 501].into_iter().all(|rows| built(rows) == at_once));
}

fn word() -> impl Strategy<Value = String> {
    let Both { catalogue, .. } = both();
    let texts: Vec<String> = catalogue
        .rows()
        .flat_map(|row| {
            let track = catalogue.track(row).unwrap();
            [track.track_name.to_owned(), track.artists.join(" "), track.genres.join(" ")]
        })
        .collect();
    let words: Vec<String> =
        texts.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect();
    // A word, or a part of one, or one with typos.
    (proptest::sample::select(words), 0usize..12, 0usize..12, 0usize..4).prop_map(|(word, from, to, how)| {
        let letters: Vec<char> = word.chars().collect();
        let (from, to) = (from % letters.len(), to % letters.len());
        let mut changed = letters.clone();
        match how {
            0 => changed.truncate(from + 1),
            1 => changed.swap(from, to),
            2 => changed.insert(from, 'x'),
            _ => {}
        }
        changed.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn terms_are_found_alike(word in word()) {
        let Both { oracle, index, .. } = both();
        let term = crate::fold::key(&word);
        if term.is_empty() {
            return Ok(());
        }
        for field in Field::ALL {
            let exact = |terms: &dyn Terms| rows(|take| terms.with_term(field, &term, take).unwrap());
            prop_assert_eq!(exact(index), exact(oracle));
            let begun = |terms: &dyn Terms| rows(|take| terms.with_prefix(field, &term, take).unwrap());
            prop_assert_eq!(begun(index), begun(oracle));
            for distance in [1, 2] {
                let mistyped = |terms: &dyn Terms| {
                    rows(|take| terms.with_typos(&[field], &term, distance, &mut |_, row| take(row)).unwrap())
                };
                prop_assert_eq!(mistyped(index), mistyped(oracle), "{} {}", term, distance);
            }
        }
    }

    #[test]
    fn searches_find_alike_and_their_pages_make_a_whole(
        words in proptest::collection::vec(word(), 0..4),
        sign in proptest::sample::select(vec!["", "-", "\"", "artist:", "track:\"", "genre:", " "]),
        all in any::<bool>(),
        page in 1usize..9,
    ) {
        let Both { catalogue, songs, oracle, index } = both();
        let text = format!("{sign}{}", words.join(" "));
        let found = |terms: &dyn Terms| {
            let mut found = search(catalogue, terms, songs, &text, all, Effort::Most).unwrap();
            (found.page(0, usize::MAX), found.note.clone(), found.best(), found.alike())
        };
        let whole = found(index);
        prop_assert_eq!(&whole, &found(oracle), "{}", text);
        let mut found = search(catalogue, index, songs, &text, all, Effort::Most).unwrap();
        let pages: Vec<_> = (0..).step_by(page).map(|offset| found.page(offset, page)).take_while(|page| !page.is_empty()).collect();
        prop_assert_eq!(pages.concat(), whole.0);
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,60}|[-a:\"'! ]{0,40}") {
        let Both { catalogue, songs, index, .. } = both();
        let mut found = search(catalogue, index, songs, &text, false, Effort::Most).unwrap();
        found.page(0, 10);
    }
}
