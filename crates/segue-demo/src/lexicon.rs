//! The words and patterns of names: one lexicon for each broad family of genres, hand-written.
//! Ordinary words, common first names, and syllables of invented surnames; no names of real artists
//! and no titles of real songs. `names` combines them. The English words are here, those of other
//! languages in `tongues`.

use super::tongues::{
    CHINESE, FRENCH, GERMAN, HINDI, JAPANESE, KOREAN, MALAY, NORDIC, PERSIAN, PORTUGUESE, RUSSIAN, SPANISH,
    TURKISH,
};

/// The words and patterns of a family of genres. For the syntax of patterns see `names::expand`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexicon {
    pub(super) adjectives: &'static [&'static str],
    pub(super) nouns: &'static [&'static str],
    pub(super) places: &'static [&'static str],
    pub(super) firsts: &'static [&'static str],
    /// Coined names: a start, an optional middle, an end.
    pub(super) starts: &'static [&'static str],
    pub(super) middles: &'static [&'static str],
    pub(super) ends: &'static [&'static str],
    pub(super) artists: &'static [&'static str],
    pub(super) titles: &'static [&'static str],
    pub(super) albums: &'static [&'static str],
    pub(super) endings: &'static [&'static str],
    /// The share of titles in these words, in per cent; the others are in English.
    pub(super) own: u64,
}

/// The lexicon of a genre.
pub(super) fn lexicon(genre: &str) -> &'static Lexicon {
    match genre {
        "black-metal" | "death-metal" | "goth" | "grindcore" | "hard-rock" | "hardcore" | "heavy-metal"
        | "industrial" | "metal" | "metalcore" => &HEAVY,
        "breakbeat" | "chicago-house" | "club" | "dance" | "deep-house" | "detroit-techno" | "disco"
        | "drum-and-bass" | "dub" | "dubstep" | "edm" | "electro" | "electronic" | "garage" | "happy"
        | "hardstyle" | "house" | "idm" | "minimal-techno" | "progressive-house" | "techno" | "trance"
        | "trip-hop" => &CLUB,
        "ambient" | "chill" | "guitar" | "new-age" | "piano" | "sleep" | "study" => &STILL,
        "classical" | "opera" => &CLASSICAL,
        "children" | "disney" | "kids" | "show-tunes" => &CHILDREN,
        "comedy" => &COMEDY,
        "bluegrass" | "blues" | "country" | "folk" | "gospel" | "honky-tonk" | "rock-n-roll"
        | "rockabilly" => &COUNTRY,
        "latin" | "latino" | "reggaeton" | "salsa" | "spanish" | "tango" => &SPANISH,
        "brazil" | "forro" | "mpb" | "pagode" | "samba" | "sertanejo" => &PORTUGUESE,
        "french" => &FRENCH,
        "german" | "party" => &GERMAN,
        "swedish" => &NORDIC,
        "turkish" => &TURKISH,
        "indian" | "pop-film" => &HINDI,
        "iranian" => &PERSIAN,
        "malay" => &MALAY,
        "romance" => &RUSSIAN,
        "anime" | "j-dance" | "j-idol" | "j-pop" | "j-rock" => &JAPANESE,
        "k-pop" => &KOREAN,
        "cantopop" | "mandopop" => &CHINESE,
        _ => &ENGLISH,
    }
}

#[rustfmt::skip]
const ENGLISH_STARTS: &[&str] = &[
    "Al", "Ash", "Bel", "Bram", "Bren", "Cal", "Car", "Cor", "Dal", "Del", "Dor", "El", "Ever", "Fal",
    "Fen", "Gar", "Glen", "Hal", "Har", "Hol", "Kel", "Ken", "Lan", "Lin", "Lor", "Mal", "Mar", "Mel",
    "Mor", "Nor", "Or", "Pel", "Per", "Quil", "Ral", "Ren", "Ros", "Sel", "Sil", "Sor", "Tal", "Tel", "Tor",
    "Val", "Var", "Ver", "Wen", "Win",
];

