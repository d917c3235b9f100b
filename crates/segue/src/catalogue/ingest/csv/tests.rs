//! Tests that the reader gives the records of the crate `csv`, with the line numbers of a character-by-character
//! reader, for any sizes of blocks and pieces.

use std::io::Cursor;

use proptest::prelude::*;
use rayon::prelude::*;

use super::blocks::{Block, CsvReader};
use super::{CsvProblem, MAX_FIELDS, MAX_RECORD, RecordBuffer};
use crate::catalogue::ingest::value::Raw;

/// The line of each record, and its fields.
type Found = Vec<(u64, Vec<Vec<u8>>)>;

fn all(mut reader: CsvReader) -> Result<Found, CsvProblem> {
    let (mut found, mut block) = (Vec::new(), Block::default());
    while reader.read(&mut block)? {
        let pieces: Vec<Result<Found, CsvProblem>> =
            (0..block.len()).into_par_iter().map(|piece| records(&block, piece)).collect();
        for piece in pieces {
            found.extend(piece?);
        }
    }
    Ok(found)
}

fn records(block: &Block, piece: usize) -> Result<Found, CsvProblem> {
    let (mut piece, mut record, mut found) = (block.piece(piece), RecordBuffer::default(), Vec::new());
    while piece.read(&mut record)? {
        let record = record.record();
        let fields = (0..record.len()).map(|field| match record.get(field).unwrap() {
            Raw::NotUtf8(bytes) => bytes.to_vec(),
            value => value.to_text().into_bytes(),
        });
        found.push((record.line, fields.collect()));
    }
    Ok(found)
}

fn reader(text: impl Into<Vec<u8>>) -> CsvReader {
    CsvReader::new(Box::new(Cursor::new(text.into())))
}

fn small(text: &[u8], block: usize, piece: usize) -> CsvReader {
    CsvReader::with_sizes(Box::new(Cursor::new(text.to_vec())), block, piece)
}

fn shown(text: &str) -> Vec<(u64, String)> {
    let joined = |fields: Vec<Vec<u8>>| String::from_utf8(fields.join(&b'|')).unwrap();
    all(reader(text)).unwrap().into_iter().map(|(line, fields)| (line, joined(fields))).collect()
}

/// Records character by character; the line of the record whose quote is never closed is an error.
fn oracle(text: &[u8]) -> Result<Found, u64> {
    let (mut found, mut record, mut field) = (Vec::new(), Vec::new(), Vec::new());
    let (mut line, mut begins) = (1, 1);
    let (mut within, mut begun) = (false, false);
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        match byte {
            b'"' if within && text.get(at + 1) == Some(&b'"') => {
                field.push(b'"');
                at += 1;
            }
            b'"' if within => within = false,
            _ if within => field.push(byte),
            b'"' if at == 0 || b",\r\n".contains(&text[at - 1]) => (within, begun) = (true, true),
            b',' => {
                record.push(std::mem::take(&mut field));
                begun = true;
            }
            b'\r' | b'\n' if begun => {
                record.push(std::mem::take(&mut field));
                found.push((begins, std::mem::take(&mut record)));
                begun = false;
            }
            b'\r' | b'\n' => {}
            byte => {
                field.push(byte);
                begun = true;
            }
        }
        line += u64::from(byte == b'\n');
        if !begun {
            begins = line;
        }
        at += 1;
    }
    if within {
        return Err(begins);
    }
    if begun {
        record.push(field);
        found.push((begins, record));
    }
    Ok(found)
}

