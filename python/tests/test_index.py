"""What an index answers, and what it says when it cannot."""

import math
import os
import pickle
import subprocess
import sys

import pytest
from having import needs

import segue


def test_a_list_has_ranks_similarities_and_tracks(index, ids):
    found = index.recommend(ids[5], 7)
    assert found.columns == [
        "rank", "similarity", "track_id", "track_name", "artists", "album_name", "track_genre", "genres",
        "popularity", "duration_ms", "explicit",
    ]  # fmt: skip
    assert found["rank"] == list(range(1, 8))
    assert found["similarity"] == sorted(found["similarity"], reverse=True)
    assert ids[5] not in found["track_id"]
    assert all(id in index for id in found["track_id"])
    assert index[found["track_id"][0]]["track_name"] == found["track_name"][0]
    assert isinstance(found["artists"][0], list)


def test_the_first_profile_is_the_default(index, ids):
    assert index.profiles == ["segue", "classic"]
    assert index.recommend(ids[1]).to_dicts() == index.recommend(ids[1], profile="segue").to_dicts()
    assert index.recommend(ids[1]).to_dicts() != index.recommend(ids[1], profile="classic").to_dicts()
    with pytest.raises(segue.UnknownProfile, match="it has segue and classic") as raised:
        index.recommend(ids[1], profile="nope")
    assert isinstance(raised.value, KeyError)


def test_tracks_are_named_by_id_uri_or_title(index, ids):
    id = ids[9]
    title = index[id]["track_name"]
    expected = index.recommend(id, 5)["track_id"]
    assert index.resolve(f"spotify:track:{id}") == id
    assert index.recommend(f"https://open.spotify.com/track/{id}?si=x", 5)["track_id"] == expected
    assert index[index.resolve(title)]["track_name"] == title
    by_title = index.recommend(f"{title} - {index[id]['artists'][0]}", 5)
    assert by_title.shape[0] == 5


def test_several_seeds_with_weights(index, ids):
    both = index.recommend(ids[:2], 5)["track_id"]
    assert both == index.recommend({ids[0]: 1, ids[1]: 1.0}, 5)["track_id"]
    assert both != index.recommend({ids[0]: 1, ids[1]: 0.1}, 5)["track_id"]
    less = index.recommend(ids[0], 5, unlike=ids[1])["track_id"]
    assert less == index.recommend({ids[0]: 1, ids[1]: -1}, 5)["track_id"]


def test_filters_targets_and_quotas(index, ids):
    row = index[ids[0]]
    found = index.recommend(
        ids[0],
        20,
        ranges={"energy": (0.3, 0.9), "popularity": (10, None)},
        targets={"tempo": 120},
        without_genres=row["genres"][0],
        per_artist=1,
        without=iter(ids[1:50]),
        diversity=0.2,
        shuffle=0.1,
        seed=4,
        versions=True,
        seasonal=True,
        spaced=True,
    )
    tracks = [index[id] for id in found["track_id"]]
    assert len(tracks) == 20
    assert all(0.3 <= track["energy"] <= 0.9 and track["popularity"] >= 10 for track in tracks)
    assert not any(row["genres"][0] in track["genres"] for track in tracks)
    assert not set(found["track_id"]) & set(ids[1:50])
    of_genre = index.recommend(like_genre=row["track_genre"], k=5, genres=[row["track_genre"]])
    assert all(row["track_genre"] in genres for genres in of_genre["genres"])
    assert index.recommend(targets={"energy": 0.9}, k=3).shape[0] == 3
    calm = index.recommend(like_features={"energy": 0.1, "tempo": 70, "genres": [row["track_genre"]]}, k=3)
    assert calm.shape[0] == 3


def test_reasons_add_up(index, ids):
    found = index.recommend(ids[2], 4, profile="classic", why=True)
    for row in found:
        assert isinstance(row["why"], str)
        assert math.isclose(sum(row["contributions"].values()), row["similarity"], abs_tol=1e-6)