/// English, the lexicon of every genre without its own.
#[rustfmt::skip]
pub(super) const ENGLISH: Lexicon = Lexicon {
    adjectives: &[
        "Amber", "Bitter", "Blue", "Borrowed", "Bright", "Broken", "Careless", "Distant", "Early", "Easy",
        "Electric", "Empty", "Faded", "Faithful", "Gentle", "Golden", "Hollow", "Honest", "Hungry", "Last",
        "Lonely", "Lucky", "Midnight", "Open", "Paper", "Patient", "Quiet", "Restless", "Scarlet", "Second",
        "Secret", "Silver", "Slow", "Sudden", "Sunday", "Tender", "Twisted", "Velvet", "Wandering", "Wild",
        "Winter", "Young",
    ],
    nouns: &[
        "Anchor", "Answer", "Arrow", "Terrace", "Balcony", "Bridge", "Candle", "Carousel", "Cathedral",
        "Compass", "Corner", "Daylight", "Engine", "Feather", "Fever", "Fire", "Garden", "Ghost", "Harbour",
        "Heart", "Highway", "Horizon", "Island", "Kingdom", "Ladder", "Lantern", "Letter", "Lighthouse",
        "Mirror", "Morning", "Mountain", "Ocean", "Orchard", "Parade", "Promise", "Rain", "River",
        "Satellite", "Season", "Shadow", "Signal", "Sparrow", "Station", "Stranger", "Summer", "Thunder",
        "Tide", "Train", "Window", "Wolf",
    ],
    places: &[
        "the City", "the Valley", "the Harbour", "the Kitchen", "the Attic", "Nowhere", "the North",
        "the Station", "Old Town", "the Coast", "Second Street", "the Water", "the Hills", "Elsewhere",
        "Lowfield", "Saltmere",
    ],
    firsts: &[
        "Ada", "Alec", "Anna", "Ben", "Cora", "Daniel", "Edie", "Ella", "Esme", "Ezra", "Felix", "Flora",
        "Frank", "Grace", "Hazel", "Henry", "Ida", "Iris", "Jack", "Jonah", "June", "Kit", "Leo", "Lena",
        "Lewis", "Lydia", "Mabel", "Mara", "Miles", "Nell", "Nina", "Noah", "Oscar", "Owen", "Pearl",
        "Robin", "Rosa", "Ruth", "Sam", "Stella", "Theo", "Tom", "Vera", "Walter", "Will", "Zoe",
    ],
    starts: ENGLISH_STARTS,
    middles: &[
        "a", "ber", "bor", "d", "da", "den", "do", "e", "en", "er", "i", "in", "la", "le", "ler", "li",
        "lo", "ma", "men", "mer", "mi", "mo", "na", "ne", "ni", "o", "ra", "ri", "ro", "sen", "ta", "ter",
        "ti", "va", "ven", "vi",
    ],
    ends: &[
        "bank", "berg", "brook", "bury", "by", "combe", "dale", "den", "der", "field", "ford", "gate",
        "ham", "hart", "hurst", "land", "ley", "lin", "low", "man", "mere", "mond", "more", "nell", "ric",
        "ridge", "sby", "sey", "shaw", "stead", "ston", "ther", "ton", "vane", "ver", "wick", "win",
        "worth",
    ],
    artists: &[
        "~f ~c", "~f ~c", "~f ~c", "~f ~c ~c", "~c ~c", "The ~c ~s", "~c & the ~a ~s", "~a ~c", "~c ~n",
        "The ~f ~c Band", "~f & ~f ~c", "~c of ~c",
    ],
    titles: &[
        "~a ~n", "~a ~n", "~n", "The ~n", "~n in ~p", "~n and ~n", "~a ~n, ~a ~n", "Leave the ~n On",
        "Back to ~p", "Where the ~n Goes", "My ~a ~n", "All the Way to ~p", "Don't Wake the ~n", "~d ~s",
        "When the ~n Comes", "Like a ~n", "~a ~n in ~p", "~n for ~f", "~f's ~a ~n", "The ~n of ~c",
        "~s in ~p", "No ~n", "~n (~a ~n)", "I Was Your ~n", "Meet Me in ~p", "~a", "Hold the ~n, ~f",
    ],
    albums: &[
        "~a ~s", "~n & ~n", "Songs from ~p", "The ~a ~n", "Live in ~c", "~a ~s, Vol. ~d", "The ~n EP", "~w",
        "~n (Deluxe)", "~a ~n (Remastered ~y)", "Letters to ~f", "The \"~n\" Sessions",
    ],
    endings: &[
        " - Live", " (Live)", " - Remastered", " - Remastered ~y", " - Acoustic", " - Radio Edit",
        " (Reprise)", " - Demo", " (Live in ~c)", " - ~y Version", " (From \"~a ~n\")", " - Single Version",
    ],
    own: 100,
};

