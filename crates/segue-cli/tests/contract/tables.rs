//! Text tables: aligned, and at most 80 columns wide in a pipe, whatever characters the titles contain.

use console::measure_text_width;

use crate::support::Place;
use crate::support::tracks::{Fields, csv, id, with};

const HARD: [&str; 14] = [
    "ロング・タイトル・フロム・ジャパン・ウィズ・メニー・キャラクターズ",
    "강남스타일 강남스타일 강남스타일 강남스타일 강남스타일 강남스타일",
    "混ぜ mixed 幅 wide と narrow の characters を alternating に する",
    "e\u{301}e\u{301}e\u{301} combining a\u{308}o\u{308}u\u{308} Z\u{351}\u{36b}\u{343}algo",
    "👩‍👩‍👧‍👦 🎸 🏳️‍🌈 🇯🇵 ❤️ emoji of many kinds in a title that is too long for its column",
    "\u{1b}[31mred\u{1b}[0m \u{1b}]0;window title\u{7} \u{1b}[2J",
    "tab\tand\nnewline\r\nand return",
    "right \u{202e}to left\u{202c} \u{200f}mark\u{2067} isolated",
    "line\u{2028}separator\u{2029}paragraph",
    "zero\u{200b}width\u{200d}joiners\u{feff} and soft\u{ad}hyphen",
    "ﷺ ﷽ wide Arabic ligatures العربية",
    "ﾊﾝｶｸ ＦＵＬＬＷＩＤＴＨ",
    "หัวใจ ไทย ภาษาไทย หัวใจ ไทย ภาษาไทย หัวใจ ไทย ภาษาไทย หัวใจ",
    "x",
];

fn hard_titles() -> Place {
    let row = |(number, title): (usize, &&str)| -> Fields {
        with(
            number,
            &[("track_name", title), ("artists", &format!("{title};{title}")), ("track_genre", title)],
        )
    };
    let place = Place::new();
    place.write("tracks.csv", csv(&HARD.iter().enumerate().map(row).collect::<Vec<_>>()));
    place.run(&["build", "tracks.csv", "-o", "tracks.segue"]).succeeds();
    place
}

/// The lines of the table whose first line begins with `header`.
fn table<'a>(text: &'a str, header: &str) -> Vec<&'a str> {
    let lines = text.split('\n').skip_while(|line| !line.trim_start().starts_with(header));
    lines.take_while(|line| !line.is_empty()).collect()
}

#[track_caller]
fn fits(lines: &[&str], rows: usize) {
    assert_eq!(lines.len(), rows + 1, "a row is one line: {lines:#?}");
    for line in lines {
        assert!(measure_text_width(line) <= 80, "{} columns: {line}", measure_text_width(line));
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert_eq!(*line, line.trim_end(), "no spaces at the end");
    }
}

/// The column at which a cell that begins with one of the texts starts, for each line.
fn columns_of(lines: &[&str], texts: &[&str]) -> Vec<usize> {
    let place = |line: &&str| {
        let at = texts.iter().find_map(|text| line.find(text)).unwrap_or_else(|| panic!("{line}"));
        measure_text_width(&line[..at])
    };
    lines.iter().map(place).collect()
}

#[test]
fn tables_of_hard_titles_fit_80_columns() {
    let place = hard_titles();
    for number in 0..HARD.len() {
        let args = ["recommend", "-i", "tracks.segue", "--id", &id(number), "--all-releases", "-k", "99"];
        let answer = place.run(&args).succeeds();
        fits(&table(&answer.out, "#"), HARD.len() - 1);
        assert!(!answer.out.contains('\u{1b}'), "the seed is shown without its escape sequences");
        assert_eq!(answer.out.split('\n').count(), 2 + 1 + HARD.len() + 1, "two lines for the seed");
    }
    let found =
        place.run(&["search", "-i", "tracks.segue", "-n", "99", "--match", "contains", ""]).succeeds();
    fits(&table(&found.out, "id"), HARD.len());
    let seen = place.run(&["inspect", "tracks.segue"]).succeeds();
    fits(&table(&seen.out, "genre "), 11);
}

#[test]
fn cells_stand_under_their_header_also_after_wide_characters() {
    let place = Place::new();
    let row = |(number, title): (usize, &&str)| {
        with(number, &[("track_name", title), ("artists", "Artist"), ("track_genre", "genre")])
    };
    let titles: Vec<&str> = HARD.into_iter().filter(|title| measure_text_width(title) > 0).collect();
    place.write("tracks.csv", csv(&titles.iter().enumerate().map(row).collect::<Vec<_>>()));
    let found = place.run(&["search", "-i", "tracks.csv", "-n", "99", "--match", "contains", ""]).succeeds();
    let lines = table(&found.out, "id");
    fits(&lines, titles.len());
    for texts in [&["artists", "Artist"][..], &["genre", "genre"]] {
        let columns = columns_of(&lines, texts);
        assert!(columns.iter().all(|column| *column == columns[0]), "{columns:?}\n{}", found.out);
    }
}

#[test]
fn ids_and_numbers_are_never_cut() {
    let place = hard_titles();
    let found =
        place.run(&["search", "-i", "tracks.segue", "-n", "99", "--match", "contains", ""]).succeeds();
    for number in 0..HARD.len() {
        assert!(found.out.contains(&format!("{} ", id(number))));
    }
}

