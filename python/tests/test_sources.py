"""Whatever Python calls a table is read, and what is no table of tracks is refused with a reason."""

import io
from pathlib import Path

import numpy as np
import pytest
from having import needs

import segue

COLUMNS = ["track_id", "track_name", "artists", "album_name", "track_genre", "popularity", "duration_ms", "explicit"]
COLUMNS += ["danceability", "energy", "loudness", "mode", "speechiness", "acousticness", "instrumentalness"]
COLUMNS += ["liveness", "valence", "tempo", "time_signature", "key"]


@pytest.fixture(scope="module")
def rows():
    """The tracks of a small catalogue, as a dictionary of columns."""
    frame = segue.demo(200).to_frame()
    return {name: frame[name] for name in COLUMNS}


@pytest.fixture(scope="module")
def expected(rows):
    pyarrow = needs("pyarrow")
    return content(segue.read(pyarrow.table(rows)))


def content(catalogue):
    return catalogue.to_frame().to_dicts()


def test_tables_of_all_libraries_are_the_same_tracks(rows, expected):
    pandas, polars, pyarrow = needs("pandas"), needs("polars"), needs("pyarrow")
    table = pyarrow.table(rows)
    frame = pandas.DataFrame(rows)
    sources = {
        "pyarrow table": table,
        "pyarrow reader": pyarrow.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=37)),
        "pyarrow batch": table.combine_chunks().to_batches()[0],
        "chunks": pyarrow.concat_tables([table.slice(0, 50), table.slice(50, 0), table.slice(50)]),
        "pandas": frame,
        "pandas object": frame.astype({"track_name": object, "artists": object, "track_genre": object}),
        "pandas string": frame.astype({"track_name": "string", "artists": "string"}),
        "pandas category": frame.astype({"track_genre": "category", "artists": "category", "key": "category"}),
        "pandas int64 and float32": frame.astype({"popularity": "int64", "key": "int8", "time_signature": "uint8"}),
        "pandas index": frame.set_index(pandas.Index(np.arange(200)[::-1], name="odd")),
        "pandas two indexes": frame.set_index([pandas.Index(range(200)), pandas.Index(["x"] * 200)]),
        "pandas sliced": pandas.concat([frame, frame])[0:200],
        "polars": polars.DataFrame(rows),
        "polars with a column of nothing": polars.DataFrame(rows).with_columns(polars.lit(None).alias("nothing")),
        "polars lazy": polars.LazyFrame(rows).filter(polars.col("popularity") >= 0),
        "polars categorical": polars.DataFrame(rows).with_columns(polars.col("track_genre").cast(polars.Categorical)),
        "a catalogue": segue.read(table),
        "a frame": segue.read(table).to_frame(),
    }
    for name, source in sources.items():
        assert content(segue.read(source)) == expected, name


def test_duckdb_relations_are_read(rows, expected):
    duckdb, pyarrow = needs("duckdb"), needs("pyarrow")
    relation = duckdb.from_arrow(pyarrow.table(rows))
    assert content(segue.read(relation)) == expected
    assert content(segue.read(relation.filter("popularity >= 0"))) == expected


def test_data_sets_of_hugging_face_are_read(rows, expected):
    datasets = needs("datasets")
    whole = datasets.Dataset.from_dict(rows)
    assert content(segue.read(whole)) == expected
    # A selection is a list of rows beside the whole table.
    loud = [row["track_id"] for row in expected if row["popularity"] > 40]
    assert segue.read(whole.filter(lambda row: row["popularity"] > 40)).to_frame()["track_id"] == loud
    assert segue.read(whole.select([7, 3])).to_frame()["track_id"] == [rows["track_id"][7], rows["track_id"][3]]
    assert len(segue.read(whole.train_test_split(0.25, seed=1)["train"])) == 150