#[rustfmt::skip]
pub(super) const HEAVY: Lexicon = Lexicon {
    adjectives: &[
        "Ashen", "Black", "Blind", "Burning", "Cold", "Crooked", "Crowned", "Dead", "Drowned", "Eternal",
        "Fallen", "Forgotten", "Frozen", "Grey", "Hollow", "Iron", "Nameless", "Northern", "Pale", "Rusted",
        "Severed", "Silent", "Starless", "Stone", "Sunken", "Thorned", "Unholy", "Withered",
    ],
    nouns: &[
        "Abyss", "Altar", "Anvil", "Ash", "Bell", "Bone", "Citadel", "Crown", "Crypt", "Dawn", "Dust",
        "Ember", "Empire", "Exile", "Flame", "Forge", "Frost", "Furnace", "Gate", "Hammer", "Hour",
        "Monolith", "Oath", "Omen", "Plague", "Raven", "Ruin", "Serpent", "Shadow", "Storm", "Temple",
        "Throne", "Torch", "Tower", "Winter", "Wolf", "Wound",
    ],
    places: &[
        "the Deep", "the Void", "the North", "Ruin", "the Wastes", "the Last Gate", "the Underworld",
        "the Fire",
    ],
    starts: &[
        "Ald", "Ar", "Bal", "Bar", "Cald", "Dor", "Drav", "Er", "Gald", "Gor", "Grim", "Grond", "Hald",
        "Har", "Hel", "Ith", "Kald", "Kar", "Khar", "Lor", "Mal", "Mor", "Myr", "Nar", "Noct", "Orm", "Rag",
        "Rav", "Skar", "Skol", "Sor", "Svar", "Thal", "Thor", "Tyr", "Ul", "Vald", "Var", "Vor", "Wul",
        "Yth", "Zar",
    ],
    middles: &[
        "a", "ad", "al", "an", "ar", "e", "en", "er", "ga", "go", "i", "im", "in", "o", "or", "ra", "u",
        "ul", "va",
    ],
    ends: &[
        "bane", "dane", "dor", "dræn", "fall", "feld", "gard", "grim", "gröl", "heim", "hold", "mar",
        "mord", "moth", "nir", "oth", "rak", "rim", "rok", "röth", "spire", "thar", "thorn", "ulf", "vald",
        "var", "vyr", "ward", "wrath", "zul",
    ],
    artists: &[
        "~c", "~c ~n", "~c ~n ~n", "~c ~c", "~c ~c", "The ~c ~n", "~n of ~c", "~c's ~a ~n", "~a ~n of ~c",
        "~a ~c ~n",
    ],
    titles: &[
        "~a ~n", "~n of ~n", "~n", "The ~a ~n", "~n and ~n", "Down into ~p", "From ~n to ~n",
        "Beneath the ~a ~n", "~c", "As the ~n Burns", "Hymn to ~c", "~n, ~n, ~n", "Heir of the ~n",
        "Chapter ~d: ~a ~n", "Against ~p",
    ],
    albums: &["~a ~n", "~n of the ~n", "The ~n Cycle", "~c", "~a ~s", "~c: ~n", "The ~a Demos ~y"],
    endings: &[
        " - Live", " (Live in ~c)", " - Remastered ~y", " - Demo", ", Pt. ~d", " (Instrumental)",
        " - Bonus Track",
    ],
    ..ENGLISH
};

