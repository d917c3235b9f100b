//! A table of tracks gives the same catalogue in every file format and compression.

use arrow_ipc::CompressionType;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};

use crate::support::tracks::{COLUMNS, Fields, csv, csv_with, id, line, place, some};
use crate::support::{Place, encode};

/// A folder with the reference index of `rows`.
struct Reference {
    place: Place,
    rows: Vec<Fields>,
}

impl Reference {
    fn new() -> Self {
        let rows = some(60);
        let place = Place::new();
        place.write("reference.csv", csv(&rows));
        place.run(&["build", "reference.csv", "-o", "reference"]).succeeds();
        Self { place, rows }
    }

    /// Builds the inputs and asserts that the catalogue and the recommendations are those of the reference.
    #[track_caller]
    fn is_made_by(&self, inputs: &[&str], standard_input: &[u8]) -> String {
        let args = [&["build", "-o", "other"], inputs].concat();
        let ran = self.place.run_on(&args, standard_input).succeeds();
        let tracks = |index| std::fs::read(self.place.tracks_file(index)).unwrap();
        assert!(tracks("reference") == tracks("other"), "another catalogue: {}", ran.out);
        let answer = |index| {
            self.place.run(&["recommend", "-i", index, "--format", "json", "--id", &id(7)]).succeeds().out
        };
        assert_eq!(answer("reference"), answer("other"));
        ran.out
    }

    /// Asserts that the content, as a file and from standard input, is recognised as `format` and gives the
    /// catalogue of the reference.
    #[track_caller]
    fn is_in(&self, format: &str, content: impl AsRef<[u8]>) {
        self.place.write("other.file", &content);
        let report = self.is_made_by(&["other.file"], b"");
        assert!(report.contains(&format!("read other.file: {format}, recognised as")), "{report}");
        let report = self.is_made_by(&["-"], content.as_ref());
        assert!(report.contains(&format!("read standard input: {format}, recognised as")), "{report}");
    }
}

#[test]
fn csv_is_read_plain_and_compressed() {
    let reference = Reference::new();
    let text = csv(&reference.rows).into_bytes();
    reference.is_in("CSV", &text);
    reference.is_in("CSV (gzip)", encode::gzip(&text));
    reference.is_in("CSV (zstd)", encode::zstd(&text));
    // Several members that end in the middle of rows, one of them empty, as `cat *.gz` and bgzip write.
    let (first, rest) = text.split_at(777);
    reference.is_in("CSV (gzip)", [encode::gzip(first), encode::gzip(b""), encode::gzip(rest)].concat());
    reference.is_in("CSV (zstd)", [encode::zstd(first), encode::zstd(rest)].concat());
}

#[test]
fn byte_order_marks_and_line_ends_make_no_difference() {
    let reference = Reference::new();
    let text = csv(&reference.rows);
    let marked = format!("\u{feff}{text}");
    reference.is_in("CSV", &marked);
    reference.is_in("CSV (gzip)", encode::gzip(marked.as_bytes()));
    reference.is_in("CSV", text.trim_end());
    reference.is_in("CSV", format!("{text}\n\n"));

    // Line breaks within quotes are part of the title.
    let line = |fields: &[String]| line(fields).trim_end_matches('\n').to_owned() + "\r\n";
    let header: Vec<String> = COLUMNS.map(str::to_owned).into();
    let windows: String = line(&header) + &reference.rows.iter().map(|row| line(row)).collect::<String>();
    reference.is_in("CSV", &windows);
    reference.is_in("CSV", format!("\u{feff}{windows}"));
}

#[test]
fn everything_may_be_quoted() {
    let reference = Reference::new();
    let quote = |field: &str| format!("\"{}\"", field.replace('"', "\"\""));
    let header = COLUMNS.map(quote).join(",");
    let rows =
        reference.rows.iter().map(|row| row.iter().map(|field| quote(field)).collect::<Vec<_>>().join(","));
    let text = [header].into_iter().chain(rows).collect::<Vec<_>>().join("\n");
    reference.is_in("CSV", &text);
    reference.is_in("CSV", format!("\u{feff}{text}"));
}

