"""Segue beside its peers on one machine, in one run: a Markdown table on standard output, figures as JSON.

    python compare.py --csv spotify.csv --index spotify.segue --segue target/dist/segue --json peers.json

Everything is measured in rounds in which each takes its turn, so that what else the machine does meets all alike.
A figure is the median over the rounds (of batches: of the fastest of a few runs), a ratio the median of the ratios
within the rounds. Segue is measured by
`segue bench`, its peers through their Python interfaces, over the same seeds; both on one thread, unless the table
says otherwise.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import measure

measure.restart_in_clean_environment()

import faiss  # noqa: E402
import numpy as np  # noqa: E402
from sklearn.neighbors import NearestNeighbors  # noqa: E402
from threadpoolctl import threadpool_limits  # noqa: E402

import libraries  # noqa: E402
from libraries import Truth, without_seed  # noqa: E402

# The seeds of the sample whose time is scaled up to the whole catalogue.
SAMPLE = 2000
GRAPH_K = 50


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def segue_recall(args, index: measure.Index, seeds: np.ndarray, truth: Truth) -> float:
    """Of what `segue recommend --batch` answers, by the same measure as its peers."""
    rows = {track_id: row for row, track_id in enumerate(index.ids)}
    words = [args.segue, "recommend", "-i", args.index, "-k", str(args.k), "--batch", "-"]
    ids = "".join(f"{index.ids[seed]}\n" for seed in seeds)
    ran = subprocess.run(words, input=ids, capture_output=True, text=True, check=True, env=measure.clean_environment())
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    return truth.recall([[rows[track["track_id"]] for track in answer["recommendations"]] for answer in answers])


def searches(args, index: measure.Index) -> list:
    """One query at a time, and a batch: Segue and every library, on one thread."""
    vectors = np.array(index.vectors)
    seeds = measure.seed_rows(len(vectors), args.queries)
    queries, k = vectors[seeds], args.k
    truth = Truth(vectors, seeds, k)
    segue = {"name": "Segue", "exact": True, "recall": segue_recall(args, index, seeds, truth)}
    peers = []
    for library in libraries.ALL:
        peer = library(vectors)
        if not peer.exact:
            peer.tune(vectors, truth, k)
        say(f"{peer.name}: ready, ef {getattr(peer, 'ef', None)}")
        row = {"name": peer.name, "version": peer.version, "exact": peer.exact, "ef": getattr(peer, "ef", None)}
        row["recall"] = truth.recall(without_seed(peer.batch(queries, k), seeds, k))
        row["bytes_per_track"] = peer.bytes / len(vectors)
        row["build_s"] = getattr(peer, "build_seconds", None)
        peers.append((peer, row))
    rounds = []
    for number in range(args.rounds):
        bench = measure.segue_bench(args.segue, args.index, args.queries, k)
        segue["bench"] = bench
        figures = {"Segue": (bench["single_median_us"], bench["batch_one_thread_us_per_query"])}
        for peer, row in peers:
            few = queries[: getattr(peer, "singles", len(queries))]
            peer.one(few[0], k)
            single = measure.median(measure.timed(lambda query=query: peer.one(query, k)) for query in few)
            many = queries[: getattr(peer, "batched", len(queries))]
            figures[row["name"]] = (single, measure.fastest(lambda: peer.batch(many, k)) / len(many))
        rounds.append(figures)
        say(f"round {number + 1} of {args.rounds}: " + ", ".join(f"{n} {s:.1f}/{b:.1f}" for n, (s, b) in figures.items()))
    segue["version"] = subprocess.run([args.segue, "--version"], capture_output=True, text=True).stdout.split()[-1]
    segue["bytes_per_track"] = segue["bench"]["vectors_bytes_per_track"] + segue["bench"]["search_bytes_per_track"]
    rows = [segue, *(row for _, row in peers)]
    for row in rows:
        for at, what in enumerate(("single", "batch")):
            row[f"{what}_us"] = measure.median(figures[row["name"]][at] for figures in rounds)
            row[f"{what}_times_segue"] = measure.median(figures[row["name"]][at] / figures["Segue"][at] for figures in rounds)
            for other in ("FAISS IndexFlatIP", "hnswlib"):
                ratios = (figures[other][at] / figures[row["name"]][at] for figures in rounds)
                row[f"{what}_{other.split()[0].lower()}_times_this"] = measure.median(ratios)
    return rows


def processes(args, index: measure.Index) -> list:
    """Whole processes from start to end, at the threads that they take by themselves: one track's ten."""
    track = index.ids[measure.seed_rows(len(index.ids), 2)[1]]
    here = os.path.dirname(os.path.abspath(__file__))
    imports = "import pandas, sklearn.neighbors, sklearn.preprocessing"
    runs = {
        "the notebook (pandas, scikit-learn)": [sys.executable, os.path.join(here, "notebook.py"), args.csv, track],
        "of which: Python and its imports": [sys.executable, "-c", imports],
        "`segue recommend -i spotify.csv`": [args.segue, "recommend", "-q", "--profile", "classic", "-i", args.csv, "--id", track],
        "`segue recommend -i INDEX`": [args.segue, "recommend", "-q", "-i", args.index, "--id", track],
    }
    rounds = [{name: measure.child(words) for name, words in runs.items()} for _ in range(args.rounds + 1)][1:]
    notebook = next(iter(runs))
    return [
        {
            "name": name,
            "seconds": measure.median(figures[name][0] for figures in rounds),
            "peak_mb": measure.median(figures[name][1] for figures in rounds),
            "notebook_times_this": measure.median(figures[notebook][0] / figures[name][0] for figures in rounds),
        }
        for name in runs
    ]


