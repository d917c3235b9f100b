//! A table means the same whether its fields are quoted or not, though they are read in different ways.

#![allow(clippy::unwrap_used, missing_docs)]

use proptest::prelude::*;
use segue::catalogue::Column;
use segue::catalogue::ingest::{Reject, RejectLimit};
use segue::{Ingest, Input};

const HEADER: [&str; 21] = [
    "",
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

/// What a reading says: the tracks, the report and the rejects; or why there is none.
fn read(rows: &[Vec<String>], quotes: csv::QuoteStyle, ends: csv::Terminator) -> Result<String, String> {
    let mut writer =
        csv::WriterBuilder::new().flexible(true).quote_style(quotes).terminator(ends).from_writer(Vec::new());
    writer.write_record(HEADER).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    let mut rejects = Vec::new();
    let mut on_reject = |reject: &Reject| {
        rejects.push(reject.clone());
        Ok(())
    };
    let ingest = Ingest {
        allow_missing: Column::ALL.into_iter().filter(|column| column.is_descriptive()).collect(),
        max_rejects: RejectLimit::Rows(u64::MAX),
        on_reject: Some(&mut on_reject),
        ..Ingest::default()
    };
    let read = ingest.read(vec![Input::bytes("rows.csv", writer.into_inner().unwrap())]);
    let (catalogue, report) = read.map_err(|error| error.to_string())?;
    Ok(format!("{:?}\n{report:?}\n{rejects:?}", catalogue.to_batch().unwrap()))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-c é]{1,30}",
        1 => Just(String::new()),
        1 => "[ab,\"\n\r\t;é]{0,12}",
        1 => Just("None".to_owned()),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        30 => "-?[0-9]{1,2}\\.[0-9]{1,4}",
        20 => "[0-9]{1,6}",
        5 => "-?[0-9]{0,9}\\.?[0-9]{0,9}",
        3 => "[0-9]\\.[0-9]{1,3}e-0[0-9]",
        1 => prop_oneof![
            Just(""), Just("NA"), Just("loud"), Just("nan"), Just("1e39"), Just("73.0"), Just("4294967296"),
            Just("-0.0"), Just("+1"), Just(" 2 "), Just("1,5"), Just("12345678901234567890")
        ].prop_map(str::to_owned),
    ]
}

fn whole() -> impl Strategy<Value = String> {
    prop_oneof![40 => "-?[0-9]{1,6}", 1 => number()]
}

fn row() -> impl Strategy<Value = Vec<String>> {
    let explicit = prop_oneof![8 => "True|False|true|FALSE|1|0", 1 => "|yes|NA"];
    let texts = proptest::collection::vec(text(), 4);
    let id = "[ab]{1,3}|spotify:track:[ab]{1,3}|";
    let wholes = proptest::collection::vec(whole(), 5);
    let numbers = proptest::collection::vec(number(), 9);
    (id, texts, wholes, numbers, explicit, 0usize..30).prop_map(
        |(id, texts, wholes, numbers, explicit, odd)| {
            let (mut texts, mut wholes) = (texts.into_iter(), wholes.into_iter());
            let mut numbers = numbers.into_iter();
            let mut row: Vec<String> = HEADER
                .into_iter()
                .filter_map(|column| match column {
                    "" => Some("7".to_owned()),
                    "track_id" => Some(id.clone()),
                    "artists" | "album_name" | "track_name" | "track_genre" => texts.next(),
                    "explicit" => Some(explicit.clone()),
                    "popularity" | "duration_ms" | "key" | "mode" | "time_signature" => wholes.next(),
                    _ => numbers.next(),
                })
                .collect();
            match odd {
                0 => row.truncate(20),
                1 => row.push("more".to_owned()),
                _ => {}
            }
            row
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn quotes_make_no_difference(
        rows in proptest::collection::vec(row(), 1..60),
        crlf in any::<bool>(),
    ) {
        let ends = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let plain = read(&rows, csv::QuoteStyle::Necessary, ends);
        prop_assert_eq!(plain, read(&rows, csv::QuoteStyle::Always, ends));
    }
}