def test_paths_bytes_and_several_sources(rows, expected, tmp_path):
    pandas, polars = needs("pandas"), needs("polars")
    frame = pandas.DataFrame(rows)
    csv = io.StringIO()
    frame.to_csv(csv, index=False)
    path = tmp_path / "tracks with ä space.csv"
    path.write_text(csv.getvalue())
    parquet = tmp_path / "tracks.parquet"
    polars.DataFrame(rows).write_parquet(parquet)
    halves = [frame[:90], polars.DataFrame(rows)[90:]]
    for source in [path, str(path), csv.getvalue().encode(), parquet, halves, tuple(halves), [path], [path, parquet]]:
        assert content(segue.read(source)) == expected


def test_any_columns_and_embeddings_are_features(rows):
    polars = needs("polars")
    random = np.random.default_rng(1)
    clap = random.normal(size=(200, 32)).astype(np.float32)
    own = {
        "id": rows["track_id"],
        "title": rows["track_name"],
        "artist": rows["artists"],
        "bpm": random.normal(120, 20, 200),
        "mfcc_1": random.normal(size=200),
        "mfcc_2": random.normal(size=200),
        "clap": clap,
    }
    table = polars.DataFrame(own)
    mine = segue.Profile("mine", {"clap": 2}, features=["bpm", "mfcc_*"], vectors=["clap"])
    columns = {"id": "track_id", "title": "track_name", "artist": "artists"}
    index = segue.Index.build(table, mine, columns=columns)
    assert len(index) == 200
    assert index.vectors().shape == (200, 35)
    assert index.feature_names()[:3] == ["bpm", "mfcc_1", "mfcc_2"]
    # The vector of a track finds that track first.
    for vector in [clap[7], clap[7].astype(float), clap[7].tolist(), clap[7].astype(">f4"), np.stack([clap[7]] * 2, 1)[:, 0]]:
        found = index.recommend(like_vector=vector, k=3)
        assert index[found["track_id"][0]]["track_name"] == rows["track_name"][7]
    assert index.recommend(like_vector={"clap": clap[7]}, k=1).shape == (1, 11)
    for wrong, problem in [
        (clap[7][:5], "has 5 components"),
        (clap[:2], "1 dimension"),
        (np.full(32, np.nan, np.float32), "not a finite number"),
        (np.zeros(32), "no direction"),
        ({"nope": clap[7]}, "no vector column"),
    ]:
        with pytest.raises(ValueError, match=problem):
            index.recommend(like_vector=wrong)
    with pytest.raises(TypeError):
        index.recommend(like_vector="0.1,0.2")
    kept = segue.read(table, columns=columns, keep=["bpm", "cl*"], profiles=mine)
    assert {"bpm", "clap"} <= set(kept.to_frame().columns)
    with pytest.raises(segue.InputError, match="energy"):
        segue.read(table, columns=columns)


def test_columns_are_renamed(rows):
    polars = needs("polars")
    table = polars.DataFrame(rows).rename({"loudness": "how loud"})
    with pytest.raises(segue.InputError, match="loudness"):
        segue.read(table)
    assert len(segue.read(table, columns={"how loud": "loudness"})) == 200
    assert len(segue.Catalogue.from_arrow(table, columns={"how loud": "loudness"})) == 200
    for wrong in [{"how loud": "noise"}, {"how loud": 3}, ["how loud"]]:
        with pytest.raises((ValueError, TypeError)):
            segue.read(table, columns=wrong)
    assert len(segue.read(polars.DataFrame(rows).drop("album_name"), allow_missing=["album_name"])) == 200


def test_rows_that_cannot_be_read_are_rejects(rows):
    pandas = needs("pandas")
    frame = pandas.DataFrame(rows).astype({"tempo": object})
    frame.loc[3, "tempo"] = "fast"
    csv = frame.to_csv(index=False).encode()
    catalogue = segue.read(csv, max_rejects="2%")
    assert len(catalogue) == 199
    (reject,) = catalogue.rejects.to_dicts()
    assert (reject["place"], reject["column"], reject["value"]) == (5, "tempo", "fast")
    with pytest.raises(segue.InputError, match="1 of 200 rows") as raised:
        segue.read(csv, max_rejects=0)
    assert raised.value.rejects["value"] == ["fast"]
    with pytest.raises(ValueError, match="such as 1%"):
        segue.read(csv, max_rejects="some")


