"""Segue on generated catalogues of growing size: what a build takes, and how queries slow down.

    python scale.py --segue target/dist/segue --json scale.json --tracks 90000 1000000 10000000

Every catalogue is written, built, measured by `segue bench` and removed before the next; the largest of the default
sizes needs about 6 GB of disk and of memory. FAISS's flat index holds the same vectors beside it for comparison.
"""

import argparse
import json
import os
import sys
import tempfile

import measure

measure.restart_in_clean_environment()

import faiss  # noqa: E402
import numpy as np  # noqa: E402

# A flat search of millions of tracks is slow, so it is measured on few seeds.
FLAT_QUERIES = 25
K = 10


def flat_search(vectors: np.ndarray) -> float:
    """Microseconds of one query of FAISS's flat index on one thread, the median of a few."""
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    queries = np.array(vectors[measure.seed_rows(len(vectors), FLAT_QUERIES)])
    index.search(queries[:1], K + 1)
    return measure.median(measure.timed(lambda query=query: index.search(query[None], K + 1)) for query in queries)


def catalogue(segue: str, tracks: int, rounds: int, folder: str) -> dict:
    csv, index = os.path.join(folder, "demo.csv"), os.path.join(folder, "demo.segue")
    measure.child([segue, "demo", "-q", "--tracks", tracks, "--out", csv])
    csv_bytes = os.path.getsize(csv)
    builds = [measure.child([segue, "build", "-q", "--profile", "classic", csv, "-o", index]) for _ in range(rounds if tracks < 5e6 else 1)]
    os.remove(csv)
    size = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(index) for name in names)
    benches, flats = [], []
    for _ in range(rounds):
        benches.append(measure.segue_bench(segue, index, 2000, K))
        flats.append(flat_search(measure.Index.vectors_of(index)))
    figures = {
        name: measure.median(bench[name] for bench in benches) if isinstance(value, float) else value
        for name, value in benches[0].items()
        if name != "index"
    }
    return figures | {
        "csv_bytes": csv_bytes,
        "index_bytes": size,
        "build_s": measure.median(seconds for seconds, _ in builds),
        "build_peak_mb": measure.median(megabytes for _, megabytes in builds),
        "faiss_flat_single_us": measure.median(flats),
        "faiss_times_segue": measure.median(flat / bench["single_median_us"] for flat, bench in zip(flats, benches)),
        "scan_times_segue": measure.median(
            bench["scan_median_us"] / bench["single_median_us"] for bench in benches if bench["scan_median_us"]
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segue", default="target/dist/segue", help="the command")
    parser.add_argument("--json", default="scale.json", help="where the figures go")
    parser.add_argument("--tracks", type=int, nargs="+", default=[90_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    segue = os.path.abspath(args.segue)
    sizes = []
    for tracks in args.tracks:
        with tempfile.TemporaryDirectory() as folder:
            sizes.append(catalogue(segue, tracks, args.rounds, folder))
        print(f"{tracks:,} tracks: {json.dumps(sizes[-1])}", file=sys.stderr, flush=True)
    with open(args.json, "w") as out:
        json.dump({"machine": measure.machine(), "rounds": args.rounds, "sizes": sizes}, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
