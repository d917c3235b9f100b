"""The estimator against scikit-learn's own, and against brute force."""

import copy
import pickle

import numpy as np
import pytest
from having import needs

needs("sklearn")

from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neighbors import NearestNeighbors as Scikit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from segue.neighbors import NearestNeighbors

METRICS = ["cosine", "euclidean", "inner_product"]
TOLERANCE = 1e-6


def distances_of(metric, queries, points):
    """Every distance, naively, in double precision."""
    queries, points = np.asarray(queries, float), np.asarray(points, float)
    if metric == "euclidean":
        return np.sqrt(((queries[:, None] - points[None]) ** 2).sum(-1))
    products = queries @ points.T
    if metric == "inner_product":
        return -products
    lengths = np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(points, axis=1)[None]
    return 1 - np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)


@pytest.fixture(scope="module")
def points():
    random = np.random.default_rng(0)
    centres = random.normal(size=(20, 16)) * 3
    return centres[random.integers(20, size=1500)] + random.normal(size=(1500, 16))


@pytest.fixture(scope="module")
def queries(points):
    return points[:40] + np.random.default_rng(1).normal(size=(40, 16)) * 0.3


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("metric", METRICS)
def test_neighbours_are_those_of_brute_force(metric, dtype, points, queries):
    points, queries = points.astype(dtype), queries.astype(dtype)
    estimator = NearestNeighbors(7, metric=metric).fit(points)
    expected = distances_of(metric, queries, points)
    distances, indices = estimator.kneighbors(queries)
    assert (distances.dtype, indices.dtype, distances.shape) == (np.float64, np.int64, (40, 7))
    scale = np.abs(expected).max()
    np.testing.assert_allclose(distances, np.sort(expected, axis=1)[:, :7], atol=TOLERANCE * scale)
    np.testing.assert_allclose(distances, np.take_along_axis(expected, indices, 1), atol=TOLERANCE * scale)
    # Each point without itself.
    of_itself = distances_of(metric, points, points)
    np.fill_diagonal(of_itself, np.inf)
    distances, indices = estimator.kneighbors()
    np.testing.assert_allclose(distances, np.sort(of_itself, axis=1)[:, :7], atol=TOLERANCE * np.abs(expected).max())
    assert not (indices == np.arange(len(points))[:, None]).any()
    # One by one as all at once.
    one = np.vstack([estimator.kneighbors(query[None])[1] for query in queries])
    assert (one == estimator.kneighbors(queries, return_distance=False)).all()


@pytest.mark.parametrize("metric", METRICS)
def test_a_radius_is_kept_to(metric, points, queries):
    estimator = NearestNeighbors(metric=metric, radius=0.5).fit(points)
    expected = distances_of(metric, queries, points)
    radius = float(np.quantile(expected, 0.02))
    distances, indices = estimator.radius_neighbors(queries, radius)
    for row, (of_row, found) in enumerate(zip(distances, indices, strict=True)):
        sure = set(np.flatnonzero(expected[row] < radius - 1e-5))
        maybe = set(np.flatnonzero(expected[row] <= radius + 1e-5))
        assert sure <= set(found) <= maybe
        assert (np.diff(of_row) >= 0).all()
        assert len(set(found)) == len(found)
    graph = estimator.radius_neighbors_graph(queries, radius, mode="distance")
    assert graph.shape == (40, 1500) and graph.nnz == sum(map(len, indices))
    mine = estimator.radius_neighbors(radius=radius, return_distance=False)
    assert all(row not in found for row, found in enumerate(mine))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_it_is_scikit_learns_in_every_method(metric, points, queries):
    ours = NearestNeighbors(5, metric=metric).fit(points)
    theirs = Scikit(n_neighbors=5, metric=metric, algorithm="brute").fit(points)
    for asked in [queries, None]:
        for mode in ["connectivity", "distance"]:
            mine, other = ours.kneighbors_graph(asked, mode=mode), theirs.kneighbors_graph(asked, mode=mode)
            assert issparse(mine) and mine.format == other.format and abs(mine - other).max() < TOLERANCE
        found, wanted = ours.radius_neighbors(asked, 0.3), theirs.radius_neighbors(asked, 0.3, sort_results=True)
        assert [len(row) for row in found[1]] == [len(row) for row in wanted[1]]