#[rustfmt::skip]
const CLUB: Lexicon = Lexicon {
    adjectives: &[
        "Analog", "Blue", "Bright", "Chrome", "Cosmic", "Deep", "Digital", "Double", "Electric", "Endless",
        "Fluid", "Higher", "Infinite", "Liquid", "Lunar", "Magnetic", "Midnight", "Neon", "Orbital",
        "Parallel", "Polar", "Purple", "Solar", "Static", "Synthetic", "Ultra", "Warm", "Weightless",
    ],
    nouns: &[
        "Arc", "Atlas", "Beat", "Body", "Circuit", "Colour", "Current", "Echo", "Energy", "Feeling",
        "Field", "Frequency", "Gravity", "Groove", "Motion", "Night", "Orbit", "Particle", "Phase", "Pixel",
        "Prism", "Pulse", "Ritual", "Signal", "Skyline", "Spectrum", "Strobe", "Sunrise", "System",
        "Transit", "Vector", "Voltage", "Wave",
    ],
    places: &["the Dark", "the Floor", "Orbit", "the Warehouse", "the Light", "the Machine", "Space"],
    starts: &[
        "Ak", "Al", "Ax", "Bal", "Dex", "Dra", "Ek", "El", "Fau", "Gal", "Hex", "In", "Ja", "Kav", "Kel",
        "Kin", "Kry", "Lex", "Lu", "Mav", "Mo", "Nev", "No", "Om", "Ox", "Pol", "Qua", "Ra", "Rez", "Sen",
        "Ta", "Tek", "Tri", "Ul", "Va", "Vek", "Xan", "Yol", "Za", "Ze",
    ],
    middles: &[
        "a", "be", "da", "do", "e", "ka", "ki", "ko", "la", "li", "lo", "ma", "mo", "na", "o", "ra", "ro",
        "ta", "to", "vi",
    ],
    ends: &[
        "bit", "dion", "dra", "kta", "len", "line", "lix", "lox", "lume", "max", "mix", "nar", "ne", "nex",
        "nix", "nova", "phon", "plex", "ra", "ron", "ron", "sia", "sonic", "th", "tik", "ton", "tra",
        "tron", "va", "vex", "vox", "x", "zen",
    ],
    artists: &[
        "~c ~c", "~c ~c", "~c ~c", "DJ ~c ~c", "~f ~c", "~c & ~c", "~c ~n", "~a ~c ~n",
        "~c ~c Soundsystem", "~c vs. ~c", "~f ~c ~c", "~c of ~c", "~c ~c ~d",
    ],
    titles: &[
        "~n", "~a ~n", "~a ~n", "~c", "~n ~d", "The ~n", "Feel That ~n", "~n to ~n", "Adrift in ~p",
        "Further into the ~n", "One More ~n Left", "Give Me ~n", "You & the ~n", "Raise the ~n", "~a",
        "~n / ~n",
    ],
    albums: &[
        "~n EP", "~a ~s", "~c ~d", "The ~n Remixes", "~n, Pt. ~d", "~c Sessions ~y", "~a ~n (Remixes)",
    ],
    endings: &[
        " - Original Mix", " - Extended Mix", " - Radio Edit", " (~c Remix)", " - ~c Remix", " - Dub",
        " - Club Mix", " - Mixed", " - VIP Mix", " (Instrumental)", " - ~y Edit",
    ],
    ..ENGLISH
};

