//! Catalogues with columns of their own and none of Spotify's: built from CSV, Parquet and Arrow, searched,
//! recommended from, saved, opened, verified, evaluated and trained.

use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, Float32Builder, Float64Builder, ListBuilder};
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use segue::eval::{Measure, Ranker, Training, evaluate, look_up, train};
use segue::index::verify;
use segue::{
    Attribute, Catalogue, Error, Features, Fill, Filter, Index, Ingest, Input, Profile, Query, Recommender,
    Report, Row, SearchQuery, Seed,
};

const TRACKS: usize = 400;
const DIMENSION: usize = 24;

/// A number from 0 to 1 that depends on the arguments alone.
fn chance(a: usize, b: usize) -> f64 {
    let mut mixed =
        (a as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (b as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    mixed ^= mixed >> 29;
    mixed = mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 11) as f64 / (1u64 << 53) as f64
}

fn vector(track: usize) -> Vec<f32> {
    (0..DIMENSION).map(|at| (chance(track, at) + chance(track % 8, 100 + at)) as f32).collect()
}

fn bpm(track: usize) -> f64 {
    60.0 + (chance(track, 999) * 1200.0).round() / 10.0
}

fn ids() -> Vec<String> {
    (0..TRACKS).map(|track| format!("t{track:04}")).collect()
}

fn texts(name: impl Fn(usize) -> String) -> ArrayRef {
    Arc::new(StringArray::from_iter_values((0..TRACKS).map(name)))
}

/// The catalogue as a record batch: `vectors` makes the column of vectors.
fn batch(vectors: ArrayRef) -> RecordBatch {
    RecordBatch::try_from_iter([
        ("track_id", texts(|track| format!("t{track:04}"))),
        ("track_name", texts(|track| format!("Song Number {track}"))),
        ("artists", texts(|track| format!("Artist {}", track % 40))),
        ("BPM", Arc::new(Float64Array::from_iter_values((0..TRACKS).map(bpm))) as ArrayRef),
        ("lyrics length", Arc::new(Float64Array::from_iter_values((0..TRACKS).map(|track| track as f64)))),
        ("unused", texts(|_| "not a number".into())),
        ("clap", vectors),
    ])
    .unwrap()
}

fn fixed() -> ArrayRef {
    let mut builder = FixedSizeListBuilder::new(Float32Builder::new(), DIMENSION as i32);
    for track in 0..TRACKS {
        builder.values().append_slice(&vector(track));
        builder.append(true);
    }
    Arc::new(builder.finish())
}

fn variable() -> ArrayRef {
    let mut builder = ListBuilder::new(Float64Builder::new());
    for track in 0..TRACKS {
        builder.append_value(vector(track).into_iter().map(|value| Some(f64::from(value))));
    }
    Arc::new(builder.finish())
}

fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn arrow(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = arrow_ipc::writer::FileWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn csv() -> String {
    let names: Vec<String> = (0..DIMENSION).map(|at| format!("clap_{at}")).collect();
    let mut csv = format!("track_id,track_name,artists,BPM,lyrics length,unused,{}\n", names.join(","));
    for track in 0..TRACKS {
        let values: Vec<String> = vector(track).iter().map(f32::to_string).collect();
        csv += &format!(
            "t{track:04},Song Number {track},Artist {},{},{track},not a number,{}\n",
            track % 40,
            bpm(track),
            values.join(",")
        );
    }
    csv
}

fn profile(vector: &str) -> Profile {
    Profile::from_json(&format!(
        r#"{{"profile": "mine", "features": ["bpm:log"], "vectors": ["{vector}"], "weights": {{"bpm:log": 0.25}},
            "labels": {{"{vector}": "timbre (clap)"}}}}"#
    ))
    .unwrap()
}

fn read(input: Input, profile: &Profile) -> Result<(Catalogue, Report), Error> {
    Ingest::new().needs(profile.needs()).keep("lyrics length").read([input])
}

/// The same catalogue from every kind of file, with the name of its vectors.
fn inputs() -> Vec<(Input, &'static str)> {
    vec![
        (Input::bytes("tracks.csv", csv()), "clap_*"),
        (Input::bytes("tracks.parquet", parquet(&batch(fixed()))), "clap"),
        (Input::bytes("lists.parquet", parquet(&batch(variable()))), "clap"),
        (Input::bytes("tracks.arrow", arrow(&batch(variable()))), "clap"),
        (Input::bytes("fixed.arrow", arrow(&batch(fixed()))), "clap"),
    ]
}

