//! What the texts of a mention may mean: pairs of a title and an artist, the likeliest first.
//!
//! A text is read as it is, then without what people and programs add: numbers, brackets with words about the video,
//! lengths, bullets. Every way of dividing it into title and artist is listed. Nearly all are wrong, but they name no track:
//! a reading counts only if a track has the title *and* the artist. Where none is named, the whole text must be the
//! title.

mod decoration;

use decoration::{Numbering, undecorated, unnumbered, unquoted};

use super::Mention;

/// What a text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) title: String,
    /// The artist, or several joined; one of these texts must name an artist of the track. Empty if none is named.
    pub(crate) artists: Vec<String>,
    /// The album that the track must be on.
    pub(crate) album: Option<String>,
    /// Whether title and artist are as they were written.
    pub(crate) is_as_written: bool,
}

/// The greatest number of readings of a text. Only a text with many separators has as many.
const MOST: usize = 120;
/// At most so many of each separator are tried.
const MOST_SEPARATORS: usize = 6;
/// Texts of more words than this are not divided between words.
const MOST_WORDS: usize = 12;
/// Longer texts are not divided: they are no names.
const LONGEST: usize = 300;

/// Between artist and title, in either order.
const DASHES: &[&str] = &[
    " - ", " – ", " — ", " ‒ ", " ― ", " ~ ", " | ", " // ", " / ", " :: ", " · ", " • ", "\t", " -- ", "–",
    "—",
];
const COMMAS: &[&str] = &[", ", "; ", "- ", " -", "-", "|"];

/// The readings of a mention, in the order in which they are to be tried.
pub(crate) fn readings(mention: &Mention) -> Vec<Reading> {
    let mut readings = Readings::default();
    match (&mention.title, &mention.artist) {
        (Some(title), Some(artist)) => {
            readings.pair(title, artist, true);
            let written = Variant::all(title);
            for variant in written.iter().skip(1) {
                readings.pair(&variant.text, artist, false);
            }
            // The title of a video holds the artist; the field has the name of a channel.
            written.iter().for_each(|variant| readings.dashes(variant));
        }
        (Some(title), None) => {
            let folders = known_folders(&mention.folders);
            readings.file(title, &folders);
        }
        (None, _) => {}
    }
    if let Some(words) = &mention.words {
        let folders = known_folders(&mention.folders);
        match &mention.artist {
            Some(artist) if mention.title.is_none() => {
                for variant in Variant::all(words) {
                    readings.pair(&variant.text, artist, variant.is_as_written);
                }
            }
            _ => {}
        }
        // A title in a field of its own is better known than the name of a file, which alone says too little then.
        match mention.title {
            Some(_) => Variant::all(words).iter().for_each(|variant| readings.within(variant, &folders)),
            None => readings.file(words, &folders),
        }
    }
    readings.all
}

/// The names of artists in a text that may join several: the whole text first.
pub(crate) fn artist_names_in(text: &str) -> Vec<&str> {
    const JOINTS: [&str; 20] = [
        " feat. ",
        " feat ",
        " ft. ",
        " ft ",
        " featuring ",
        " with ",
        " vs. ",
        " vs ",
        " x ",
        " & ",
        " and ",
        " + ",
        " y ",
        " und ",
        " et ",
        ", ",
        "; ",
        ";",
        " / ",
        "/",
    ];
    const MOST_NAMES: usize = 24;
    let trim = |text: &str| -> (usize, usize) {
        let start = text.len() - text.trim_start_matches(is_edge).len();
        (start, text.trim_end_matches(is_edge).len().max(start))
    };
    let mut names = vec![text.trim()];
    let lower = text.to_ascii_lowercase().replace(['(', ')', '[', ']'], " ");
    // In ASCII, lower case and brackets as spaces change no position.
    let mut starts = vec![(0, lower.len())];
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for joint in JOINTS {
        starts = starts
            .into_iter()
            .flat_map(|(start, end)| {
                let part = lower.get(start..end).unwrap_or_default();
                let mut pieces = Vec::new();
                let mut from = start;
                for (at, _) in part.match_indices(joint) {
                    pieces.push((from, start + at));
                    from = start + at + joint.len();
                }
                pieces.push((from, end));
                pieces
            })
            .take(MOST_NAMES)
            .collect();
        // Also what is divided further: `AC/DC` of `AC/DC feat. Somebody`.
        spans.extend(starts.iter().copied());
    }
    // A channel of videos: `Drake - Topic`, `DrakeVEVO`.
    let channel = lower.trim_end();
    let channel =
        ["vevo", " - topic", " official", " music"].iter().find_map(|end| channel.strip_suffix(end));
    spans.extend(channel.map(|name| (0, name.len())));
    for (start, end) in spans {
        let piece = text.get(start..end).unwrap_or_default();
        let (start, end) = trim(piece);
        let piece = piece.get(start..end).unwrap_or_default();
        if !piece.is_empty() && !names.contains(&piece) {
            names.push(piece);
        }
    }
    names
}