#[rustfmt::skip]
const STILL: Lexicon = Lexicon {
    adjectives: &[
        "Calm", "Clear", "Deep", "Distant", "Drifting", "Early", "Endless", "Falling", "Floating", "Gentle",
        "Hazy", "Inner", "Late", "Light", "Low", "Mellow", "Quiet", "Sleepy", "Slow", "Small", "Soft",
        "Still", "Tender", "Warm", "White",
    ],
    nouns: &[
        "Afternoon", "Breath", "Cloud", "Coffee", "Creek", "Dream", "Drift", "Dusk", "Fog", "Forest",
        "Garden", "Hush", "Lake", "Lullaby", "Meadow", "Mist", "Moon", "Moss", "Night", "Noise", "Ocean",
        "Page", "Pond", "Rain", "Rest", "River", "Room", "Shore", "Sky", "Snow", "Study", "Tea", "Tide",
        "Wave", "Wind", "Window",
    ],
    places: &[
        "the Forest", "the Shore", "the Library", "the Lake", "the Window", "Night", "Morning",
        "the Clouds",
    ],
    artists: &["~c ~c", "~f ~c", "~c ~n", "~a ~c", "~f ~c ~n", "~c", "~c & ~c", "~n by ~c", "~c ~n Sounds"],
    titles: &[
        "~a ~n", "~n", "~a ~n", "~n at ~p", "~n & ~n", "~n, Pt. ~d", "~n for ~f", "Below the ~n", "~a",
        "~n No. ~d", "Before the ~n", "~d A.M.", "~a ~n Loop", "Slow ~n, Clear ~n",
    ],
    albums: &[
        "~a ~s", "~n Music", "~a ~n for Sleep", "~n & ~n", "~n Sounds, Vol. ~d", "Pieces for ~p", "~a ~n",
    ],
    endings: &[
        " (Piano Version)", " - Reprise", " (Instrumental)", " - Loopable", ", Pt. ~d", " - Slowed",
        " (Solo)",
    ],
    ..ENGLISH
};

#[rustfmt::skip]
const CLASSICAL: Lexicon = Lexicon {
    adjectives: &[
        "Allegro", "Andante", "Adagio", "Presto", "Largo", "Vivace", "Moderato", "Lento", "Allegretto",
        "Grave",
    ],
    nouns: &[
        "Sonata", "Concerto", "Symphony", "Suite", "Partita", "Nocturne", "Étude", "Prélude", "Quartet",
        "Trio", "Fantasia", "Serenade", "Rondo", "Divertimento", "Impromptu", "Variations", "Mazurka",
        "Sinfonia", "Cantata", "Arioso",
    ],
    places: &[
        "Piano", "Strings", "Violin & Orchestra", "Flute", "Solo Cello", "Winds", "Two Pianos",
        "Voice & Harp",
    ],
    artists: &[
        "~f ~c", "~f ~c ~c", "~c Philharmonic of ~c", "~c Chamber Orchestra", "~c Quartet", "~f von ~c",
        "~c Ensemble", "~f ~c-~c",
    ],
    titles: &[
        "~n No. ~d in ~k, Op. ~d: I. ~a", "~n No. ~d in ~k, Op. ~d: II. ~a", "~n in ~k: III. ~a",
        "~n for ~p in ~k, Op. ~d~d", "~d ~s, Op. ~d: No. ~d in ~k", "~n No. ~d \"~c\": ~a",
        "~c, Act ~d: \"~f, o mio ~c\"", "~n in ~k, CV ~d~d",
    ],
    albums: &[
        "~w: ~s", "~c: ~n in ~k & Other Works", "~c: Music for ~p", "The ~c Recital",
        "~w plays ~c, Vol. ~d",
    ],
    endings: &[" - Live", " (Arr. for ~p)", " - ~y Recording", " (Transcr. ~c)"],
    ..ENGLISH
};

