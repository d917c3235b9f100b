"""The notebook's own results, computed independently, through both interfaces."""

import json

import numpy as np
import pytest
from having import needs, shared

import segue

TOLERANCE = 1e-6


@pytest.fixture(scope="module")
def golden():
    return json.loads(shared("golden/neighbours.json").read_text())


def agree(seed, found, wanted):
    """Similarities agree, and the order does wherever those that are wanted differ by more than the tolerance."""
    assert len(found) == len(wanted), seed
    for (_, similarity), (_, expected) in zip(found, wanted, strict=True):
        assert abs(similarity - expected) <= TOLERANCE, seed
    start = 0
    for end in range(1, len(wanted)):
        if wanted[end - 1][1] - wanted[end][1] > TOLERANCE:
            assert sorted(id for id, _ in found[start:end]) == sorted(id for id, _ in wanted[start:end]), seed
            start = end


def test_recommendations_are_the_notebooks(spotify, golden):
    assert len(golden) == 300
    for case in golden:
        wanted = case["neighbours"]
        found = spotify.recommend(case["seed"], len(wanted), profile="classic")
        agree(case["seed"], list(zip(found["track_id"], found["similarity"], strict=True)), wanted)


def test_many_at_once_are_the_notebooks(spotify, golden):
    k = len(golden[0]["neighbours"])
    found = spotify.recommend_many([case["seed"] for case in golden], k, profile="classic")
    lists = {}
    for row in found:
        lists.setdefault(row["source_id"], []).append((row["track_id"], row["similarity"]))
    for case in golden:
        agree(case["seed"], lists[case["seed"]], case["neighbours"])


def test_the_estimator_gives_the_notebooks_neighbours(spotify, golden):
    needs("sklearn")
    from segue.neighbors import NearestNeighbors

    table = spotify.catalogue.to_frame()
    columns = ["danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness"]
    columns += ["valence", "tempo", "duration_ms", "popularity", "mode", "key", "time_signature"]
    features = np.array([table[column] for column in columns], dtype=float).T
    energy, loudness, valence, tempo = (features[:, columns.index(c)] for c in ["energy", "loudness", "valence", "tempo"])
    features = np.column_stack([features, energy * valence, tempo / (np.abs(loudness) + 1e-6)])
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    ids = table["track_id"]
    places = {id: place for place, id in enumerate(ids)}
    neighbours = NearestNeighbors(21).fit(scaled)
    for case in golden:
        wanted, place = case["neighbours"], places[case["seed"]]
        distances, indices = neighbours.kneighbors(scaled[place : place + 1], len(wanted) + 1)
        found = [(ids[i], 1 - d) for d, i in zip(distances[0], indices[0], strict=True) if i != place]
        agree(case["seed"], found[: len(wanted)], wanted)


def test_search_is_the_notebooks(spotify):
    for case in json.loads(shared("golden/search.json").read_text()):
        found = spotify.search(case["query"], len(case["first"]), match="contains")
        assert [row["track_id"] for row in found] == [first[0] for first in case["first"]], case["query"]


def test_gods_plan(spotify):
    found = spotify.recommend("6DCZcSspjsKoFjzjrWoCdn", 2, profile="classic")
    assert found["track_name"] == ["Just Friends", "Gangsta's Paradise"]
    assert found["similarity"] == pytest.approx([0.955187, 0.947709], abs=TOLERANCE)
    assert spotify.resolve("God's Plan - Drake") == "6DCZcSspjsKoFjzjrWoCdn"


def test_counts_are_the_notebooks():
    counts = segue.read(shared("data/spotify.csv")).report["counts"]
    assert (counts["rows"], counts["unique"], counts["tracks"], counts["rejected"]) == (114_000, 89_741, 89_740, 0)