#[test]
fn a_table_reads_like_this() {
    let place = Place::with_index();
    let answer = place
        .run(&["recommend", "-i", "tracks.segue", "--id", &id(4), "-k", "6", "--profile", "classic"])
        .succeeds();
    insta::assert_snapshot!(answer.out, @"
    like ダンシング・ヒーロー by Artist 4
    id00000000000000000004, popularity 1, 4:49, pop

    #  similarity  title              artists           genre
    1    0.492436  Over two lines     Artist 3, Guest   r-n-b
    2    0.482743  With, comma 37     Artist 37         rock
    3    0.390150  None 30            Artist 30, Guest  j-pop
    4    0.347304  null 32            Artist 32         pop
    5    0.322355  Over two lines 39  Artist 39, Guest  r-n-b
    6    0.254295  None 18            Artist 18, Guest  j-pop
    ");
    insta::assert_snapshot!(place.run(&["search", "-i", "tracks.segue", "rock", "-n", "4"]).succeeds().out, @r###"
    id                      title          artists           genre  pop
    id00000000000000000033  Café ë 33      Artist 33, Guest  rock    69
    id00000000000000000029  강남스타일 29  Artist 29         rock    65
    id00000000000000000005  강남스타일     Artist 5          rock    54
    id00000000000000000017  강남스타일 17  Artist 17         rock    39

    4 of 10 tracks found; more: -k N
    "###);
    let seen = place.run(&["inspect", "tracks.segue"]).succeeds().out;
    insta::assert_snapshot!(seen, @r###"
    tracks.segue: 40 rows x 20 columns
    index, vectors of segue and classic

    column            type     missing      min   median     max  histogram
    track_id          text           0
    track_name        text           0
    artists           text           0
    album_name        text           0
    track_genre       text           0
    popularity        integer        0        0       40      99  █▄▂█▇▃▇▃▄▇ ▃
    duration_ms       integer        0    33696   223059  398003  ▄▆▂▄▇▃▄▄▇▆█▂
    explicit          boolean        0
    danceability      number         0    0.008      0.5   0.999  ██▄▂▅▇█▇▅▇▄▄
    energy            number         0    0.074     0.56   0.995  ▄▂▆▅▁▁▃ ▂▄█▄
    loudness          number         0  -30.258  -20.453  -1.346  ▆▅▄█▆▅▃▂▄▃▂▄
    mode              integer        0        0        1       1  ▇          █
    speechiness       number         0    0.093    0.595   0.982  ▇▅▄▅▇▄▇▅▄▅██
    acousticness      number         0    0.054     0.57   0.968  █▂█▅▄▄▅▇█▄▅█
    instrumentalness  number         0    0.008    0.539   0.985  █▇▄▅▄▄█ ▄███
    liveness          number         0    0.007    0.439   0.968  ▅▁▇▅▂▁▄▁▂█▁▃
    valence           number         0    0.034    0.457   0.954  ▅▅▄██▅ ▄█▇▇▇
    tempo             number         0   60.907  126.492  196.78  ▆▄▂▃▇█▂▄▄▇▇▃
    time_signature    integer        0        3        4       5  █     ▄    █
    key               integer        0        0        3      11  ▅█▆▇▄▄▃▂▃▂ ▇

    cleaning
      rows                   40
      rejected                0
      repeated                0  ids met before; their genres are kept
      unique                 40  track ids
      incomplete              0
      tracks                 40

    no two tracks share all their features

    4 genres
    genre  tracks  listed first
    j-pop      10            10
    pop        10            10
    r-n-b      10            10
    rock       10            10
    "###);
    fits(&table(&seen, "column"), 20);
}

#[test]
fn remarks_hold_no_control_characters_either() {
    let place = Place::new();
    let evil = "\u{1b}[31mred\u{1b}[0m\nsecond line";
    let rows = [1, 2].map(|number| {
        let artist = format!("{evil} {number}");
        with(number, &[("track_name", "Same"), ("artists", &artist), ("album_name", evil)])
    });
    place.write("tracks.csv", csv(&rows));
    let answer = place.run(&["recommend", "-i", "tracks.csv", "same"]).succeeds();
    assert!(answer.err.starts_with("segue: took \"Same\" by "), "{}", answer.err);
    let is_clean = |line: &str| line.starts_with("segue: ") && !line.chars().any(char::is_control);
    assert!(answer.err.lines().all(is_clean), "{:?}", answer.err);
    assert!(!answer.out.contains('\u{1b}'));
    // A report shows a header and a value that contain escape sequences.
    place.write(
        "evil.csv",
        csv(&[with(1, &[("energy", evil)]), with(2, &[])]).replace("track_genre", "\u{1b}[1mx"),
    );
    let error = place.run(&["build", "evil.csv", "--allow-missing", "track_genre"]).fails();
    assert!(!error.trim_end().chars().any(char::is_control), "{error:?}");
    let seen = place.run(&["inspect", "evil.csv", "--allow-missing", "track_genre"]).succeeds();
    assert!(!seen.out.contains('\u{1b}'), "{:?}", seen.out);
    let error = place.run(&["recommend", "-i", "tracks.csv", "\u{1b}[99q"]).fails();
    assert!(!error.contains('\u{1b}'), "{error:?}");
    let error = place.run(&["recommend", "-i", "tracks.csv", "--id", "\u{1b}[31m"]).fails();
    assert!(!error.contains('\u{1b}'), "{error:?}");
}