#[test]
fn columns_may_stand_in_any_order_among_others() {
    let reference = Reference::new();
    let mut order: Vec<usize> = (0..COLUMNS.len()).rev().collect();
    order.swap(2, 11);
    let header: Vec<&str> = ["", "comment"]
        .into_iter()
        .chain(order.iter().map(|column| COLUMNS[*column]))
        .chain(["genres"])
        .collect();
    let fields = |row: &Fields| {
        let ours = order.iter().map(|column| row[*column].clone());
        ["17".to_owned(), "a, \"b\"\nc".to_owned()].into_iter().chain(ours).chain([String::new()]).collect()
    };
    reference.is_in("CSV", csv_with(&header, &reference.rows, fields));
    // Spaces around column names are trimmed.
    let spaced: Vec<String> = COLUMNS.iter().map(|name| format!(" {name} ")).collect();
    let spaced: Vec<&str> = spaced.iter().map(String::as_str).collect();
    reference.is_in("CSV", csv_with(&spaced, &reference.rows, |row| row.to_vec()));
}

#[test]
fn parquet_is_read_whatever_compresses_it() {
    let reference = Reference::new();
    let batch = encode::batch(&reference.rows);
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
    ] {
        reference.is_in("Parquet", encode::parquet(&batch, compression, 7));
    }
    reference.is_in("Parquet", encode::parquet(&batch, Compression::SNAPPY, 1_000_000));
}

#[test]
fn arrow_is_read_as_file_and_as_stream() {
    let reference = Reference::new();
    let batch = encode::batch(&reference.rows);
    for compression in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
        reference.is_in("Arrow IPC", encode::arrow_file(&batch, compression));
        reference.is_in("Arrow IPC stream", encode::arrow_stream(&batch, compression));
    }
}

#[test]
fn an_index_reads_its_own_tracks() {
    let reference = Reference::new();
    let tracks = std::fs::read(reference.place.tracks_file("reference")).unwrap();
    reference.is_in("Arrow IPC", tracks);
}

#[test]
fn several_inputs_of_many_kinds_make_one_catalogue() {
    let reference = Reference::new();
    let part = |from: usize, to: usize| &reference.rows[from..to];
    let place = &reference.place;
    place.write("1.csv", csv(part(0, 10)));
    place.write("2.parquet", encode::parquet(&encode::batch(part(10, 20)), Compression::SNAPPY, 4));
    place.write("3.arrow", encode::arrow_file(&encode::batch(part(20, 30)), Some(CompressionType::ZSTD)));
    place.write("4.csv.gz", encode::gzip(csv(part(30, 40)).as_bytes()));
    place.write("5.arrows", encode::arrow_stream(&encode::batch(part(40, 50)), None));
    let inputs = ["1.csv", "2.parquet", "3.arrow", "4.csv.gz", "5.arrows", "-"];
    let report = reference.is_made_by(&inputs, csv(part(50, 60)).as_bytes());
    let read: Vec<&str> =
        report.lines().take(6).map(|line| line.split(", recognised").next().unwrap()).collect();
    assert_eq!(
        read,
        [
            "read 1.csv: CSV",
            "read 2.parquet: Parquet",
            "read 3.arrow: Arrow IPC",
            "read 4.csv.gz: CSV (gzip)",
            "read 5.arrows: Arrow IPC stream",
            "read standard input: CSV",
        ]
    );
    // Rows repeated across inputs of different formats are counted as repeated.
    let report = reference.is_made_by(&["1.csv", "2.parquet", "1.csv", "-"], csv(&reference.rows).as_bytes());
    assert!(report.contains("repeated               30"), "{report}");
}

#[test]
fn the_name_of_a_file_does_not_matter() {
    let reference = Reference::new();
    reference.place.write("tracks.parquet", csv(&reference.rows));
    reference
        .place
        .write("tracks.csv", encode::parquet(&encode::batch(&reference.rows), Compression::SNAPPY, 9));
    reference.is_made_by(&["tracks.parquet"], b"");
    reference.is_made_by(&["tracks.csv"], b"");
}

#[test]
fn numbers_mean_the_same_however_they_are_written() {
    let reference = Reference::new();
    let explicit = place("explicit");
    let mut rows = reference.rows.clone();
    for (number, row) in rows.iter_mut().enumerate() {
        for column in ["popularity", "duration_ms", "key", "mode", "time_signature"] {
            row[place(column)] = format!(" {}.0 ", row[place(column)]);
        }
        let energy = row[place("energy")].trim_start_matches("0.").to_owned();
        row[place("energy")] = format!("{energy}e-3");
        row[explicit] = match (row[explicit].as_str(), number % 2) {
            ("True", 0) => "1",
            ("True", _) => "TRUE",
            (_, 0) => "0",
            _ => "false",
        }
        .to_owned();
    }
    reference.is_in("CSV", csv(&rows));
}