#[rustfmt::skip]
const CHILDREN: Lexicon = Lexicon {
    adjectives: &[
        "Big", "Brave", "Bumpy", "Busy", "Clever", "Dizzy", "Fluffy", "Funny", "Giggly", "Happy", "Jolly",
        "Little", "Merry", "Noisy", "Purple", "Silly", "Sleepy", "Tiny", "Wobbly", "Yellow",
    ],
    nouns: &[
        "Acorn", "Badger", "Balloon", "Bear", "Boat", "Bus", "Cake", "Castle", "Cloud", "Dragon", "Duck",
        "Elephant", "Frog", "Hedgehog", "Kite", "Monkey", "Moon", "Mouse", "Otter", "Owl", "Penguin",
        "Pirate", "Puddle", "Rabbit", "Rocket", "Snail", "Star", "Teapot", "Tractor", "Train",
    ],
    places: &[
        "the Garden", "the Farm", "the Moon", "School", "the Zoo", "the Castle", "Bedtime Hill",
        "Pancake Island",
    ],
    artists: &[
        "~f ~c", "The ~c ~s", "~c & the ~a ~s", "~a ~n ~c", "~c Kids' Choir", "~f & ~f ~c", "Cast of ~c ~n",
    ],
    titles: &[
        "The ~a ~n", "~d ~a ~s", "Hello, ~n!", "~n, ~n, ~n!", "Where Is the ~n?", "Off to ~p",
        "Once There Was a ~a ~n", "Dance Like a ~n", "The ~n Song", "Goodnight, ~a ~n",
        "Wash Your Hands, ~n", "Count to ~d", "The ~n Who Lived at ~p",
    ],
    albums: &[
        "~a ~n Songs", "~d ~a Songs for ~p", "The ~n Book", "~w Sings, Vol. ~d",
        "~a ~n (Original Cast Recording)",
    ],
    endings: &[
        " (Sing-Along)", " - Reprise", " (From \"The ~a ~n\")", " - Instrumental", " (Lullaby Version)",
    ],
    ..ENGLISH
};

#[rustfmt::skip]
const COMEDY: Lexicon = Lexicon {
    nouns: &[
        "Airport", "Bicycle", "Brother", "Cat", "Dentist", "Diet", "Doctor", "Email", "Garage", "Gym",
        "Hotel", "Landlord", "Lawnmower", "Microwave", "Neighbour", "Parking", "Password", "Plumber",
        "Printer", "Salad", "Sofa", "Toaster", "Uncle", "Umbrella", "Wedding",
    ],
    artists: &["~f ~c", "~f ~c", "~f ~f ~c", "~f \"the ~n\" ~c", "~f & ~f ~c"],
    titles: &[
        "My ~n", "The ~n", "~s", "~n vs. ~n", "Why I Bought a ~n", "Never Trust a ~n", "A ~n at the ~n",
        "~d ~s, One ~n", "What Is a ~n, Really?", "My ~n's ~n", "\"It's Just a ~n\"",
    ],
    albums: &["Mostly ~s", "Live at the ~c", "Ask Me About My ~n", "The ~n Years", "~w: ~s"],
    endings: &[" - Live", " (Live)", ", Pt. ~d", " - Radio Edit"],
    ..ENGLISH
};

#[rustfmt::skip]
const COUNTRY: Lexicon = Lexicon {
    nouns: &[
        "Acre", "Barn", "Bluebird", "Bottle", "Cabin", "Creek", "Dollar", "Fence", "Fiddle", "Field",
        "Freight Train", "Front Porch", "Gravel Road", "Hound", "Jukebox", "Mama", "Mandolin", "Memory",
        "Mercy", "Moonlight", "Mule", "Pine", "Preacher", "Railroad", "River", "Rooster", "Saddle",
        "Salvation", "Suitcase", "Tear", "Truck", "Whippoorwill",
    ],
    places: &[
        "the County Line", "the River", "Cedar Hollow", "the Mountain", "Home", "the Old Mill", "Glory",
        "Dry Creek", "the Crossroads", "Laurel Gap",
    ],
    artists: &[
        "~f ~c", "~f ~c", "~f ~f ~c", "The ~c Brothers of ~c", "~f ~c & the ~c Boys", "The ~f ~c Family",
        "Old ~f ~c", "~c ~n Band",
    ],
    ..ENGLISH
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genres::GENRES;

    #[test]
    fn genres_that_are_sung_in_other_scripts_have_them() {
        let scripts =
            [("j-idol", '夢'), ("k-pop", '꿈'), ("mandopop", '雨'), ("romance", 'Н'), ("forro", 'ã')];
        for (genre, letter) in scripts {
            assert!(GENRES.iter().any(|known| known.name == genre), "{genre}");
            let words = lexicon(genre);
            assert!(words.nouns.iter().any(|word| word.contains(letter)), "{genre}");
        }
        assert!(lexicon("rock").own == 100);
    }
}