fn is_edge(character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | '[' | ']' | ',' | ';')
}

/// The folders that may be an artist or an album, the innermost first.
fn known_folders(folders: &[String]) -> Vec<String> {
    const PLACES: &str = "music musik musica musique mp3 mp3s flac songs tracks audio downloads download desktop documents \
        media my-music itunes itunes-media library playlists shared users public home srv mnt data media \
        itunes-music various-artists compilations singles unknown-artist unknown-album";
    let is_known = |folder: &&String| {
        let name = folder.trim().to_lowercase().replace(' ', "-");
        name.chars().count() > 1
            && !name.ends_with(':')
            && !PLACES.split_whitespace().any(|place| place == name)
    };
    folders.iter().rev().filter(is_known).map(|folder| spaced(folder)).collect()
}

/// A name with spaces for underscores, if it has no spaces.
fn spaced(name: &str) -> String {
    match name.contains(char::is_whitespace) {
        true => name.to_owned(),
        false => name.replace('_', " "),
    }
}

/// A text as it may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variant {
    text: String,
    is_as_written: bool,
    /// Whether the whole text may be a title. Not what follows a mere number: `7 Rings` is not `Rings`.
    may_be_title: bool,
}

impl Variant {
    /// The text as it is, first; without decorations, without numbers, without both.
    fn all(text: &str) -> Vec<Self> {
        let text = unquoted(text);
        let mut all = vec![Self { text: text.to_owned(), is_as_written: true, may_be_title: true }];
        let add = |all: &mut Vec<Self>, text: &str, may_be_title| {
            if !text.is_empty() && all.iter().all(|known| known.text != text) {
                all.push(Self { text: text.to_owned(), is_as_written: false, may_be_title });
            }
        };
        if let Some(plain) = undecorated(text) {
            add(&mut all, unquoted(&plain), true);
        }
        let mut rest = text;
        // Twice: `• 1. Hello`, `05 1-05 Hello`.
        for _ in 0..2 {
            let Some((without, numbering)) = unnumbered(rest) else { break };
            let may_be_title = numbering == Numbering::Sure;
            let without = unquoted(without);
            add(&mut all, without, may_be_title);
            if let Some(plain) = undecorated(without) {
                add(&mut all, unquoted(&plain), may_be_title);
            }
            rest = without;
        }
        all
    }
}

#[derive(Default)]
struct Readings {
    all: Vec<Reading>,
}

impl Readings {
    fn add(&mut self, title: &str, artists: Vec<String>, album: Option<String>, is_as_written: bool) {
        let title = unquoted(title);
        if title.is_empty() || self.all.len() >= MOST {
            return;
        }
        let reading = Reading { title: title.to_owned(), artists, album, is_as_written };
        if !self.all.contains(&reading) {
            self.all.push(reading);
        }
    }

    fn pair(&mut self, title: &str, artist: &str, is_as_written: bool) {
        let artist = unquoted(artist);
        if !artist.is_empty() {
            self.add(title, vec![artist.to_owned()], None, is_as_written);
        }
    }

    fn both(&mut self, left: &str, right: &str, is_as_written: bool) {
        self.pair(right, left, is_as_written);
        self.pair(left, right, is_as_written);
    }

