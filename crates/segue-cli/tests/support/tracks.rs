//! A small table of invented tracks, also as CSV.

/// The notebook's columns, in the order of its file.
pub const COLUMNS: [&str; 20] = [
    "track_id",
    "artists",
    "album_name",
    "track_name",
    "popularity",
    "duration_ms",
    "explicit",
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time_signature",
    "track_genre",
];

/// One row: a value for each of [`COLUMNS`].
pub type Fields = [String; 20];

/// Titles that are hard to read, write or show.
pub const TITLES: [&str; 12] = [
    "Plain",
    "With, comma",
    "With \"quotes\"",
    "Over\ntwo lines",
    "ダンシング・ヒーロー",
    "강남스타일",
    "None",
    "NA",
    "null",
    "Cafe\u{301} e\u{308}",
    "👩‍👩‍👧 & 🎸",
    "Ünïcödé - Live",
];

/// The position of a column in a row.
pub fn place(column: &str) -> usize {
    COLUMNS.iter().position(|name| *name == column).unwrap()
}

/// Tracks `0..count`, all different, with unique ids.
pub fn some(count: usize) -> Vec<Fields> {
    (0..count).map(track).collect()
}

/// The id of a track.
pub fn id(number: usize) -> String {
    format!("id{number:020}")
}

/// One track, which depends only on `number`.
pub fn track(number: usize) -> Fields {
    let mut state = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut draw = |least: u64, most: u64| {
        state = (state ^ (state >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state ^= state >> 32;
        least + state % (most - least + 1)
    };
    let mut share = || format!("0.{:03}", draw(1, 999));
    let [danceability, energy, speechiness, acousticness, instrumentalness, liveness, valence] =
        std::array::from_fn(|_| share());
    let title = TITLES[number % TITLES.len()];
    let title = if number < TITLES.len() { title.to_owned() } else { format!("{title} {number}") };
    [
        id(number),
        if number.is_multiple_of(3) { format!("Artist {number};Guest") } else { format!("Artist {number}") },
        format!("Album {}", number / 4),
        title,
        draw(0, 100).to_string(),
        draw(30_000, 400_000).to_string(),
        if number.is_multiple_of(5) { "True" } else { "False" }.to_owned(),
        danceability,
        energy,
        draw(0, 11).to_string(),
        format!("-{}.{:03}", draw(1, 30), draw(0, 999)),
        draw(0, 1).to_string(),
        speechiness,
        acousticness,
        instrumentalness,
        liveness,
        valence,
        format!("{}.{:03}", draw(60, 200), draw(0, 999)),
        draw(3, 5).to_string(),
        ["pop", "rock", "j-pop", "r-n-b"][number % 4].to_owned(),
    ]
}

/// [`track`] with other values in some columns.
pub fn with(number: usize, values: &[(&str, &str)]) -> Fields {
    let mut fields = track(number);
    for (column, value) in values {
        fields[place(column)] = (*value).to_owned();
    }
    fields
}

/// A CSV field, quoted if necessary.
pub fn quoted(field: &str) -> String {
    match field.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

/// One line of CSV.
pub fn line<S: AsRef<str>>(fields: &[S]) -> String {
    fields.iter().map(|field| quoted(field.as_ref())).collect::<Vec<_>>().join(",") + "\n"
}

/// The rows as CSV with the notebook's columns.
pub fn csv(rows: &[Fields]) -> String {
    line(&COLUMNS) + &rows.iter().map(|row| line(row)).collect::<String>()
}

/// The rows as CSV with other columns.
pub fn csv_with(header: &[&str], rows: &[Fields], fields: impl Fn(&Fields) -> Vec<String>) -> String {
    line(header) + &rows.iter().map(|row| line(&fields(row))).collect::<String>()
}