def test_what_cannot_be_asked_is_said(index, ids):
    for asked, problem in [
        ({}, "a seed or a target is needed"),
        ({"like": ids[0], "diversity": 2}, "0 to 1 was wanted"),
        ({"like": ids[0], "ranges": {"energy": (0.9, 0.1)}}, "no energy is at least"),
        ({"like": ids[0], "unlike": ids[0]}, "both to be like and to be unlike"),
        ({"like": ids[0], "targets": {"bpm": 3}}, "bpm"),
        ({"unlike": ids[0]}, "at least one to be like"),
    ]:
        with pytest.raises(segue.QueryError, match=problem) as raised:
            index.recommend(**asked)
        assert isinstance(raised.value, ValueError)
    for asked in [{"like": 3}, {"like": ids[0], "ranges": {"energy": 0.5}}, {"like": ids[0], "targets": [1]}]:
        with pytest.raises(TypeError):
            index.recommend(**asked)
    with pytest.raises(OverflowError):
        index.recommend(ids[0], -1)


def test_an_unknown_track_is_told_with_the_nearest(index, ids):
    title = max((index[id]["track_name"] for id in ids[:50]), key=len)
    with pytest.raises(segue.UnknownTrack, match="no track matches") as raised:
        index.recommend("zzqx " + title[:12])
    assert isinstance(raised.value, KeyError)
    assert str(raised.value).startswith("no track")
    assert isinstance(raised.value.nearest, list)
    with pytest.raises(segue.UnknownTrack, match="not in this catalogue of 3,000 tracks"):
        index["x" * 22]
    with pytest.raises(segue.UnknownTrack, match="artist"):
        index.recommend(like_artist="Nobody At All")
    assert "x" not in index and 3 not in index


def test_many_are_as_each_alone(index, ids):
    numpy, pandas, polars, pyarrow = needs("numpy"), needs("pandas"), needs("polars"), needs("pyarrow")
    for profile in index.profiles:
        many = index.recommend_many(ids[:300], 6, profile=profile)
        lists = {}
        for row in many:
            lists.setdefault(row["source_id"], []).append((row["rank"], row["track_id"], row["similarity"]))
        for id in ids[:300]:
            alone = index.recommend(id, 6, profile=profile)
            assert lists[id] == list(zip(alone["rank"], alone["track_id"], alone["similarity"], strict=True))
    expected = index.recommend_many(ids[:9], 2).to_dicts()
    for source in [
        iter(ids[:9]),
        (id for id in ids[:9]),
        tuple(ids[:9]),
        polars.DataFrame({"x": range(9), "track_id": ids[:9]}),
        polars.Series("anything", ids[:9]).to_frame(),
        polars.Series("anything", ids[:9]),
        pandas.Series(ids[:9]),
        pandas.Series(ids[:9], dtype="category"),
        pandas.DataFrame({"track_id": ids[:9]}),
        pyarrow.array(ids[:9]),
        pyarrow.chunked_array([ids[:4], ids[4:9]]),
        numpy.array(ids[:9]),
        pyarrow.table({"track_id": pyarrow.array(ids[:9]).dictionary_encode()}),
    ]:
        assert index.recommend_many(source, 2).to_dicts() == expected
    assert index.recommend(pyarrow.array(ids[:2]), 2).to_dicts() == index.recommend(ids[:2], 2).to_dicts()
    named = index.recommend_many(ids[:3], 2, titles=True)
    assert named["artists"] == [index[id]["artists"] for id in named["track_id"]]
    assert named["track_name"] == [index[id]["track_name"] for id in named["track_id"]]