#[test]
fn a_catalogue_without_spotifys_columns_answers_everything_from_any_file() {
    let mut answers: Vec<Vec<(u32, f64)>> = Vec::new();
    for (input, name) in inputs() {
        let profile = profile(name);
        let (catalogue, report) = read(input, &profile).unwrap();
        assert_eq!((catalogue.len(), report.counts.incomplete), (TRACKS, 0));
        let fields = catalogue.fields();
        let numbers: Vec<&str> = fields.numbers.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(numbers, ["BPM", "lyrics length"]);
        assert_eq!((fields.numbers[0].whole, fields.numbers[1].whole), (false, true));
        assert_eq!(fields.vectors[0].dimension, DIMENSION);
        let built = Index::builder().profile(profile).build(catalogue).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.segue");
        built.save(&path).unwrap();
        verify(&path).unwrap();
        let opened = Index::open(&path).unwrap();
        for index in [built, opened] {
            let recommender = Recommender::new(index);
            let found = recommender.search(&SearchQuery::new("song number 77")).unwrap();
            assert_eq!(found.tracks[0].track.track_id, "t0077");
            assert_eq!(found.tracks[0].track.popularity, None);
            let query = Query::new(Row(77)).limit(5).why(true);
            let answer = recommender.recommend(&query).unwrap();
            assert!(
                answer.recommendations[0].why.as_ref().unwrap().phrase.contains("close in timbre (clap)")
            );
            answers.push(answer.recommendations.iter().map(|found| rank(&recommender, found)).collect());
            // A seed given as the vector of a track finds that track first.
            let seed = Seed::vector(vector(77));
            let near = recommender.recommend(&Query::new(seed).limit(1)).unwrap();
            assert_eq!(near.recommendations[0].track.track_id, "t0077");
            // Filters and targets by any column.
            let slow = Query::new(Row(3))
                .filter(Filter::default().range("BPM", ..80.0))
                .target("lyrics length", 399.0);
            let slow = recommender.recommend(&slow).unwrap();
            assert_eq!(slow.recommendations.len(), 10);
            for found in &slow.recommendations {
                let row = recommender.row(found.track.track_id).unwrap();
                assert!(recommender.index().catalogue().number("BPM", row).unwrap().unwrap() < 80.0);
            }
            let like = Query::new(Features::default().attribute("BPM", 120.0)).limit(3);
            assert_eq!(recommender.recommend(&like).unwrap().recommendations.len(), 3);
        }
    }
    for other in &answers[1..] {
        let rows = |answer: &[(u32, f64)]| answer.iter().map(|(row, _)| *row).collect::<Vec<_>>();
        assert_eq!(rows(other), rows(&answers[0]));
        assert!(other.iter().zip(&answers[0]).all(|(a, b)| (a.1 - b.1).abs() < 1e-6));
    }
}

fn rank(recommender: &Recommender, found: &segue::Recommendation<&str>) -> (u32, f64) {
    (recommender.row(found.track.track_id).unwrap().0, found.similarity)
}

#[test]
fn what_a_role_is_needed_for_says_what_is_missing() {
    let (catalogue, _) = read(Input::bytes("tracks.csv", csv()), &profile("clap_*")).unwrap();
    let recommender = Recommender::new(Index::builder().profile(profile("clap_*")).build(catalogue).unwrap());
    let problem = |query: Query| recommender.recommend(&query).unwrap_err().to_string();
    let harmonic = problem(Query::new(Row(0)).filter(Filter::default().harmonic(true)));
    assert_eq!(
        harmonic,
        "harmonic mixing needs the numeric column key; this catalogue has the numeric columns \"BPM\", \"lyrics length\" \
         and the vector columns \"clap_*\""
    );
    let tempo = problem(Query::new(Row(0)).filter(Filter::default().tempo_within(5.0)));
    assert!(tempo.starts_with("mixing by tempo needs the numeric column tempo"), "{tempo}");
    let unknown = problem(Query::new(Row(0)).target(Attribute::Energy, 0.5));
    assert!(unknown.starts_with("unknown numeric column \"energy\""), "{unknown}");
    let unknown = problem(Query::new(Features::default().attribute("loud", 1.0)));
    assert!(unknown.starts_with("unknown numeric column \"loud\""), "{unknown}");
    for (vector, expected) in [
        (vec![1.0; 3], "has 3 components; the profile mine compares clap_* (24 components)"),
        (vec![0.0; DIMENSION], "no direction"),
        (Vec::new(), "no direction"),
        (vec![f32::NAN; DIMENSION], "component 1 of the vector of a seed is not a finite number"),
    ] {
        let found = problem(Query::new(Seed::vector(vector)));
        assert!(found.contains(expected), "{found}");
    }
    let found = problem(Query::new(Seed::vector_in("mert", vec![1.0; DIMENSION])));
    assert!(found.contains("compares no vector column \"mert\""), "{found}");
    // No durations, so no releases: each track is a song of its own.
    assert_eq!(recommender.index().songs().unwrap().count(), TRACKS);
    let classic = recommender.index().catalogue().clone();
    let error = Index::builder().profile(Profile::classic()).build(classic).unwrap_err().to_string();
    assert!(
        error.contains("the profile classic needs the columns") && error.contains("danceability"),
        "{error}"
    );
}

