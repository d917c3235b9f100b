//! The phrases that name a season, folded. They were chosen by reading every title of the Spotify Tracks Dataset that
//! has one of them.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::super::words::words;

/// A set of phrases to look for in folded texts, as whole words.
#[derive(Debug)]
pub(super) struct Phrases {
    /// The words after the first, by the first.
    by_first: HashMap<&'static str, Vec<Vec<&'static str>>>,
    /// Beginnings of words: `weihnacht`.
    beginnings: Vec<&'static str>,
    /// Parts of texts in scripts without spaces.
    unspaced: Vec<&'static str>,
}

impl Phrases {
    /// Phrases are divided by `|`; one that ends in `*` is the beginning of a word.
    fn new(phrases: &'static str) -> Self {
        let (mut by_first, mut beginnings, mut unspaced) =
            (HashMap::<_, Vec<_>>::new(), Vec::new(), Vec::new());
        for phrase in phrases.split('|').map(str::trim) {
            let mut words = words(phrase);
            match words.next() {
                _ if phrase.ends_with('*') => beginnings.push(phrase.trim_end_matches('*')),
                Some(first) if phrase.is_ascii() || first.chars().all(|letter| letter < '\u{1100}') => {
                    by_first.entry(first).or_default().push(words.collect());
                }
                _ => unspaced.push(phrase),
            }
        }
        Self { by_first, beginnings, unspaced }
    }

    /// Whether one of the phrases is in a folded text.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let all: Vec<&str> = words(text).collect();
        let has_phrase = |(at, first): (usize, &&str)| {
            let rest = all.get(at + 1..).unwrap_or_default();
            let begins = |beginning: &&str| first.starts_with(*beginning);
            self.by_first
                .get(first)
                .is_some_and(|phrases| phrases.iter().any(|words| rest.starts_with(words)))
                || self.beginnings.iter().any(begins)
        };
        all.iter().enumerate().any(has_phrase)
            || !text.is_ascii() && self.unspaced.iter().any(|part| text.contains(part))
    }
}

/// In titles.
pub(super) static SEASONAL_TITLES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(TITLES));

const TITLES: &str = "\
    christmas|christmastime|christmasing|xmas|x mas|kris kringle|\
    santa claus|santa clause|here comes santa|santa baby|dear santa|oh santa|hey santa|secret santa|santa tell me|\
    santa is|santa s coming|santa stole|santa looked|santa suit|back door santa|shoot me santa|\
    santa cruzin|santa shuffle|\
    santa went|santas|saint nick|st nick|grinch|rudolph the red|run rudolph|run run rudolph|\
    red nosed reindeer|feed the reindeer|mistletoe|jingle bell|jingle bells|jingle all the way|sleigh ride|sleighride|\
    sleigh bells|frosty the snowman|winter wonderland|let it snow|o holy night|oh holy night|holy night|\
    deck the hall|deck the halls|little drummer boy|auld lang syne|away in a manger|away in the manger|\
    little town of bethlehem|first noel|oh noel|noel noel|joyeux noel|papa noel|pere noel|cantique de noel|\
    oratorio de noel|\
    noels sur|chants de noel|minuit chretien|minuit chretiens|what child is this|\
    we three kings|man with all the toys|angels from the realms|christmastide|hark the herald|o come all ye|\
    oh come all ye|o come o come emmanuel|god rest ye|god rest you merry|good king wenceslas|came upon a midnight|\
    came upon the midnight|joy to the world|angels we have heard|go tell it on the mountain|do you hear what i hear|\
    ding dong merrily|carol of the bells|candlelight carol|coventry carol|sussex carol|shepherd s pipe carol|\
    ceremony of carols|holly jolly|holly and the ivy|twelve days of|chestnuts roasting|\
    baby it s cold outside|marshmallow world|most wonderful time of the year|silver bells|home for the holidays|\
    bring on the holidays|happy holiday|happy holidays|holiday season|fairytale of new york|mary did you know|\
    bleak midwinter|i saw three ships|wassail|once in royal david|while shepherds watched|silent night|yule|yuletide|\
    happy new year|new year s eve|new years eve|what are you doing new year|\
    weihnacht*|stille nacht|heiligste nacht|o tannenbaum|oh tannenbaum|christbaum|christkind|leise rieselt der schnee|\
    ihr kinderlein kommet|alle jahre wieder|kling glockchen|schneeflockchen|es ist ein ros|o du frohliche|\
    kommet ihr hirten|macht hoch die tur|susser die glocken nie|morgen kinder wird|lasst uns froh und munter|\
    vom himmel hoch|herbei o ihr|maria durch ein dornwald|es wird scho glei|in dulci jubilo|ich steh an deiner krippen|\
    winterkinder|still still still|\
    navidad*|navidena|navideno|navidenos|noche de paz|nochebuena|villancico|villancicos|\
    los peces en el rio|burrito de belen|burrito sabanero|campana sobre campana|campanas de belen|el tamborilero|\
    adeste fideles|venid adoremos|rodolfo el reno|\
    feliz natal|de natal|no natal|noite feliz|papai noel|buon natale|notte di natale|a natale|\
    tu scendi dalle stelle|astro del ciel|\
    god jul|mer jul|jul i|te jul|till jul|vit jul|glad jul|min jul|julen|julaften|juleaften|jultid|jultomten|julestev|\
    nu ar det jul|tomtarnas julnatt|deilig er jorden|\
    kerst|kerstmis|kerstfeest|joulu*|boze narodzenie|koleda|koledy|vanoce|vanocni|karacsony*|\
    рождество|рождества|новогодняя|новогодний|новогодней|с новым годом|\
    クリスマス|聖誕節|圣诞节|圣诞快乐|聖誕快樂|크리스마스|\
    chanukah|hanukkah|dreidel|easter bunny|osterhase|\
    this is halloween|happy halloween|halloween party|halloween song|halloween dance|halloween train|halloween parade|\
    halloween is here|halloween night|halloween shark|halloween sharks|halloween trick|halloween boogie|\
    halloween dress|halloween what|halloween dinosaur|halloween sounds|halloween street|be halloween|only halloween|\
    like halloween|de halloween|en halloween|trick or treat|monster mash|spooky scary skeletons|truco o trato";
