//! Names of invented artists, albums and titles, from the words and patterns of `lexicon`, which
//! also chooses the language of a genre. Every name is a pure function of a stream.

use super::lexicon::{ENGLISH, Lexicon};
use super::stream::Stream;

/// The share of titles with an ending such as ` - Live`, in per cent.
const ENDINGS: u64 = 14;

#[rustfmt::skip]
const KEYS: [&str; 12] = [
    "C Major", "A Minor", "G Major", "E Minor", "D Major", "B Minor", "F Major", "D Minor",
    "B-Flat Major", "G Minor", "E-Flat Major", "C-Sharp Minor",
];

/// Appends a pattern with its placeholders filled in. `~` and a letter are a placeholder:
///
/// `a` adjective, `n` noun, `s` plural noun (in English), `p` place, `f` first name, `c` coined name, `d` a number from
/// 1 to 12, `y` a year, `k` a key, `w` the name given as `who` (a guest or an artist).
fn expand(out: &mut String, pattern: &str, lexicon: &Lexicon, who: &str, stream: &mut Stream) {
    let mut parts = pattern.split('~');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut letters = part.chars();
        match letters.next() {
            Some('a') => out.push_str(stream.pick(lexicon.adjectives)),
            Some('n') => out.push_str(stream.pick(lexicon.nouns)),
            Some('s') => plural(out, stream.pick(lexicon.nouns)),
            Some('p') => out.push_str(stream.pick(lexicon.places)),
            Some('f') => out.push_str(stream.pick(lexicon.firsts)),
            Some('c') => coin(out, lexicon, stream),
            Some('d') => number(out, 1 + stream.below(12)),
            Some('y') => number(out, 1964 + stream.below(59)),
            Some('k') => out.push_str(stream.pick(&KEYS)),
            Some('w') => out.push_str(who),
            _ => {}
        }
        out.push_str(letters.as_str());
    }
}

fn plural(out: &mut String, noun: &str) {
    let (stem, ending) = if let Some(stem) = noun.strip_suffix("lf") {
        (stem, "lves")
    } else if let Some(stem) = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        (stem, "ies")
    } else if noun.ends_with(['s', 'x']) || noun.ends_with("ch") || noun.ends_with("sh") {
        (noun, "es")
    } else {
        (noun, "s")
    };
    out.push_str(stem);
    out.push_str(ending);
}

/// Appends a coined name: a start, in three of four cases a middle, and an end.
fn coin(out: &mut String, lexicon: &Lexicon, stream: &mut Stream) {
    out.push_str(stream.pick(lexicon.starts));
    if stream.chance(3, 4) {
        out.push_str(stream.pick(lexicon.middles));
    }
    out.push_str(stream.pick(lexicon.ends));
}

/// Appends a number of at most four digits.
fn number(out: &mut String, number: u64) {
    let mut begun = false;
    for place in [1000, 100, 10, 1] {
        let digit = number / place % 10;
        begun |= digit > 0 || place == 1;
        if begun {
            out.push(char::from(b'0' + digit as u8));
        }
    }
}

pub(super) fn artist(out: &mut String, lexicon: &Lexicon, mut stream: Stream) {
    let pattern = stream.pick(lexicon.artists);
    expand(out, pattern, lexicon, "", &mut stream);
}

/// Appends a title, which may name `guest`.
pub(super) fn title(out: &mut String, lexicon: &'static Lexicon, guest: Option<&str>, stream: &mut Stream) {
    let tongue = if stream.chance(lexicon.own, 100) { lexicon } else { &ENGLISH };
    let pattern = stream.pick(tongue.titles);
    expand(out, pattern, tongue, "", stream);
    if let Some(guest) = guest
        && stream.chance(1, 4)
    {
        expand(out, " (feat. ~w)", tongue, guest, stream);
    } else if stream.chance(ENDINGS, 100) {
        let ending = stream.pick(lexicon.endings);
        expand(out, ending, tongue, "", stream);
    }
}

pub(super) fn album(out: &mut String, lexicon: &'static Lexicon, artist: &str, mut stream: Stream) {
    let tongue = if stream.chance(lexicon.own, 100) { lexicon } else { &ENGLISH };
    let pattern = if stream.chance(1, 2) { stream.pick(tongue.albums) } else { stream.pick(tongue.titles) };
    expand(out, pattern, tongue, artist, &mut stream);
}

/// Appends the title of a collection, on which a recording is re-released.
pub(super) fn collection(out: &mut String, artist: &str, stream: &mut Stream) {
    let pattern = stream.pick(&[
        "~w: The Collection",
        "~a ~n Hits ~y",
        "~a ~n Party, Vol. ~d",
        "The ~a ~n Mix",
        "~a ~n Classics",
        "~y: ~n Days",
        "~a Songs from ~p",
        "~w - ~y to Now",
        "\"~a ~n\" and Other Favourites",
    ]);
    expand(out, pattern, &ENGLISH, artist, stream);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genres::GENRES;
    use crate::lexicon::lexicon;
    use crate::stream::{Domain, Stream};

    #[test]
    fn every_letter_of_a_pattern_means_something() {
        for genre in &GENRES {
            let words = lexicon(genre.name);
            let lists = [words.artists, words.titles, words.albums, words.endings];
            for pattern in lists.into_iter().flatten() {
                for part in pattern.split('~').skip(1) {
                    assert!(
                        part.starts_with(['a', 'n', 's', 'p', 'f', 'c', 'd', 'y', 'k', 'w']),
                        "{pattern}"
                    );
                }
            }
            let words = [words.adjectives, words.nouns, words.places, words.firsts, words.starts, words.ends];
            assert!(words.into_iter().all(|list| !list.is_empty()), "{}", genre.name);
        }
    }

    #[test]
    fn artists_of_a_genre_have_different_names() {
        for genre in &GENRES {
            let mut names: Vec<String> = (0..2000)
                .map(|number| {
                    let mut name = String::new();
                    artist(&mut name, lexicon(genre.name), Stream::new(1, Domain::Name, number));
                    name
                })
                .collect();
            names.sort();
            names.dedup();
            assert!(names.len() > 1980, "{}: {}", genre.name, names.len());
            assert!(names.iter().all(|name| !name.contains([';', '~'])), "{}", genre.name);
        }
    }

    #[test]
    fn nouns_have_their_plural() {
        for (noun, nouns) in
            [("Wolf", "Wolves"), ("Body", "Bodies"), ("Bus", "Buses"), ("Highway", "Highways")]
        {
            let mut out = String::new();
            plural(&mut out, noun);
            assert_eq!(out, nouns);
        }
    }

    #[test]
    fn numbers_are_written_without_leading_zeros() {
        let mut out = String::new();
        for value in [0, 7, 12, 1964, 2022] {
            number(&mut out, value);
            out.push(' ');
        }
        assert_eq!(out, "0 7 12 1964 2022 ");
    }
}