#[test]
fn missing_values_are_left_out_or_filled_and_counted() {
    let csv = csv().replacen(",0,not a number,", ",,not a number,", 1);
    let one_less = |csv: &str, line: usize, field: usize| {
        let mut lines: Vec<String> = csv.lines().map(str::to_owned).collect();
        let mut fields: Vec<&str> = lines[line].split(',').collect();
        fields[field] = "";
        lines[line] = fields.join(",");
        lines.join("\n")
    };
    let csv = one_less(&one_less(&csv, 8, 3), 9, 10);
    let profile = profile("clap_*");
    let (dropped, report) = read(Input::bytes("tracks.csv", csv.clone()), &profile).unwrap();
    assert_eq!((dropped.len(), report.counts.incomplete), (TRACKS - 2, 2));
    let missing: Vec<(&str, u64)> =
        report.missing_by_column.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(missing, [("BPM", 1), ("clap_*", 1)]);
    // What is only kept may be missing.
    assert_eq!(dropped.number("lyrics length", Row(0)).unwrap(), None);
    let within = |catalogue: &Catalogue| {
        catalogue.fields().numbers.iter().map(|field| field.optional).collect::<Vec<_>>()
    };
    assert_eq!(within(&dropped), [false, true]);
    let filled = Ingest::new().needs(profile.needs()).fill(Fill::Mean);
    let (filled, report) = filled.read([Input::bytes("tracks.csv", csv)]).unwrap();
    assert_eq!((filled.len(), report.counts.incomplete), (TRACKS, 0));
    assert_eq!(report.filled_by_column.values().sum::<u64>(), 2);
    let others: Vec<f64> = (0..TRACKS).filter(|track| *track != 7).map(bpm).collect();
    let mean = others.iter().sum::<f64>() / others.len() as f64;
    assert!((filled.number("BPM", Row(7)).unwrap().unwrap() - mean).abs() < 1e-9);
    Index::builder().profile(profile).build(filled).unwrap();
}

