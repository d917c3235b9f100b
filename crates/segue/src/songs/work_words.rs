//! The vocabulary that tells works apart, folded. Each list was made by reading the titles of real catalogues.

use std::sync::LazyLock;

use hashbrown::HashSet;

/// A set of words.
pub(super) type WordSet = LazyLock<HashSet<&'static str>>;

/// The words of a text.
fn words(text: &'static str) -> HashSet<&'static str> {
    text.split_whitespace().collect()
}

/// Pieces of an album that no other title distinguishes, and that are other works than a song of that name.
pub(super) static SECTIONS: WordSet = LazyLock::new(|| {
    words(
        "intro introduction introduccion introducao outro interlude interludio interlud skit prelude preludio \
         prologue prologo prolog epilogue epilogo epilog intermission overture entracte medley mashup megamix \
         commentary dialogue",
    )
});

/// What is counted within a work.
pub(super) static PARTS: WordSet = LazyLock::new(|| {
    words(
        "part parts pt pts parte partie teil vol volume chapter kapitel capitulo chapitre act scene movement \
         mvt mov no nr op episode ep folge book side",
    )
});

pub(super) static NUMBERS: WordSet =
    LazyLock::new(|| words("one two three four five six seven eight nine ten"));

/// The abbreviations that number the works of a composer.
pub(super) static WORK_NUMBERS: WordSet = LazyLock::new(|| words("bwv kv op rv hwv woo hob twv"));

/// What follows `live` where it is a verb.
pub(super) static AFTER_THE_VERB_LIVE: WordSet = LazyLock::new(|| {
    words(
        "your my our the life like it forever free fast again love laugh is lie together without or long \
         while up me another",
    )
});

/// Languages beyond those that distinguish recordings.
pub(super) static LANGUAGES: WordSet = LazyLock::new(|| {
    words(
        "castellano ingles anglais englisch portugues francais franzosisch spanisch espagnol mandarin \
         cantonese 國 国 粵 粤 國語 国语 粵語 粤语 普通話 日本語 korean hebrew arabic turkish russian catala suomi svenska",
    )
});

pub(super) static VERSIONS: WordSet = LazyLock::new(|| {
    words(
        "version versions versao versione versioni verze versjon versio wersja verzio verison fassung \
         neuaufnahme remake remade rework reworked rerub reamp refix rebuild rebuilt recut reedit \
         reinterpretation rendition bootleg flip reverb slowed sped spedup nightcore chopped screwed acapella \
         acappella outtake alternate alternative performance rerecording recreated reloaded unreleased arr \
         arrangement arranged transcription inst playback spotify bbc kexp audiotree acusticas acusticos \
         akustisk akusticka akustyczna akustycznie akustiskt canli 8d セルフカバー アコースティック tvサイズ director's mixcut \
         edition recordings bonus soundtrack ost stereo mono mastered",
    )
});

/// Kinds of pieces.
pub(super) static PIECES: WordSet = LazyLock::new(|| {
    words(
        "untitled unnamed track theme thema tema title titles ending opening closing credits finale reprise \
         suite instrumental freestyle sonata sonate sonatina etude nocturne waltz valse walzer scherzo rondo \
         minuet menuet menuett menuetto minuetto gavotte gigue sarabande bourree courante allemande aria \
         fugue fuga toccata intermezzo impromptu fantasia march marche marcia polonaise mazurka capriccio \
         romanze serenade ballade canon chorale choral recitativo recitative trio quartet symphony concerto \
         allegro allegretto adagio adagietto andante andantino largo larghetto lento presto prestissimo \
         vivace moderato maestoso cantabile kyrie sanctus benedictus agnus",
    )
});

/// What is said of pieces beside their name and number: key, instrument, tempo.
pub(super) static OF_PIECES: WordSet = LazyLock::new(|| {
    words(
        "sans titre ohne titel sem sin titulo no hidden bonus main end live remix demo acoustic version ao \
         vivo grave animato sostenuto espressivo tranquillo con ma non troppo molto assai poco mosso piu brio \
         fuoco moto spirito di et dei major minor dur moll sharp flat in for and piano organ violin cello \
         guitar orchestra tempo",
    )
});
