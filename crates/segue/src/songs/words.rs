//! The vocabulary that classifies additions to titles, folded. It was chosen by frequency in real catalogues. An
//! addition with words that are not listed is taken to name another recording.

use std::sync::LazyLock;

use hashbrown::HashMap;

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a word is a year, 1900 to 2099.
pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4
        && matches!(word.get(..2), Some("19" | "20"))
        && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The meaning of a word in an addition, or in the title of an album.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It names an edition.
    Edition,
    /// It may accompany the name of an edition, but names none itself: `edition`, `digital`.
    BesideEdition,
    /// A live recording.
    Live,
    /// Another recording of a song, in titles of tracks and of albums.
    Recording,
    /// Another recording of a song, in titles of tracks only.
    RecordingOfTrack,
    /// A language that a song is also sung in.
    Language,
}

/// What a word means, if it is known.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    static MEANINGS: LazyLock<HashMap<&str, Meaning>> = LazyLock::new(|| {
        let meanings = [
            (EDITIONS, Meaning::Edition),
            (BESIDE_EDITIONS, Meaning::BesideEdition),
            (LIVE, Meaning::Live),
            (RECORDINGS, Meaning::Recording),
            (RECORDINGS_OF_TRACKS, Meaning::RecordingOfTrack),
            (LANGUAGES, Meaning::Language),
        ];
        meanings.iter().flat_map(|(words, meaning)| words.iter().map(|word| (*word, *meaning))).collect()
    });
    MEANINGS.get(word).copied()
}

pub(super) fn is_live(word: &str) -> bool {
    meaning(word) == Some(Meaning::Live)
}

/// Whether a text says that it is another recording.
pub(super) fn names_recording(text: &str) -> bool {
    words(text).any(|word| {
        use Meaning::{Language, Live, Recording, RecordingOfTrack};
        matches!(meaning(word), Some(Live | Recording | RecordingOfTrack | Language))
    })
}

const EDITIONS: &[&str] = &[
    "remaster",
    "remastered",
    "remasters",
    "remastering",
    "remasterizado",
    "remasterizada",
    "remasterizados",
    "remasterise",
    "remasterisee",
    "remasterizzato",
    "deluxe",
    "bonus",
    "explicit",
    "clean",
    "uncensored",
    "mono",
    "stereo",
    "monaural",
    "soundtrack",
    "ost",
];

const BESIDE_EDITIONS: &[&str] = &[
    "digital",
    "digitally",
    "version",
    "versao",
    "ver",
    "track",
    "edition",
    "edicao",
    "edicion",
    "the",
    "in",
    "en",
    "em",
    "expanded",
    "anniversary",
    "hd",
    "hq",
    "single",
    "album",
    "original",
];

const LIVE: &[&str] = &["live", "vivo", "directo", "concert", "konzert", "unplugged", "ライブ"];

const RECORDINGS: &[&str] = &[
    "acoustic",
    "acustico",
    "acustica",
    "acoustique",
    "akustik",
    "instrumental",
    "instrumentals",
    "karaoke",
    "rerecorded",
    "rerecordings",
    "recorded",
    "demo",
    "demos",
    "sessions",
    "session",
    "rehearsal",
    "outtakes",
    "piano",
    "orchestral",
    "symphonic",
    "orchestra",
    "lullaby",
    "lofi",
    "slowed",
    "sped",
    "nightcore",
    "reimagined",
    "revisited",
    "stripped",
    "tribute",
];

const LANGUAGES: &[&str] = &[
    "tamil",
    "telugu",
    "hindi",
    "kannada",
    "malayalam",
    "bengali",
    "punjabi",
    "marathi",
    "english",
    "spanish",
    "espanol",
    "french",
    "german",
    "deutsch",
    "italian",
    "italiano",
    "portuguese",
    "japanese",
    "korean",
    "chinese",
];

const RECORDINGS_OF_TRACKS: &[&str] = &[
    "remix",
    "remixes",
    "mix",
    "mixed",
    "rmx",
    "vip",
    "edit",
    "dub",
    "reprise",
    "cover",
    "interlude",
    "score",
    "extended",
    "strings",
    "choir",
    "band",
    "dialogue",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_of_one_kind_and_folded() {
        let all = [EDITIONS, BESIDE_EDITIONS, LIVE, RECORDINGS, RECORDINGS_OF_TRACKS, LANGUAGES].concat();
        for (at, word) in all.iter().enumerate() {
            assert!(!all[..at].contains(word), "{word} twice");
            assert_eq!(crate::fold::fold(word), *word);
        }
        assert_eq!(meaning("remastered"), Some(Meaning::Edition));
        assert_eq!(meaning("hurt"), None);
    }
}