@pytest.mark.parametrize("metric", METRICS)
def test_it_passes_the_checks_of_scikit_learn(metric):
    results = check_estimator(NearestNeighbors(metric=metric), on_fail=None)
    failed = [(result["check_name"], result["exception"]) for result in results if result["status"] == "failed"]
    assert not failed
    skipped = {result["check_name"] for result in results if result["status"] == "skipped"}
    own = check_estimator(Scikit(), on_fail=None)
    assert skipped == {result["check_name"] for result in own if result["status"] == "skipped"}


def test_it_is_cloned_copied_and_pickled(points, queries):
    fitted = NearestNeighbors(4, metric="euclidean", n_jobs=1).fit(points)
    expected = fitted.kneighbors(queries)
    for made in [copy.copy(fitted), copy.deepcopy(fitted), pickle.loads(pickle.dumps(fitted))]:
        np.testing.assert_array_equal(made.kneighbors(queries), expected)
    # What was fitted stays what it is, whatever becomes of the array and of the parameters.
    given = points.copy()
    kept = NearestNeighbors(4, metric="euclidean").fit(given)
    given[:] = 0
    kept.set_params(metric="cosine", n_jobs=0)
    again = pickle.loads(pickle.dumps(kept)).set_params(n_jobs=None)
    np.testing.assert_array_equal(again.kneighbors(queries), expected)
    fresh = clone(fitted)
    assert fresh.get_params() == fitted.get_params() and not hasattr(fresh, "n_samples_fit_")
    assert pickle.loads(pickle.dumps(fresh)).get_params() == fitted.get_params()


def test_it_works_in_pipelines_searches_and_classifiers(points):
    scaled = make_pipeline(StandardScaler(), NearestNeighbors(3)).fit(points)
    assert scaled[-1].kneighbors(scaled[:-1].transform(points[:2]))[1].shape == (2, 3)

    def nearness(estimator, X, y=None):
        return -estimator.kneighbors(X)[0].mean()

    search = GridSearchCV(NearestNeighbors(), {"n_neighbors": [9, 1], "metric": ["euclidean"]}, scoring=nearness, cv=3)
    assert search.fit(points).best_params_["n_neighbors"] == 1
    labels = (points[:, 0] > 0).astype(int)
    graph = NearestNeighbors(metric="euclidean").fit(points).kneighbors_graph(points, 10, mode="distance")
    ours = KNeighborsClassifier(5, metric="precomputed").fit(graph, labels)
    theirs = KNeighborsClassifier(5).fit(points, labels)
    assert (ours.predict(graph) == theirs.predict(points)).all()


def test_arrays_of_all_kinds(points, queries):
    expected = NearestNeighbors(3).fit(points.astype(np.float32)).kneighbors(queries.astype(np.float32))[1]
    read_only = queries.copy()
    read_only.flags.writeable = False
    wide = np.zeros((40, 32))
    wide[:, ::2] = queries
    estimator = NearestNeighbors(3).fit(points)
    for given in [read_only, wide[:, ::2], np.asfortranarray(queries), queries.tolist(), queries.astype(np.float32)]:
        assert (estimator.kneighbors(given)[1] == expected).all()
    whole = np.round(points * 10).astype(np.int64)
    of_whole = NearestNeighbors(3, metric="euclidean").fit(whole)
    distances = of_whole.kneighbors(whole[:50])[0]
    np.testing.assert_allclose(distances, np.sort(distances_of("euclidean", whole[:50], whole), axis=1)[:, :3], rtol=1e-12)
    assert NearestNeighbors(3).fit(np.asfortranarray(points)).kneighbors(queries)[1].tolist() == expected.tolist()