def test_what_is_no_table_of_tracks_is_refused_with_a_reason(rows, tmp_path):
    pandas, pyarrow = needs("pandas"), needs("pyarrow")
    table = pyarrow.table(rows)
    mixed = pandas.DataFrame({**rows, "tempo": ["x", 1.5] * 100})
    empty = table.slice(0, 0)
    for source, problem in [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "lacks columns"),
        (b"\x00\x01\x02", "binary"),
        (empty, "no track is left|has no rows|holds any value"),
        (pandas.DataFrame(), "no column|no rows|is empty|lacks columns"),
        (pyarrow.table({"x": [1, 2]}), "lacks columns"),
        (mixed, "tempo|Expected|number"),
        ([], "at least one"),
    ]:
        with pytest.raises(segue.InputError, match=problem) as raised:
            segue.read(source)
        assert isinstance(raised.value, ValueError) and isinstance(raised.value, segue.SegueError)
    for source in [3, None, object(), {"track_id": ["a"]}, np.zeros((3, 3))]:
        with pytest.raises(TypeError, match="was wanted"):
            segue.read(source)
    missing = tmp_path / "missing.csv"
    with pytest.raises(FileNotFoundError) as raised:
        segue.read(missing)
    assert raised.value.filename == str(missing)
    with pytest.raises(FileNotFoundError):
        segue.inspect(str(missing))


def test_a_producer_that_fails_midway_is_an_error_and_no_crash(rows):
    pyarrow = needs("pyarrow")
    table = pyarrow.table(rows)

    def batches():
        yield table.to_batches()[0]
        raise RuntimeError("the well is dry")

    reader = pyarrow.RecordBatchReader.from_batches(table.schema, batches())
    with pytest.raises(segue.InputError, match="the well is dry"):
        segue.read(reader)


def test_a_producer_may_itself_ask(rows):
    """Also where there is one thread, which must not wait for what waits for it."""
    pyarrow = needs("pyarrow")
    table = pyarrow.table(rows)
    index = segue.Index.build(table)

    def batches():
        for batch in table.to_batches(max_chunksize=50):
            assert len(index.recommend_many(rows["track_id"][:40], 2))
            yield batch

    segue.set_threads(1)
    try:
        read = segue.read(pyarrow.RecordBatchReader.from_batches(table.schema, batches()))
    finally:
        segue.set_threads(None)
    assert len(read) == 200


def test_an_interruption_in_a_producer_is_none_of_the_table():
    class Interrupted:
        def __arrow_c_stream__(self, requested_schema=None):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        segue.read(Interrupted())


def test_batches_that_are_not_what_they_claim_are_refused(rows):
    pyarrow = needs("pyarrow")
    index = segue.Index.build(pyarrow.table(rows))
    schema = pyarrow.schema([("track_id", pyarrow.string()), ("b", pyarrow.int64())])

    def reader():
        return pyarrow.RecordBatchReader.from_batches(schema, iter([pyarrow.record_batch({"a": [1]})]))

    for ask in [segue.read, segue.inspect, index.recommend_many, lambda lists: segue.evaluate(index, lists)]:
        with pytest.raises(segue.InputError):
            ask(reader())


def test_inspect_summarises_any_table(rows):
    polars = needs("polars")
    summary = segue.inspect(polars.DataFrame({"name": ["a", None], "bpm": [120.5, 90.0], "on": [True, False]}))
    assert summary["type"] == ["text", "number", "boolean"]
    assert summary["missing"] == [1, 0, 0]
    assert summary["max"] == [None, 120.5, None]
    assert "2 rows" in summary.note
    assert segue.inspect(segue.demo(300)).shape[0] == len(segue.demo(300).to_frame().columns)


def test_a_folder_of_parts_is_one_source(rows, expected, tmp_path):
    polars = needs("polars")
    frame = polars.DataFrame(rows)
    for part in range(4):
        frame[part * 50 : part * 50 + 50].write_parquet(tmp_path / f"part-0000{part}.parquet")
    Path(tmp_path / "_SUCCESS").touch()
    assert content(segue.read(tmp_path)) == expected
