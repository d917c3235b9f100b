//! What a listener would say first of a seed and a track of its list: pairs of the real catalogue, over many genres, each
//! labelled by hand. Only pairs of which it is clear, so that they hold if weights change a little.

use segue::{Filter, Index, Ingest, Input, Profile, Query, Recommender};

/// Two tracks, the beginning of the first reason, and what the pair is about.
type Pair = (&'static str, &'static str, &'static str, &'static str);

const SAME_ARTIST: &str = "by the same artist";

const PAIRS: [Pair; 41] = [
    ("0VjIjW4GlUZAMYd2vXMi3b", "2Ch7LmS7r2Gy2kc64wv3Bz", SAME_ARTIST, "The Weeknd"),
    ("0aym2LBJBk9DAYuHHutrIl", "389QX9Q1eUOEZ19vtzzI9O", SAME_ARTIST, "The Beatles"),
    ("5sICkBXVmaCQk5aISGR3x1", "2MuWTIM3b0YEAskbeeFE1i", SAME_ARTIST, "Metallica"),
    ("6DCZcSspjsKoFjzjrWoCdn", "1zi7xx7UVEFkmKfv06H8x0", SAME_ARTIST, "Drake, with guests"),
    ("26PwuMotZqcczKLHi4Htz3", "3PQLYVskjUeRmRIfECsL0X", SAME_ARTIST, "Bob Marley"),
    ("4vLYewWIvqHfKtJDk8c8tq", "3zIuHdD8dkh1vPxQu334T7", SAME_ARTIST, "John Coltrane, with Miles Davis"),
    ("6kkwzB6hXLIONkEk9JciA6", "2UZZtkoLOg7IHxeTAdPFvd", SAME_ARTIST, "Marconi Union, ambient"),
    ("5CuPyCvkYSJZPei4fcTt5k", "7qDP0W2eaxIMvbcsYW7T56", SAME_ARTIST, "Carcass, grindcore"),
    ("7uSLJCDetmdm3tQcoYLyty", "5U4PgFWzfzY7VEg9Ck4ziF", SAME_ARTIST, "Fujii Kaze, j-pop"),
    ("2UT8BQAlm5YZBt58MZMlJj", "6H5v8vEUc0KxfYNL2Xk5Bo", SAME_ARTIST, "LooLoo Kids"),
    ("5gwLIRjGFf3hXuHoKEsWLg", "4IsHMzDbRE8q5Z4ALsQj3o", SAME_ARTIST, "Paul Kalkbrenner, techno"),
    ("4PH6mswadkm3Ue05uBohEa", "3Ak6t93rQhbgjSsaNwxwoq", SAME_ARTIST, "Tiësto, trance"),
    ("5yPDC0EwfQwWliWgZ9wsS5", "58X91MDH5OmePcLM5Hpg2M", SAME_ARTIST, "Schyzo, little known"),
    ("0VjIjW4GlUZAMYd2vXMi3b", "5HCyWlXZPP0y6Gqq8TgA20", "both well known", "Blinding Lights and STAY"),
    (
        "5sICkBXVmaCQk5aISGR3x1",
        "7o2CTH4ctstm8TNelqjb51",
        "both well known",
        "Enter Sandman and Sweet Child O' Mine",
    ),
    ("2SpEHTbUuebeLkgs9QB7Ue", "5KqldkCunQ2rWxruMEtGh0", "both well known", "Jolene and The Gambler"),
    (
        "2SpEHTbUuebeLkgs9QB7Ue",
        "1wb4P4F0sxAQ2KXrRvsx6n",
        "both well known",
        "Jolene and You're Still The One",
    ),
    (
        "6DCZcSspjsKoFjzjrWoCdn",
        "1DIXPcTDzTj8ZMHt3PDt8p",
        "both well known",
        "God's Plan and Gangsta's Paradise",
    ),
    ("0aym2LBJBk9DAYuHHutrIl", "5uvosCdMlFdTXhoazkTI5R", "both well known", "Hey Jude and Light My Fire"),
    (
        "26PwuMotZqcczKLHi4Htz3",
        "1BkY0N8ChFk2mdLbAUu8ZK",
        "both well known",
        "Redemption Song and Pass The Dutchie",
    ),
    ("5yPDC0EwfQwWliWgZ9wsS5", "6bzVC3yb8gxXZt0T1HLtGZ", "both emo", "Czech rap listed as emo"),
    ("4Y4lLewu8AbU1fe9EWadwG", "04TYAxJxBug9PDsIP2Vbkb", "both drum-and-bass", "SHY FX and Chase & Status"),
    ("0pBgoq3dzUMKDESrTWNMaG", "5EfmjmEwrhmgbJl9uhGQ5J", "both opera", "Russell Watson and Josh Groban"),
    ("7ppgcZDwyvdftL8ACUG9TU", "0MBlJwww97Q8knaUUWV2mw", "both tango", "Juan D'Arienzo and El Choclo"),
    ("7aMj7JnG50vplpdNJRh0z9", "6Gejlfb0nkPaHttVp2oAzK", "both samba", "Fundo De Quintal and Galocantô"),
    ("2UT8BQAlm5YZBt58MZMlJj", "1eLgThRQFLPLIP0nEMMrY4", "both children", "nursery rhymes of two channels"),
    ("7kEQvD0bqdiDh28wvQ33ZH", "4KOp2vA1oaSjfhZM2KvDe5", "both black-metal", "two bands"),
    ("7Em0lueWaMfJ4MWMDdSGNt", "1KgIBPUmEDdjsMwPnGmDKC", "both pop-film", "one of three genres is shared"),
    ("27ySu5G3hIHmxMp30Gzoo7", "5rJxR79Sthj9fhJZSNossM", "both turkish", "Rota and Hayki"),
    ("7jjHBRbiBpPc1ZkS2JsgN5", "3rI4yqKlC1Jy3V0OgdopAx", "both forro", "two bands"),
    ("5TQGLSiv6jJexsucU0wcPm", "14rFBRzVUWjVqo9qAHJFxt", "both gospel", "Brazilian gospel"),
    ("7KJLHc8L9sQem8oc6mTBOt", "0Eq6nhoKcMBcFoSYQZDaq7", "both bluegrass", "two string bands"),
    ("3qGfORcKaj3MNVg0eZ2XxL", "0TAPtcncZXfWdi5wZ8Fuy3", "both blues", "southern soul"),
    ("1uohFd173KrmJiDjiOooLw", "5o0zYtiXfzu6FP93Ojyxvi", "both salsa", "Héctor Lavoe and Tito Allen"),
    ("1AB6kNlJtiqrWG0pGqU2JG", "7AleJMD34bxrqd2Pn9wcIq", "both honky-tonk", "Ernest Tubb and Hank Williams"),
    ("6RlQyzPR0aSg0OV3BOK0Iv", "3zNEpL8Gtj0di7V3Ztyyit", "both anime", "openings in Spanish"),
    ("626IyVO7cgaCTFbjDE3KPB", "4WQk59pIrRJxd0xAjkFH7E", "both show-tunes", "two film scores"),
    (
        "626IyVO7cgaCTFbjDE3KPB",
        "5murFWKwUiAKAVubzfoqGh",
        "genres with the same artists: show-tunes and disney",
        "no genre is shared",
    ),
    ("1VFuRe8MpPLQwhYgutEdxd", "23pZMteb67MFM7RAHveMRn", "artists of a similar style", "two comedians"),
    ("25WtOd6nBa3IqoXPAw1QKp", "6OzmvyJEVOyMZeUc3LIUyb", "quieter", "a shower and an air conditioner"),
    ("25WtOd6nBa3IqoXPAw1QKp", "4yfKDKvG76QT0bRqoZAh3W", "quieter", "a shower and ocean waves"),
];

#[test]
fn the_first_reason_is_what_a_listener_would_say() {
    let Some(path) = crate::support::shared("data/spotify.csv") else { return };
    let (catalogue, _) = Ingest::new().read([Input::path(path)]).unwrap();
    let index = Index::builder().profile(Profile::segue()).build(catalogue).unwrap();
    let recommender = Recommender::new(index);
    let mut wrong = String::new();
    for (seed, track, expected, what) in PAIRS {
        let [seed, row] = [seed, track].map(|id| recommender.row(id).unwrap());
        // Among the tracks of its artist it is listed, wherever weights would rank it.
        let artist = recommender.track(row).unwrap().artists[0].to_owned();
        let query = Query::new(seed).filter(Filter::default().artist(artist)).limit(1_000);
        let answer = recommender.recommend(&query.all_releases(true).why(true)).unwrap();
        let found = answer.recommendations.iter().find(|found| found.track.track_id == track).unwrap();
        let phrase = &found.why.as_ref().unwrap().phrase;
        let first = phrase.split("; ").next().unwrap().split(", but ").next().unwrap();
        if first != expected && !first.starts_with(&format!("{expected} ")) {
            wrong += &format!("\n  {what}: {expected:?} was expected, {phrase:?} is said");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