def test_ids_that_are_missing(index, ids):
    asked = [ids[0], "nope", ids[1]]
    with pytest.raises(segue.UnknownTrack, match="nope"):
        index.recommend_many(asked, 2)
    assert index.recommend_many(asked, 2, missing="skip")["source_id"] == [ids[0]] * 2 + [ids[1]] * 2
    row = index.recommend_many(asked, 2, missing="null").to_dicts()[2]
    assert row == {"source_id": "nope", "rank": None, "track_id": None, "similarity": None}
    pyarrow = needs("pyarrow")
    for given in [[ids[0], None], [ids[0], float("nan")], pyarrow.table({"track_id": [ids[0], None]})]:
        assert index.recommend_many(given, 1, missing="skip")["source_id"] == [ids[0]]
        assert index.recommend_many(given, 1, missing="null")["source_id"] == [ids[0], None]
        with pytest.raises(segue.QueryError, match="an id is missing"):
            index.recommend_many(given, 1)
    for wrong in [ids[0], [3], 3]:
        with pytest.raises(TypeError):
            index.recommend_many(wrong)
    with pytest.raises(ValueError, match="raise, skip or null"):
        index.recommend_many(asked, missing="ignore")
    assert index.recommend_many([], 5).shape == (0, 4)
    assert index.recommend_many(ids[:5], 0).shape == (0, 4)


def test_search_pages_and_kinds(index):
    first = index.search("the", 5)
    assert first.shape[0] == 5
    assert index.search("the", 2, offset=3)["track_id"] == first["track_id"][3:]
    assert index.search("the", 3, match="regex")["track_id"] == index.search("the", 3, match="contains")["track_id"]
    assert index.search("the", 5, all_releases=True).shape[0] == 5
    assert index.search("zzzzqqqq").shape[0] == 0
    with pytest.raises(ValueError, match="ranked, contains or regex"):
        index.search("the", match="fuzzy")
    with pytest.raises(segue.QueryError):
        index.search("(", match="regex")


def test_paths_lead_from_one_to_the_other(index, ids):
    path = index.path_between(ids[0], ids[40], 5)
    assert (path["track_id"][0], path["track_id"][-1]) == (ids[0], ids[40])
    assert path["similarity"][0] == 1
    with pytest.raises(segue.QueryError):
        index.path_between(ids[0], ids[0])


def test_saved_and_opened_it_answers_the_same(catalogue, ids, tmp_path):
    index = segue.Index.build(catalogue, ["segue", "classic"])
    before = index.recommend(ids[3], 5).to_dicts()
    assert (index.path, index.checksum) == (None, None)
    index.verify()
    index.save(tmp_path / "a.segue")
    opened = segue.open(str(tmp_path / "a.segue"), verify=True)
    assert index.checksum == opened.checksum and len(opened.checksum) > 8
    assert opened.recommend(ids[3], 5).to_dicts() == before == index.recommend(ids[3], 5).to_dicts()
    assert opened.catalogue.report["counts"]["tracks"] == 3000
    opened.verify()
    # What was opened before answers on when another replaces it, and says so when it is to be verified.
    segue.Index.build(segue.demo(300)).save(tmp_path / "a.segue")
    assert opened.recommend(ids[3], 5).to_dicts() == before
    with pytest.raises(segue.IndexFileError, match="another index by now"):
        opened.verify()