def test_tables_have_names(points):
    pandas = needs("pandas")
    frame = pandas.DataFrame(points, columns=[f"f{n}" for n in range(16)])
    estimator = NearestNeighbors(3).fit(frame)
    assert estimator.feature_names_in_.tolist() == frame.columns.tolist()
    assert estimator.kneighbors(frame[:2])[1].shape == (2, 3)
    with pytest.raises(ValueError, match="feature names"):
        estimator.kneighbors(frame[:2][frame.columns[::-1]])


def test_precision_survives_a_large_offset():
    random = np.random.default_rng(2)
    points = random.normal(size=(800, 8)) + 1e6
    distances, _ = NearestNeighbors(5, metric="euclidean").fit(points).kneighbors(points[:50])
    expected = np.sort(distances_of("euclidean", points[:50], points), axis=1)[:, :5]
    np.testing.assert_allclose(distances, expected, atol=TOLERANCE)


def test_points_of_all_sizes_and_lengths():
    for scale in [1e-30, 1e30]:
        points = np.random.default_rng(3).normal(size=(300, 4)) * scale
        for metric in METRICS:
            if metric == "inner_product" and scale > 1:
                continue
            distances, _ = NearestNeighbors(3, metric=metric).fit(points).kneighbors(points[:9])
            expected = np.sort(distances_of(metric, points[:9] / scale, points / scale), axis=1)[:, :3]
            power = {"cosine": 1, "euclidean": scale, "inner_product": scale**2}[metric]
            np.testing.assert_allclose(distances, expected * power, atol=1e-5 * power)
    zeros = np.zeros((20, 3))
    assert (NearestNeighbors(2).fit(zeros).kneighbors(zeros)[0] == 1).all()
    assert (NearestNeighbors(2, metric="euclidean").fit(zeros).kneighbors(zeros)[0] == 0).all()
    assert NearestNeighbors(1).fit([[1.0]]).kneighbors([[2.0]])[1].tolist() == [[0]]


def test_what_cannot_be_is_said(points):
    estimator = NearestNeighbors(3).fit(points)
    with_nan = points[:2].copy()
    with_nan[1, 3] = np.nan
    for wrong, problem in [
        (points[:2, :5], "features"),
        (with_nan, "NaN|finite"),
        (np.full((1, 16), np.inf), "inf|finite"),
        (points[0], "2D|2 dimensions"),
        (points[:0], "minimum of 1|0 sample"),
        ([["x"] * 16], "could not convert"),
    ]:
        with pytest.raises(ValueError, match=problem):
            estimator.kneighbors(wrong)
    for k, error in [(0, ValueError), (-1, ValueError), (1501, ValueError), (1.5, TypeError)]:
        with pytest.raises(error, match="n_neighbors"):
            estimator.kneighbors(points[:1], k)
    with pytest.raises(ValueError, match="n_neighbors"):
        estimator.kneighbors(n_neighbors=1500)
    with pytest.raises(ValueError, match="metric is one of"):
        NearestNeighbors(metric="manhattan").fit(points)
    with pytest.raises(ValueError, match="n_jobs"):
        NearestNeighbors(n_jobs=0).fit(points)
    with pytest.raises(ValueError, match="radius"):
        estimator.radius_neighbors(points[:1], np.nan)
    with pytest.raises(ValueError, match="mode"):
        estimator.kneighbors_graph(points[:1], mode="weight")
    for wrong in [with_nan, points[:0], points[0]]:
        with pytest.raises(ValueError):
            NearestNeighbors().fit(wrong)


def test_what_is_returned_can_be_written_to(points):
    distances, indices = NearestNeighbors(3).fit(points).kneighbors(points[:5])
    distances += 1
    indices[0, 0] = 7