def graph(args, index: measure.Index) -> list | None:
    """The neighbours of every track: Segue does it, its peers a sample, scaled. All cores. None if Segue cannot."""
    if subprocess.run([args.segue, "graph", "--help"], capture_output=True).returncode != 0:
        say("this segue has no command `graph`: not measured")
        return None
    vectors = np.array(index.vectors)
    queries, cores = vectors[measure.seed_rows(len(vectors), SAMPLE)], os.cpu_count()
    scale = len(vectors) / len(queries)
    brute = NearestNeighbors(metric="cosine", algorithm="brute", n_jobs=cores).fit(vectors)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    rounds = []
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(cores):
        faiss.omp_set_num_threads(cores)
        words = [args.segue, "graph", "-q", "-i", args.index, "-k", str(GRAPH_K), "-o", f"{folder}/graph.parquet"]
        for _ in range(args.rounds):
            seconds, megabytes = measure.child(words)
            rounds.append({
                "`segue graph`, whole process, file written": seconds,
                "FAISS IndexFlatIP, scaled": measure.fastest(lambda: flat.search(queries, GRAPH_K + 1)) / 1e6 * scale,
                "scikit-learn brute, scaled": measure.fastest(lambda: brute.kneighbors(queries, GRAPH_K + 1), 2) / 1e6 * scale,
            })  # fmt: skip
        faiss.omp_set_num_threads(1)
    own_name = next(iter(rounds[0]))
    return [
        {
            "name": name,
            "seconds": measure.median(figures[name] for figures in rounds),
            "times_segue": measure.median(figures[name] / figures[own_name] for figures in rounds),
            "peak_mb": megabytes if name == own_name else None,
        }
        for name in rounds[0]
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", required=True, help="the file that the index was built from")
    parser.add_argument("--index", required=True, help="the index")
    parser.add_argument("--segue", default="target/dist/segue", help="the command")
    parser.add_argument("--json", default="peers.json", help="where the figures go")
    parser.add_argument("-k", type=int, default=10)
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    args.segue = os.path.abspath(args.segue)
    index = measure.Index(args.index)
    tracks, dimension = index.vectors.shape
    results = {
        "machine": measure.machine(), "tracks": tracks, "dimension": dimension, "k": args.k, "queries": args.queries,
        "rounds": args.rounds, "processes": processes(args, index), "graph_k": GRAPH_K, "graph_sample": SAMPLE,
        "searches": searches(args, index), "graph": graph(args, index),
    }  # fmt: skip
    with open(args.json, "w") as out:
        json.dump(results, out, indent=1)
        out.write("\n")
    import report

    print(report.peers(results))


if __name__ == "__main__":
    main()
