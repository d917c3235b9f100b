"""Compares `segue map` with umap-learn on the same vectors: time, and how many neighbours a layout keeps.

    python -m venv venv && venv/bin/pip install -r bench/map/requirements.txt
    venv/bin/python bench/map/compare.py target/dist/segue spotify.csv --umap umap.npy

umap-learn runs once, with its defaults, which takes minutes; its result and time are kept in the file of `--umap` and used again.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import numpy as np
import pyarrow.ipc
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

K = 15
SAMPLE = 10_000
ROUNDS = 3


def table(index, name):
    generation = json.loads((index / "manifest.json").read_text())["generation"]
    return pyarrow.ipc.open_file(index / f"generation-{generation}" / name).read_all()


def vectors(index):
    column = table(index, "segue/vectors.arrow")["segue"].combine_chunks()
    return column.values.to_numpy().reshape(len(column), -1)


def run_segue(segue, index, folder):
    """The seconds of wall time and of processor time of `segue map`, each round on a fresh copy, and the last layout."""
    seconds, processor = [], []
    for number in range(ROUNDS):
        copy = folder / f"copy{number}.segue"
        shutil.copytree(index, copy)
        before, start = os.times(), time.perf_counter()
        subprocess.run([segue, "map", "-i", copy, "-q"], check=True)
        seconds.append(time.perf_counter() - start)
        after = os.times()
        processor.append(after.children_user + after.children_system - before.children_user - before.children_system)
    places = table(copy, "map.arrow")
    return statistics.median(seconds), statistics.median(processor), np.stack([places["x"], places["y"]], axis=1)


def run_umap(points, path):
    if path and path.exists():
        kept = np.load(path)
        return float(kept["seconds"]), float(kept["processor"]), kept["places"]
    before, start = os.times(), time.perf_counter()
    import umap  # its import compiles nothing yet, but takes seconds that a user waits for

    places = umap.UMAP().fit_transform(points)
    seconds, after = time.perf_counter() - start, os.times()
    processor = after.user + after.system - before.user - before.system
    if path:
        with path.open("wb") as out:
            np.savez(out, seconds=seconds, processor=processor, places=places)
    return seconds, processor, places


def nearest(points, queries, metric):
    """The K nearest of every point, without itself."""
    if metric == "cosine":
        points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
        queries = points
    half = (points**2).sum(axis=1) / 2
    found = np.empty((len(points), K), np.int64)
    for start in range(0, len(points), 1000):
        products = queries[start : start + 1000] @ points.T - half
        rows = np.arange(len(products))
        products[rows, rows + start] = -np.inf
        found[start : start + 1000] = np.argpartition(-products, K, axis=1)[:, :K]
    return found


def kept(high, places):
    """The share of the K nearest that are among the K nearest in the plane, over all points."""
    low = NearestNeighbors(n_neighbors=K + 1).fit(places).kneighbors(places, return_distance=False)
    own = np.arange(len(places))[:, None]
    # Without the point itself, which need not come first among equal places.
    low = np.where(low == own, -1, low)
    full = (low >= 0).all(axis=1)
    low[full, K] = -1
    return (high[:, :, None] == low[:, None, :]).any(axis=2).mean()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("segue")
    arguments.add_argument("tracks")
    arguments.add_argument("--umap", type=pathlib.Path, help="keep the result of umap-learn here")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        index = folder / "tracks.segue"
        subprocess.run([given.segue, "build", given.tracks, "-o", index, "-q", "--profile", "segue"], check=True)
        points = vectors(index)
        results = {
            "segue map": run_segue(given.segue, index, folder),
            "umap-learn": run_umap(points, given.umap),
        }
    sample = np.random.default_rng(0).choice(len(points), min(SAMPLE, len(points)), replace=False)
    metrics = ("euclidean", "cosine")
    high = {metric: nearest(points, points, metric) for metric in metrics}
    print(f"{len(points):,} vectors of {points.shape[1]} dimensions, {os.cpu_count()} cores")
    print("| layout | time | processor | trustworthiness at 15 | cosine | of 15 nearest kept | cosine |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, (seconds, processor, places) in results.items():
        trust = [trustworthiness(points[sample], places[sample], n_neighbors=K, metric=metric) for metric in metrics]
        share = [kept(high[metric], places) for metric in metrics]
        columns = [f"{value:.4f}" for pair in (trust, share) for value in pair]
        print(f"| {name} | {seconds:.1f} s | {processor:.1f} s | " + " | ".join(columns) + " |", flush=True)
    (ours, own, _), (theirs, its, _) = results.values()
    print(f"ratio of times: {theirs / ours:.1f}, of processor times: {its / own:.1f}")


if __name__ == "__main__":
    main()
