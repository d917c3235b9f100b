"""Segue from Python against its peers, on the vectors of the real data set.

    pip install . -r bench/python/requirements.txt
    python bench/python/bench.py ../shared/data/spotify.csv [-o figures.json]

Every row is one comparison: both sides run by turns in this process, with the same threads, and the medians are
compared. Answers are compared first. The notebook's cleaning by pandas is what its figure is for: drop duplicates, drop
missing values.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

# Before the libraries are imported, since they read it then: all sides have one thread, unless a row says otherwise.
for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[variable] = "1"

import faiss
import numpy as np
import pandas
import polars
import sklearn
from sklearn.neighbors import NearestNeighbors as Scikit

import segue
from segue.neighbors import NearestNeighbors

SINGLE = 400
BATCH = 2000
K = 10


def seconds(work, least=0.02):
    """The seconds of one call, of as many as fill the least time."""
    calls, begun = 0, time.perf_counter()
    while True:
        work()
        calls += 1
        passed = time.perf_counter() - begun
        if passed >= least:
            return passed / calls


def pair(ours, theirs, turns):
    """The medians of both, by turns."""
    ours(), theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(turns)]
    return statistics.median(a for a, _ in times), statistics.median(b for _, b in times)


def by_turns(queries):
    """Takes one query after the other."""
    at = iter(range(sys.maxsize))
    return lambda: queries[(n := next(at) % len(queries)) : n + 1]


def cleaned_by_pandas(path):
    frame = pandas.read_csv(path)
    return frame.drop_duplicates(subset="track_id").dropna()


def import_seconds(statement):
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - begun


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("tracks", help="the Spotify Tracks Dataset")
    arguments.add_argument("--segue", default="target/release/segue", help="the command")
    arguments.add_argument("-o", "--output", help="a file for the figures, as JSON")
    arguments = arguments.parse_args()

    faiss.omp_set_num_threads(1)
    segue.set_threads(1)
    index = segue.Index.build(arguments.tracks, "classic")
    vectors = np.ascontiguousarray(index.vectors())
    random = np.random.default_rng(0)
    chosen = random.choice(len(vectors), SINGLE, replace=False)
    # Near tracks, but not tracks: what is asked for is in no catalogue.
    near = vectors[chosen] + random.normal(0, 0.02, (SINGLE, vectors.shape[1])).astype(np.float32)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    rows = random.choice(len(vectors), BATCH, replace=False)
    many = vectors[rows] + random.normal(0, 0.02, (BATCH, vectors.shape[1])).astype(np.float32)
    many /= np.linalg.norm(many, axis=1, keepdims=True)

    figures = []

    def report(what, peer, mine, other):
        figures.append({"what": what, "peer": peer, "segue_s": mine, "peer_s": other, "ratio": other / mine})
        print(f"{what:<46} {peer:<28} {mine * 1e6:>12.1f} us {other * 1e6:>14.1f} us {other / mine:>8.2f} x", flush=True)

    def row(what, peer, ours, theirs, turns=15):
        report(what, peer, *pair(ours, theirs, turns))

    # The answers first.
    cosine = NearestNeighbors(K, n_jobs=1).fit(vectors)
    brute = Scikit(n_neighbors=K, metric="cosine", algorithm="brute", n_jobs=1).fit(vectors)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    distances, _ = cosine.kneighbors(many)
    assert np.allclose(distances, 1 - flat.search(many, K)[0], atol=1e-5)
    assert np.allclose(distances[:100], brute.kneighbors(many[:100])[0], atol=1e-5)

    print(f"{'':<46} {'':<28} {'segue':>15} {'peer':>17}")
    next_ = by_turns(near)
    row("kneighbors of one vector", "scikit-learn brute", lambda: cosine.kneighbors(next_()), lambda: brute.kneighbors(next_()))
    row("kneighbors of one vector", "FAISS flat", lambda: cosine.kneighbors(next_()), lambda: flat.search(next_(), K))
    row(f"kneighbors of {BATCH:,}", "FAISS flat", lambda: cosine.kneighbors(many), lambda: flat.search(many, K), 7)

    euclidean = NearestNeighbors(K, metric="euclidean", n_jobs=1).fit(vectors)
    for algorithm in ["kd_tree", "ball_tree", "brute"]:
        scikit = Scikit(n_neighbors=K, algorithm=algorithm, n_jobs=1).fit(vectors)
        wanted = scikit.kneighbors(many[:200])[0]
        assert np.allclose(euclidean.kneighbors(many[:200])[0], wanted, atol=1e-6)
        some = many[:200]
        row("euclidean kneighbors of 200", f"scikit-learn {algorithm}", lambda: euclidean.kneighbors(some),
            lambda scikit=scikit: scikit.kneighbors(some), 7)  # fmt: skip

    # All seeds of `segue bench` are distinct rows, in another order than the catalogue's; so are these.
    ids = index.catalogue.to_frame()["track_id"]
    ids = [ids[row * 49_999 % len(ids)] for row in range(len(ids))]
    with tempfile.TemporaryDirectory() as folder:
        index.save(os.path.join(folder, "index"))
        command = [arguments.segue, "bench", "-i", index.path, "--queries", str(len(ids)), "--format", "json"]
        times = []
        for _ in range(3):
            ours = statistics.median(seconds(lambda: index.recommend_many(ids, K)) for _ in range(5))
            told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            times.append((ours, told["batch_one_thread_us_per_query"] * 1e-6 * len(ids)))
    report(f"recommend_many of {len(ids):,} ids", "neighbours_of in Rust", *(statistics.median(t) for t in zip(*times)))

    segue.set_threads(None)
    path = arguments.tracks
    row("read", "polars.read_csv", lambda: segue.read(path), lambda: polars.read_csv(path), 7)
    row("read", "pandas, cleaned as the notebook", lambda: segue.read(path), lambda: cleaned_by_pandas(path), 5)

    begun = statistics.median(import_seconds("pass") for _ in range(15))
    imported = statistics.median(import_seconds("import segue") for _ in range(15))
    figures.append({"what": "import", "segue_s": imported, "peer_s": begun})
    print(f"import: {(imported - begun) * 1e3:.1f} ms over the start of Python")

    versions = {"faiss": faiss.__version__, "numpy": np.__version__, "pandas": pandas.__version__}
    versions |= {"polars": polars.__version__, "scikit-learn": sklearn.__version__, "python": platform.python_version()}
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    if arguments.output:
        with open(arguments.output, "w") as file:
            json.dump({"versions": versions, "figures": figures}, file, indent=1)


if __name__ == "__main__":
    main()
