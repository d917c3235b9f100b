"""The libraries that Segue is compared with, each behind two methods: one query, and a batch. All on one thread.

Every library is asked for k + 1 and the seed is dropped by its row, as Segue does it. Exact ones are FAISS's flat
index and scikit-learn's brute force; the others are graphs (HNSW) whose breadth of search `ef` is set to the
smallest of `BREADTHS` that reaches the recall `WANTED`.
"""

import os
import tempfile
import time

import faiss
import hnswlib
import numpy as np
import voyager
from sklearn.neighbors import NearestNeighbors
from usearch.index import Index as USearch

WANTED = 0.999
BREADTHS = (11, 12, 14, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 96, 128, 192, 256, 384, 512)
# A graph that does not connect all tracks may never reach WANTED; then a recall this close to its best is enough.
CLOSE = 0.0005
CONNECTIONS = 32
CONSTRUCTION = 200
# A result counts as correct if it is as similar as the true k-th, within this tolerance.
TOLERANCE = 1e-6


class Truth:
    """The similarity of the k-th nearest of each seed, from all similarities in double precision."""

    def __init__(self, vectors: np.ndarray, seeds: np.ndarray, k: int):
        self.vectors, self.seeds, self.k = vectors.astype(np.float64), seeds, k
        self.least = np.empty(len(seeds))
        for start in range(0, len(seeds), 100):
            rows = seeds[start : start + 100]
            similarity = self.vectors[rows] @ self.vectors.T
            similarity[np.arange(len(rows)), rows] = -np.inf
            self.least[start : start + 100] = -np.partition(-similarity, k - 1, axis=1)[:, k - 1]

    def recall(self, found) -> float:
        """The share of the wanted results that were found, ties counted alike. `found`: k rows for each seed."""
        right = 0
        for seed, least, rows in zip(self.seeds, self.least, found):
            rows = np.unique(rows).astype(np.int64)
            right += int((self.vectors[rows] @ self.vectors[seed] >= least - TOLERANCE).sum())
        return right / (self.k * len(self.seeds))


def without_seed(rows: np.ndarray, seeds: np.ndarray, k: int) -> list:
    """The first k rows of each line, without the seed."""
    return [[row for row in line if row != seed][:k] for line, seed in zip(rows, seeds)]


class Flat:
    name, version, exact = "FAISS IndexFlatIP", faiss.__version__, True

    def __init__(self, vectors):
        faiss.omp_set_num_threads(1)
        self.index = faiss.IndexFlatIP(vectors.shape[1])
        self.index.add(vectors)
        self.bytes = vectors.nbytes

    def one(self, query, k):
        return self.index.search(query[None], k + 1)[1][0]

    def batch(self, queries, k):
        return self.index.search(queries, k + 1)[1]


class Brute:
    name, exact = "scikit-learn brute, cosine", True
    # Slow, so it is measured on fewer seeds, one by one and in a batch.
    singles, batched = 100, 200

    def __init__(self, vectors):
        import sklearn

        self.version = sklearn.__version__
        self.index = NearestNeighbors(metric="cosine", algorithm="brute").fit(vectors)
        self.bytes = vectors.nbytes

    def one(self, query, k):
        return self.index.kneighbors(query[None], k + 1, return_distance=False)[0]

    def batch(self, queries, k):
        return self.index.kneighbors(queries, k + 1, return_distance=False)


class Graph:
    """Base class of the HNSW libraries. Graphs are built on all cores; only searching is compared."""

    exact = False
    wanted = WANTED

    def __init__(self, vectors):
        begun = time.perf_counter()
        self.build(vectors)
        self.build_seconds = time.perf_counter() - begun
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "index")
            self.save(path)
            self.bytes = os.path.getsize(path)

    def save(self, path):
        self.index.save(path)

    def tune(self, vectors, truth, k):
        """Sets the least breadth that reaches the wanted recall; if none does, the least that is close to the best."""
        recalls = {}
        for self.ef in BREADTHS:
            self.breadth(self.ef)
            found = without_seed(self.batch(vectors[truth.seeds], k), truth.seeds, k)
            recalls[self.ef] = truth.recall(found)
            if recalls[self.ef] >= self.wanted:
                return
        best = max(recalls.values())
        self.ef = next(ef for ef, recall in recalls.items() if recall >= best - CLOSE)
        self.breadth(self.ef)


class HnswLib(Graph):
    name, version = "hnswlib", "0.8.0"

    def build(self, vectors):
        self.index = hnswlib.Index("ip", vectors.shape[1])
        self.index.init_index(len(vectors), ef_construction=CONSTRUCTION, M=CONNECTIONS, random_seed=1)
        self.index.add_items(vectors, num_threads=os.cpu_count())
        self.index.set_num_threads(1)

    def save(self, path):
        self.index.save_index(path)

    def breadth(self, ef):
        self.index.set_ef(ef)

    def one(self, query, k):
        return self.index.knn_query(query, k + 1, num_threads=1)[0][0]

    def batch(self, queries, k):
        return self.index.knn_query(queries, k + 1, num_threads=1)[0]


class HnswLibCoarse(HnswLib):
    """hnswlib at its fastest with a lower recall that is often good enough."""

    name, wanted = "hnswlib, coarse", 0.95


class USearchGraph(Graph):
    name, version = "usearch", "2.26.6"

    def build(self, vectors):
        self.index = USearch(
            ndim=vectors.shape[1], metric="ip", dtype="f32", connectivity=CONNECTIONS, expansion_add=CONSTRUCTION
        )
        self.index.add(np.arange(len(vectors)), vectors, threads=os.cpu_count())

    def breadth(self, ef):
        self.index.expansion_search = ef

    def one(self, query, k):
        return self.index.search(query, k + 1, threads=1).keys

    def batch(self, queries, k):
        return self.index.search(queries, k + 1, threads=1).keys


class Voyager(Graph):
    name, version = "voyager", "2.2.3"

    def build(self, vectors):
        self.index = voyager.Index(
            voyager.Space.Cosine, vectors.shape[1], M=CONNECTIONS, ef_construction=CONSTRUCTION, random_seed=1
        )
        self.index.add_items(vectors, num_threads=os.cpu_count())

    def breadth(self, ef):
        self.query_ef = ef

    def one(self, query, k):
        return self.index.query(query, k + 1, num_threads=1, query_ef=max(self.query_ef, k + 1))[0]

    def batch(self, queries, k):
        return self.index.query(queries, k + 1, num_threads=1, query_ef=max(self.query_ef, k + 1))[0]


ALL = (Flat, Brute, HnswLib, HnswLibCoarse, USearchGraph, Voyager)