    /// A line of a list, or the name of a file in folders.
    fn file(&mut self, text: &str, folders: &[String]) {
        let text = spaced(text);
        let variants = Variant::all(&text);
        for variant in &variants {
            self.within(variant, folders);
        }
        for variant in &variants {
            self.commas(variant);
        }
        // In folders of an artist, a title alone would be one by anybody.
        if folders.is_empty() {
            for variant in variants.iter().filter(|variant| variant.may_be_title) {
                self.add(&variant.text, Vec::new(), None, variant.is_as_written);
            }
            variants.iter().for_each(|variant| self.words(variant));
        }
    }

    /// Divided by dashes, or by an artist whom a folder names.
    fn within(&mut self, variant: &Variant, folders: &[String]) {
        self.dashes(variant);
        if !folders.is_empty() {
            // A folder may be `Artist - Album`.
            let first = |folder: &String| folder.split_once(" - ").map(|(artist, _)| artist.to_owned());
            let parts = folders.iter().filter_map(first);
            // Not the guest in the name of an album: `Album (feat. Somebody)`.
            let whole = |folder: &String| {
                let end = [" (", " [", " feat"].iter().filter_map(|addition| folder.find(addition)).min();
                folder.get(..end.unwrap_or(folder.len())).unwrap_or(folder).to_owned()
            };
            let artists = folders.iter().map(whole).chain(parts).collect();
            self.add(&spaced(&variant.text), artists, None, false);
        }
    }

    fn dashes(&mut self, variant: &Variant) {
        let Variant { text, is_as_written, .. } = variant;
        if text.len() > LONGEST {
            return;
        }
        let divisions = divisions(text, DASHES);
        for (left, right) in &divisions {
            self.both(left, right, *is_as_written);
        }
        if let ([(first, _), .., (middle, last)], true) = (divisions.as_slice(), divisions.len() > 1) {
            // `Artist - Album - 03 - Title`.
            let album = middle.get(first.len()..).unwrap_or_default();
            let album =
                album.trim_matches(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '(' | ')'));
            let album = album
                .rsplit_once(" - ")
                .filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()))
                .map_or(album, |(album, _)| album);
            let is_number = album.bytes().all(|byte| byte.is_ascii_digit()) && album.len() <= 3;
            for (title, artist) in [(last, first), (first, last)] {
                let album = (!is_number).then(|| album.to_owned());
                self.add(title, vec![unquoted(artist).to_owned()], album, false);
            }
        }
        if let Some((artist, title)) = text.split_once(": ") {
            self.pair(title, artist, *is_as_written);
        }
        if let Some((title, artist)) = by(text) {
            self.pair(title, artist, *is_as_written);
        }
    }

    fn commas(&mut self, variant: &Variant) {
        let Variant { text, is_as_written, .. } = variant;
        if text.len() <= LONGEST {
            for (left, right) in divisions(text, COMMAS) {
                self.both(left, right, *is_as_written);
            }
        }
    }

    /// Divided between words, in a text without separators.
    fn words(&mut self, variant: &Variant) {
        let text = &variant.text;
        let spaces: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
        if spaces.len() < MOST_WORDS && divisions(text, DASHES).is_empty() {
            for (left, right) in spaces.iter().filter_map(|at| text.split_at_checked(*at)) {
                self.both(left.trim(), right.trim(), variant.is_as_written);
            }
        }
    }
}

/// The two sides of each separator, from the left.
fn divisions<'a>(text: &'a str, separators: &[&str]) -> Vec<(&'a str, &'a str)> {
    let mut places: Vec<(usize, usize)> = separators
        .iter()
        .flat_map(|separator| text.match_indices(separator).map(|(at, _)| (at, at + separator.len())))
        .collect();
    places.sort_unstable_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
    let mut divisions: Vec<(&str, &str)> = Vec::new();
    let mut after = 0;
    for (start, end) in places {
        // `–` lies within ` – `.
        if start < after || divisions.len() == MOST_SEPARATORS {
            continue;
        }
        after = end;
        if let (Some(left), Some(right)) = (text.get(..start), text.get(end..)) {
            divisions.push((left.trim(), right.trim()));
        }
    }
    divisions.retain(|(left, right)| !left.is_empty() && !right.is_empty());
    divisions
}