def test_folders_that_are_no_index(tmp_path, saved):
    with pytest.raises(FileNotFoundError):
        segue.open(tmp_path / "nothing")
    with pytest.raises(segue.IndexFileError, match="manifest"):
        segue.open(tmp_path)
    (tracks,) = saved.glob("generation-*/tracks.arrow")
    content = bytearray(tracks.read_bytes())
    content[len(content) // 2] ^= 1
    tracks.write_bytes(content)
    with pytest.raises(segue.IndexFileError):
        segue.open(saved, verify=True)
    tracks.write_bytes(content[:-10])
    with pytest.raises(segue.IndexFileError):
        segue.open(saved)


def test_files_that_change_under_an_open_index_are_noticed(saved, ids):
    index = segue.open(saved)
    (vectors,) = saved.glob("generation-*/segue/vectors.arrow")
    vectors.write_bytes(vectors.read_bytes())
    with pytest.raises(segue.IndexFileError):
        index.recommend(ids[0])
    with pytest.raises(segue.IndexFileError):
        index.recommend_many(ids[:3])


TRUNCATED = """
import os, sys, pathlib, segue
index = segue.open(sys.argv[1])
ids = index.catalogue.to_frame()["track_id"]
for path in pathlib.Path(sys.argv[1]).glob("generation-*/**/*.arrow"):
    os.truncate(path, 10)
asked = [
    lambda: index.recommend(ids[0]), lambda: index.recommend_many(ids), lambda: index[ids[0]], lambda: ids[0] in index,
    lambda: index.search("the"), lambda: index.resolve(ids[0]), lambda: index.path_between(ids[0], ids[9]),
]
for ask in asked:
    try:
        ask()
    except segue.SegueError:
        continue
    print("no error")
print("alive")
"""


def test_files_that_are_cut_off_under_an_open_index_are_errors(saved):
    done = subprocess.run([sys.executable, "-c", TRUNCATED, str(saved)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_a_graph_appears_when_it_is_complete(index, tmp_path):
    polars = needs("polars")
    index.graph(tmp_path / "graph.parquet", 4, profile="classic")
    graph = polars.read_parquet(tmp_path / "graph.parquet")
    assert graph.shape == (12_000, 4)
    assert [path.name for path in tmp_path.iterdir()] == ["graph.parquet"]
    with pytest.raises(OSError):
        index.graph(tmp_path / "no folder" / "graph.parquet", 4)
    # Of a link the target is replaced, and what is no file is written to.
    (tmp_path / "link.parquet").symlink_to(tmp_path / "target.parquet")
    (tmp_path / "target.parquet").touch()
    index.graph(tmp_path / "link.parquet", 4, profile="classic")
    assert (tmp_path / "link.parquet").is_symlink()
    assert (tmp_path / "target.parquet").read_bytes() == (tmp_path / "graph.parquet").read_bytes()
    os.mkfifo(tmp_path / "pipe")
    with open(tmp_path / "copy.parquet", "wb") as copy:
        reader = subprocess.Popen(["cat", tmp_path / "pipe"], stdout=copy)
        index.graph(tmp_path / "pipe", 4, profile="classic")
        assert reader.wait(60) == 0
    assert (tmp_path / "copy.parquet").read_bytes() == (tmp_path / "graph.parquet").read_bytes()


def test_vectors_are_the_memory_of_the_index(index, ids):
    numpy = needs("numpy")
    vectors = index.vectors("classic")
    assert vectors.shape == (3000, 16) and vectors.dtype == numpy.float32
    assert len(index.feature_names("classic")) == 16
    assert len(index.feature_names()) == index.vectors().shape[1]
    with pytest.raises(ValueError):
        vectors[0, 0] = 1
    found = index.recommend(ids[0], 1, profile="classic")
    place = ids.index(found["track_id"][0])
    assert math.isclose(vectors[0] @ vectors[place], found["similarity"][0], abs_tol=1e-6)
    # The memory outlives the index.
    made = segue.Index.build(segue.demo(300), "classic")
    vectors = made.vectors()
    total = float(vectors.sum())
    del made
    assert float(vectors.sum()) == total


def test_profiles_are_checked(tmp_path):
    for wrong in [{"name": "Mine"}, {"name": "segue", "weights": {"energy": 1}}, {"name": "a", "weights": {"x": 1}}]:
        with pytest.raises(segue.QueryError):
            segue.Profile(**wrong)
    mine = segue.Profile("mine", {"energy": 2, "genres": 1})
    mine.save(tmp_path / "mine.json")
    assert segue.Profile.load(tmp_path / "mine.json") == mine
    with pytest.raises(FileNotFoundError):
        segue.Profile.load(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(segue.QueryError, match="bad.json"):
        segue.Profile.load(tmp_path / "bad.json")
    with pytest.raises(segue.UnknownProfile, match="segue and classic"):
        segue.Index.build(segue.demo(300), "jazzy")
    assert segue.Index.build(segue.demo(300), [mine, "classic"]).profiles == ["mine", "classic"]
    with pytest.raises(segue.QueryError, match="at least one"):
        segue.Index.build(segue.demo(300), [])
    with pytest.raises(segue.QueryError, match="twice"):
        segue.Index.build(segue.demo(300), [mine, mine])


def playlists(ids):
    rows = (f"{place // 12},{id}" for place, id in enumerate(ids[:240]))
    return "playlist_id,track_id\n" + "\n".join(rows) + "\n"


def test_profiles_are_evaluated_on_playlists(index, ids, tmp_path):
    polars = needs("polars")
    text = playlists(ids)
    (tmp_path / "lists.csv").write_text(text)
    measured = segue.evaluate(index, tmp_path / "lists.csv")
    assert measured["profile"][0] == "segue" and "precision@10" in measured["measure"]
    assert "20 playlists" in measured.note
    table = polars.read_csv(text.encode())
    assert table.schema["playlist_id"].is_integer()
    assert segue.evaluate(index, table).to_dicts() == measured.to_dicts()
    assert segue.evaluate(index, text.encode()).to_dicts() == measured.to_dicts()
    with pytest.raises(segue.InputError, match="playlist"):
        segue.evaluate(index, polars.DataFrame({"x": [1]}))
    with pytest.raises(segue.InputError):
        segue.evaluate(index, ids[0].encode())
    with pytest.raises(FileNotFoundError):
        segue.evaluate(index, tmp_path / "none.csv")


def test_a_profile_is_trained(ids):
    catalogue = segue.demo(400)
    ids = catalogue.to_frame()["track_id"]
    trained = segue.train(catalogue, playlists(ids).encode(), name="ours")
    assert trained.name == "ours" and trained.weights
    assert segue.Index.build(catalogue, trained).profiles == ["ours"]
    with pytest.raises(segue.QueryError):
        segue.train(catalogue, playlists(ids).encode(), name="Not a name")


def test_frames_are_shown_and_handed_over(index, ids):
    pandas, polars, pyarrow = needs("pandas"), needs("polars"), needs("pyarrow")
    found = index.recommend(ids[0], 30)
    assert repr(found).splitlines()[0].split()[:2] == ["rank", "similarity"]
    assert repr(found).endswith("30 rows x 11 columns, the first 20 shown")
    assert found.to_pandas()["track_id"].tolist() == found["track_id"]
    assert found.to_polars()["track_id"].to_list() == found["track_id"]
    assert found.to_arrow().column("similarity").to_pylist() == found["similarity"]
    assert pyarrow.table(found).num_rows == polars.DataFrame(found).height == len(pandas.DataFrame(found.to_dicts()))
    assert list(found) == found.to_dicts()
    assert len(found) == 30
    with pytest.raises(KeyError, match="no column"):
        found["nope"]
    assert index.search("zzzzqqqq").to_pandas().shape[0] == 0
    for frame in [found, index.search("zzzzqqqq"), index.recommend(ids[0], 2, why=True)]:
        again = pickle.loads(pickle.dumps(frame))
        assert (again.to_dicts(), again.columns, again.note) == (frame.to_dicts(), frame.columns, frame.note)


def test_html_is_text_and_never_markup():
    row = "1,<script>alert(1)</script>,A & B,<b>,\"x\"\"y\""
    csv = f"track_id,track_name,artists,album_name,track_genre,energy\n{row},0.5\n2,Two,B,C,d,0.7\n".encode()
    mine = segue.Profile("mine", {"energy": 1})
    catalogue = segue.read(csv, profiles=mine)
    index = segue.Index.build(catalogue, mine)
    shown = index.search("script")._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "A &amp; B" in shown
    assert shown.count("<tr>") == 2
    for other in [catalogue, index]:
        assert "<b>" in other._repr_html_()
        assert repr(other).startswith("<segue.")


def test_one_track_is_a_catalogue():
    mine = segue.Profile("mine", {"energy": 1})
    index = segue.Index.build(b"track_id,track_name,artists,energy\n1,One,A,0.5\n", mine)
    found = index.recommend("1")
    assert found.shape[0] == 0
    assert index.recommend_many(["1"], 3).shape == (0, 4)
