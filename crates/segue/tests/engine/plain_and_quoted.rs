//! A table means the same whether its fields are quoted or not, though they are read in different ways.

use proptest::prelude::*;
use segue::catalogue::ingest::{Reject, RejectLimit};
use segue::catalogue::{Column, TextField};
use segue::{Ingest, Input};

/// The columns of a table: one that is none of ours, then all of ours.
fn header() -> impl Iterator<Item = &'static str> {
    std::iter::once("").chain(Column::ALL.into_iter().map(Column::name))
}

/// What a reading says: the tracks, the report and the rejects; or why there is none.
fn read(rows: &[Vec<String>], quotes: csv::QuoteStyle, ends: csv::Terminator) -> Result<String, String> {
    let mut writer =
        csv::WriterBuilder::new().flexible(true).quote_style(quotes).terminator(ends).from_writer(Vec::new());
    writer.write_record(header()).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    let mut rejects = Vec::new();
    let on_reject = |reject: &Reject| {
        rejects.push(reject.clone());
        Ok(())
    };
    let ingest = Ingest::new()
        .allow_missing(Column::ALL.into_iter().filter(|column| column.is_descriptive()))
        .max_rejects(RejectLimit::Rows(u64::MAX))
        .on_reject(on_reject);
    let read = ingest.read([Input::bytes("rows.csv", writer.into_inner().unwrap())]);
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
            let values = Column::ALL.into_iter().filter_map(|column| match column {
                Column::Text(TextField::TrackId) => Some(id.clone()),
                Column::Text(_) => texts.next(),
                Column::Explicit => Some(explicit.clone()),
                Column::Attribute(attribute) if attribute.is_whole() => wholes.next(),
                Column::Attribute(_) => numbers.next(),
                Column::Isrc => Some("GBAYE0601477".to_owned()),
            });
            let mut row: Vec<String> = std::iter::once("7".to_owned()).chain(values).collect();
            assert_eq!(row.len(), header().count());
            match odd {
                0 => _ = row.pop(),
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