#[test]
fn columns_at_the_edge_are_read_or_refused_with_the_reason() {
    let refused = |csv: String, profile: &str| {
        let profile = Profile::from_json(profile).unwrap();
        read(Input::bytes("tracks.csv", csv), &profile).unwrap_err().to_string()
    };
    let missing =
        refused(csv(), r#"{"profile": "mine", "features": ["loud", "mfcc_*"], "vectors": ["mert_*"]}"#);
    assert!(missing.contains("\"loud\", \"mfcc_*\", \"mert_*\"; its columns are \"track_id\""), "{missing}");
    let text = refused(csv(), r#"{"profile": "mine", "vectors": ["BPM"]}"#);
    assert!(text.contains("\"BPM\" is no vector"), "{text}");
    let reject = refused(csv(), r#"{"profile": "mine", "features": ["unused"]}"#);
    assert!(reject.contains("a number was wanted, found \"not a number\""), "{reject}");
    // Two inputs whose vectors differ in length.
    let two = |other: String| {
        let inputs = [Input::bytes("a.csv", csv()), Input::bytes("b.csv", other)];
        Ingest::new().needs(profile("clap_*").needs()).read(inputs).unwrap_err().to_string()
    };
    let shorter = two(csv().replace("clap_23", "other"));
    assert!(shorter.starts_with("b.csv: the vector \"clap_*\" has other components"), "{shorter}");
    let lists = batch(fixed());
    let mut shorter = FixedSizeListBuilder::new(Float32Builder::new(), 2);
    (0..TRACKS).for_each(|_| {
        shorter.values().append_slice(&[1.0, 2.0]);
        shorter.append(true);
    });
    let other = batch(Arc::new(shorter.finish()));
    let inputs = [Input::bytes("a", parquet(&lists)), Input::bytes("b", parquet(&other))];
    let differ = Ingest::new().needs(profile("clap").needs()).read(inputs).unwrap_err().to_string();
    assert_eq!(differ, "b: the vectors \"clap\" have 2 components, those of the first input have 24");
    // A list of another length, and ones with infinity, NaN and null, among lists that need not have one length.
    let mut ragged = ListBuilder::new(Float64Builder::new());
    for track in 0..TRACKS {
        let length = if track == 5 { 3 } else { DIMENSION };
        let odd = match track {
            6 => Some(f64::INFINITY),
            7 => Some(f64::NAN),
            8 => None,
            _ => Some(0.5),
        };
        ragged.append_value((0..length).map(|at| odd.map(|odd| chance(track, at) + odd)));
    }
    let input = Input::bytes("ragged.parquet", parquet(&batch(Arc::new(ragged.finish()))));
    let (catalogue, report) = read(input, &profile("clap")).unwrap();
    assert_eq!((catalogue.len(), report.counts.rejected, report.counts.incomplete), (TRACKS - 4, 2, 2));
    assert_eq!(report.missing_by_column["clap"], 2);
    let reasons: Vec<&str> = report.rejected_by_reason.keys().copied().collect();
    assert_eq!(reasons, ["not a finite number", "vector of another length"]);
}

#[test]
fn a_pattern_passes_over_the_columns_that_are_no_numbers() {
    // `e*` is also `explicit`, and ids may look like numbers.
    let mut csv = String::from("track_id,track_name,artists,Explicit,e1,e2\n");
    (0..40).for_each(|track| csv += &format!("{track},Song {track},A,True,{track},{}\n", track * track));
    for features in [r#"["e*"]"#, r#"["*"]"#] {
        let profile =
            Profile::from_json(&format!(r#"{{"profile": "mine", "features": {features}}}"#)).unwrap();
        for csv in [csv.clone(), csv.replacen("Explicit", "explicit", 1)] {
            let input = Input::bytes("tracks.csv", csv);
            let (catalogue, report) = Ingest::new().needs(profile.needs()).keep("*").read([input]).unwrap();
            assert_eq!((catalogue.len(), report.counts.incomplete), (40, 0));
            assert_eq!(catalogue.explicit(Row(3)), Some(true));
            let index = Index::builder().profile(profile.clone()).build(catalogue).unwrap();
            assert_eq!(index.space(None).unwrap().model().dimension(), 2);
            let folder = tempfile::tempdir().unwrap();
            index.save(folder.path().join("i")).unwrap();
            verify(folder.path().join("i")).unwrap();
        }
    }
    let profile = Profile::from_json(r#"{"profile": "mine", "features": ["track_id"]}"#).unwrap();
    let named = read(Input::bytes("tracks.csv", csv), &profile).unwrap_err().to_string();
    assert!(named.contains("\"track_id\" cannot be compared as a number"), "{named}");
}

#[test]
fn nothing_is_filled_where_no_track_has_a_value() {
    let csv = "track_id,track_name,artists,bpm,c_0,c_1\n1,A,B,,1,\n2,C,D,,2,\n";
    for (text, name) in [(r#""features": ["bpm"]"#, "bpm"), (r#""vectors": ["c_*"]"#, "c_*")] {
        let profile = Profile::from_json(&format!(r#"{{"profile": "mine", {text}}}"#)).unwrap();
        let ingest = Ingest::new().needs(profile.needs()).fill(Fill::Mean);
        let error = ingest.read([Input::bytes("tracks.csv", csv)]).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("tracks.csv: no track has a value of {name:?}, so there is no mean to fill it with")
        );
    }
}

#[test]
fn a_constant_column_many_columns_and_odd_names_are_no_trouble() {
    let many = 1_024;
    let names: Vec<String> = (0..many).map(|at| format!("x.{at} y")).collect();
    let mut csv = format!("track_id,track_name,artists,constant,k,{}\n", names.join(","));
    for track in 0..50 {
        let values: Vec<String> = (0..many).map(|at| format!("{:.3}", chance(track, at))).collect();
        csv += &format!("t{track},Song {track},Artist,7,{track},{}\n", values.join(","));
    }
    let text = r#"{"profile": "many", "features": ["x.*", "constant", "k:rank"]}"#;
    let profile = Profile::from_json(text).unwrap();
    let (catalogue, _) = Ingest::new().needs(profile.needs()).read([Input::bytes("wide.csv", csv)]).unwrap();
    let index = Index::builder().profile(profile.clone()).build(catalogue).unwrap();
    assert_eq!(index.space(None).unwrap().model().dimension(), many + 2);
    let folder = tempfile::tempdir().unwrap();
    index.save(folder.path().join("many.segue")).unwrap();
    let opened = Index::open(folder.path().join("many.segue")).unwrap();
    assert!(profile.is_recipe_of(opened.space(None).unwrap().model().profile()));
    let query =
        Query::new(Row(7)).filter(Filter::default().range("x.1023 y", ..).range("k", 3.0..)).why(true);
    let [built, opened] = [Recommender::new(index), Recommender::new(opened)];
    let answer = opened.recommend(&query).unwrap();
    assert_eq!(answer, built.recommend(&query).unwrap());
    // The columns of a pattern are one aspect to a listener.
    assert_eq!(answer.recommendations[0].why.as_ref().unwrap().phrase, "close in x");
}

#[test]
fn own_profiles_are_evaluated_and_trained() {
    let mut csv = String::from("playlist_id,track_id\n");
    for (track, id) in ids().iter().enumerate() {
        csv += &format!("{},{id}\n", track % 8);
    }
    let (catalogue, _) = read(Input::bytes("tracks.csv", self::csv()), &profile("clap_*")).unwrap();
    let index = Index::builder().profile(profile("clap_*")).build(catalogue).unwrap();
    let playlists = segue::playlist::read("playlists.csv", csv.as_bytes(), None).unwrap();
    let (playlists, _) = look_up(&index, &playlists).unwrap();
    let rankers = [Ranker::Profile(index.space(None).unwrap()), Ranker::Random];
    let found = evaluate(&index, &playlists, &rankers, |_| ()).unwrap().evaluations;
    let precision = |at: usize| found[at].get(Measure::ALL[0]).unwrap();
    assert!(precision(0) > 2.0 * precision(1), "{} {}", precision(0), precision(1));
    let training = Training::default().start(profile("clap_*")).folds(2);
    let trained = train(&index, &playlists, &training, &(), |_| ()).unwrap();
    assert!(trained.fitted.precision_at_10 >= 1.0, "{trained:?}");
    let mine = Profile::new("trained", 1, &trained.weights).unwrap();
    Index::builder().profile(mine).build(index.catalogue().clone()).unwrap();
}

#[test]
fn vectors_are_kept_in_files_only_when_asked_for_and_at_half_precision() {
    for (half, kept) in [(false, true), (true, true), (false, false)] {
        let profile = profile("clap");
        let mut ingest = Ingest::new().needs(profile.needs()).half(half);
        ingest.keep.extend(kept.then(|| "clap".to_owned()));
        let input = Input::bytes("tracks.parquet", parquet(&batch(fixed())));
        let (catalogue, _) = ingest.read([input]).unwrap();
        let index = Index::builder().profile(profile.clone()).build(catalogue).unwrap();
        let folder = tempfile::tempdir().unwrap();
        index.save(folder.path().join("i")).unwrap();
        verify(folder.path().join("i")).unwrap();
        let opened = Index::open(folder.path().join("i")).unwrap();
        let again = Index::builder().profile(profile).build(opened.catalogue().clone());
        let batch = opened.catalogue().to_batch().unwrap();
        let column = batch.column_by_name("clap").map(|column| column.data_type().clone());
        let item = if half { DataType::Float16 } else { DataType::Float32 };
        let is_item =
            |kind: DataType| matches!(kind, DataType::FixedSizeList(field, 24) if *field.data_type() == item);
        assert_eq!(column.map(is_item), kept.then_some(true));
        match kept {
            true => {
                let same = again.unwrap();
                let bits = |index: &Index| {
                    index.space(None).unwrap().neighbours().vectors().get(Row(9)).unwrap().to_vec()
                };
                assert_eq!(bits(&same), bits(&index));
            }
            false => assert!(again.unwrap_err().to_string().contains("vector columns that were kept")),
        }
    }
}