/// Bytes that are hard to divide.
fn hard_bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => "[ab]{1,9}",
        6 => Just(",".to_owned()),
        4 => Just("\"".to_owned()),
        3 => Just("\n".to_owned()),
        1 => Just("\r".to_owned()),
        2 => Just("\r\n".to_owned()),
        2 => "\"[a,\n\ré]{0,9}\"",
        1 => Just("\"\"".to_owned()),
        1 => Just("é".to_owned()),
        1 => Just("\u{feff}".to_owned()),
    ];
    let broken = any::<prop::sample::Index>();
    (proptest::collection::vec(part, 0..60), proptest::option::weighted(0.2, broken)).prop_map(
        |(parts, broken)| {
            let mut bytes = parts.concat().into_bytes();
            if let (Some(broken), false) = (broken, bytes.is_empty()) {
                let at = broken.index(bytes.len());
                bytes[at] = 0xff;
            }
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn any_bytes_are_read_as_character_by_character(
        text in hard_bytes(),
        block in 1usize..80,
        piece in 1usize..40,
    ) {
        let expected = oracle(&text);
        match all(small(&text, block, piece)) {
            Ok(found) => prop_assert_eq!(Ok(found), expected),
            Err(CsvProblem::OpenQuote { line }) => prop_assert_eq!(Err(line), expected),
            Err(problem) => prop_assert!(false, "{problem:?}"),
        }
    }

    #[test]
    fn the_fields_are_those_of_the_csv_crate(text in hard_bytes()) {
        // The crate `csv` accepts a quote that is never closed, and drops a byte-order mark.
        let expected = oracle(&text);
        if expected.is_err() || text.starts_with(b"\xef\xbb\xbf") {
            return Ok(());
        }
        let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&*text);
        let fields = |record: csv::ByteRecord| record.iter().map(<[u8]>::to_vec).collect();
        let fields: Vec<Vec<Vec<u8>>> = csv.byte_records().map(|record| fields(record.unwrap())).collect();
        let found: Vec<Vec<Vec<u8>>> =
            expected.unwrap().into_iter().map(|(_, fields)| fields).collect();
        prop_assert_eq!(found, fields);
    }

    #[test]
    fn the_header_is_the_first_record_and_the_rest_follows(
        text in hard_bytes(),
        block in 1usize..80,
        piece in 1usize..40,
    ) {
        let Ok(expected) = oracle(&text) else { return Ok(()) };
        let mut reader = small(&text, block, piece);
        let header = reader.read_header().unwrap();
        let lossy = |field: &Vec<u8>| String::from_utf8_lossy(field).into_owned();
        let first = expected.first().map(|(_, fields)| fields.iter().map(lossy).collect::<Vec<_>>());
        prop_assert_eq!(header, first);
        prop_assert_eq!(&all(reader).unwrap(), expected.get(1..).unwrap_or_default());
    }
}

#[test]
fn quotes_commas_and_newlines_in_fields_are_kept() {
    let found = shown("a,\"b,\"\"c\"\"\",d\n\"x\ny\",,z\nlast,1,2");
    assert_eq!(found, [(1, "a|b,\"c\"|d".into()), (2, "x\ny||z".into()), (4, "last|1|2".into())]);
}

#[test]
fn every_record_knows_its_line_whatever_ends_the_lines() {
    let found = shown("a\r\n\r\n\n\"b\r\nc\"\r\nd\r\n\r\n");
    assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4, 6]);
    assert_eq!(shown(""), []);
    assert_eq!(shown("\n\r\n"), []);
}

#[test]
fn a_quote_that_is_never_closed_is_an_error_and_swallows_nothing() {
    for (text, line) in [("a,b\n1,\"2\n3,4\n5,6", 2), ("\"", 1), ("a\n\"b\"\"", 2), ("a\n\n\"b\n", 3)] {
        let problem = all(reader(text));
        assert!(matches!(problem, Err(CsvProblem::OpenQuote { line: found }) if found == line), "{text:?}");
    }
    assert_eq!(shown("a\n\"b\""), [(1, "a".into()), (2, "b".into())], "closed at the very end");
}

#[test]
fn a_record_that_never_ends_is_stopped() {
    for (begin, more) in [("\"", MAX_RECORD), ("", MAX_RECORD), ("\"", 6 * MAX_RECORD)] {
        let mut text = format!("a,b\n1,2\n{begin}").into_bytes();
        text.resize(text.len() + more + 1, b'x');
        let problem = all(reader(text));
        assert!(matches!(problem, Err(CsvProblem::RecordTooLong { line: 3 })), "{problem:?}");
    }
    let longest = "x".repeat(MAX_RECORD);
    assert_eq!(all(reader(format!("a\n\"{longest}\"\nb"))).unwrap().len(), 3);
}

#[test]
fn a_record_of_too_many_fields_is_stopped() {
    for field in [",", "\"\","] {
        let problem = all(reader(format!("a,b\n{}", field.repeat(2 * MAX_FIELDS))));
        assert!(matches!(problem, Err(CsvProblem::TooManyFields { line: 2 })), "{problem:?}");
    }
    assert_eq!(all(reader(",".repeat(MAX_FIELDS - 1))).unwrap()[0].1.len(), MAX_FIELDS);
}