/// The title and the artist of `Hello by Adele`, at the last `by`.
fn by(text: &str) -> Option<(&str, &str)> {
    let lower = text.to_ascii_lowercase();
    let at = lower.rfind(" by ")?;
    Some((text.get(..at)?, text.get(at + 4..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(mention: &Mention, title: &str, artist: &str) -> bool {
        readings(mention).iter().any(|reading| {
            let artists = reading.artists.iter().flat_map(|artist| artist_names_in(artist));
            reading.title == title && artists.into_iter().any(|name| name == artist)
        })
    }

    #[test]
    fn lines_are_divided_into_title_and_artist() {
        for line in [
            "A B - T U",
            "T U - A B",
            "1. A B - T U",
            "12) A B — T U",
            "• A B – T U",
            "04 A B - T U",
            "A B: T U",
            "T U by A B",
            "\"T U\" by A B",
            "“T U” — A B",
            "A B\tT U",
            "A B ft. C - T U",
            "C & A B - T U",
            "A B - T U (Official Music Video)",
            "A B - T U [HD]",
            "A B - T U (3:18)",
            "A B - T U 3:18",
            "A B | T U | Official Audio",
            "T U, A B",
            "A B T U",
            "A B–T U",
            "A B - Some Album - 03 - T U",
        ] {
            assert!(
                has(&Mention::words(line), "T U", "A B"),
                "{line}: {:#?}",
                readings(&Mention::words(line))
            );
        }
    }

    #[test]
    fn files_are_named_by_folders_too() {
        for (words, folders) in [
            ("11 T U", vec!["A B", "An Album"]),
            ("1-09 - T U", vec!["A B", "An Album"]),
            ("12_T_U", vec!["A_B", "An_Album"]),
            ("A12 T U", vec!["A B", "An Album"]),
            ("T U", vec!["Music", "A B - An Album"]),
            ("A_B_-_T_U", vec!["x", "Music"]),
            ("A B-T U", vec![]),
        ] {
            let folders = folders.into_iter().map(str::to_owned).collect();
            let mention = Mention { folders, ..Mention::words(words) };
            assert!(has(&mention, "T U", "A B"), "{words}: {:#?}", readings(&mention));
        }
    }

    #[test]
    fn a_title_alone_is_the_whole_text() {
        let alone = |mention: &Mention| -> Vec<String> {
            let alone = readings(mention).into_iter().filter(|reading| reading.artists.is_empty());
            alone.map(|reading| reading.title).collect()
        };
        assert_eq!(alone(&Mention::words("7 Rings")), ["7 Rings"]);
        assert_eq!(alone(&Mention::words("07. Rings")), ["07. Rings", "Rings"]);
        assert_eq!(alone(&Mention::words("A - T")), ["A - T"]);
        assert!(alone(&Mention::named("T", Some("A"))).is_empty());
        let file = Mention { folders: vec!["A".into(), "An Album".into()], ..Mention::words("T") };
        assert!(alone(&file).is_empty());
        let file = Mention { folders: vec!["C:".into(), "Music".into()], ..Mention::words("T") };
        assert_eq!(alone(&file), ["T"]);
    }

    #[test]
    fn artists_may_be_joined() {
        assert_eq!(artist_names_in("Simon & Garfunkel"), ["Simon & Garfunkel", "Simon", "Garfunkel"]);
        assert_eq!(artist_names_in("A feat. B, C"), ["A feat. B, C", "A", "B, C", "B", "C"]);
        assert!(artist_names_in("A/B ft. C").contains(&"A/B"));
        assert_eq!(artist_names_in("A (feat. B)"), ["A (feat. B)", "A", "B"]);
        assert_eq!(artist_names_in("DrakeVEVO"), ["DrakeVEVO", "Drake"]);
        assert_eq!(artist_names_in("İ & É"), ["İ & É", "İ", "É"]);
    }

    #[test]
    fn any_text_has_few_readings() {
        for text in [
            "",
            " - ",
            "- - - - -",
            &"a - b, ".repeat(1000),
            &"é–".repeat(500),
            "—\t—",
            "((((",
            "\"",
            "1. 2. 3.",
        ] {
            assert!(readings(&Mention::words(text)).len() <= MOST);
            assert!(readings(&Mention::named(text, Some(text))).len() <= MOST);
            assert!(artist_names_in(text).len() <= 20 * 25);
        }
    }
}
