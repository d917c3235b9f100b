"""Latency against the number of dimensions: Segue beside FAISS's flat index and hnswlib, on real embeddings.

    python bench/peers/dimensions.py target/dist/segue tracks.parquet

The Parquet file has a column `embedding` (embed.py makes one). Fewer dimensions than it has are its leading principal
axes, scaled to unit length. One thread; a table in Markdown on standard output.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import measure

measure.restart_in_clean_environment()

import faiss  # noqa: E402
import hnswlib  # noqa: E402
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

K = 10
QUERIES = 2_000
SINGLE = 200
ROUNDS = 3
DIMENSIONS = (16, 32, 64, 128, 256)
COLUMN = "embedding"


def projections(vectors: np.ndarray):
    """The leading principal axes in growing numbers, then the vectors as they are."""
    _, _, axes = np.linalg.svd(vectors[:: max(1, len(vectors) // 20_000)], full_matrices=False)
    for dimension in (d for d in DIMENSIONS if d < vectors.shape[1]):
        projected = vectors @ axes[:dimension].T
        yield (projected / np.linalg.norm(projected, axis=1, keepdims=True)).astype(np.float32)
    yield vectors


def build(segue: str, table: pa.Table, vectors: np.ndarray, folder: Path) -> tuple[Path, float]:
    """An index over these vectors, and the seconds that the whole process took."""
    source, index = folder / "tracks.parquet", folder / f"{vectors.shape[1]}.segue"
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    pq.write_table(table.append_column(COLUMN, column), source)
    start = time.perf_counter()
    arguments = [segue, "build", source, "--vector", f"{COLUMN}:raw", "-o", index, "--quiet"]
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
    return index, time.perf_counter() - start


def timed(search, queries: np.ndarray) -> tuple[float, float]:
    """Microseconds of one query, the median, and of a query in a batch."""
    single = []
    for query in queries[:SINGLE]:
        start = time.perf_counter()
        search(query[None])
        single.append(time.perf_counter() - start)
    start = time.perf_counter()
    search(queries)
    return statistics.median(single) * 1e6, (time.perf_counter() - start) / len(queries) * 1e6


def hnsw(vectors: np.ndarray, queries: np.ndarray, truth: np.ndarray):
    """A graph at the smallest breadth that finds 99 % of the neighbours, and its recall.

    `truth` is the similarity of the last true neighbour of each query; what is as similar counts as found.
    """
    graph = hnswlib.Index("ip", vectors.shape[1])
    graph.init_index(len(vectors), M=16, ef_construction=200)
    graph.add_items(vectors, num_threads=-1)
    graph.set_num_threads(1)
    for breadth in (16, 32, 64, 128, 256, 512, 1024):
        graph.set_ef(breadth)
        recall = np.mean(1.0 - graph.knn_query(queries, K + 1)[1] >= truth[:, None] - 1e-6)
        if recall >= 0.99:
            break
    return graph, breadth, recall


def main() -> None:
    segue, source = sys.argv[1:]
    table = pq.read_table(source)
    vectors = table.column(COLUMN).combine_chunks().flatten().to_numpy().reshape(len(table), -1)
    table = table.select(["track_id", "track_name", "artists"])
    print("| dimensions | Segue, one query | FAISS flat | hnswlib | Segue, in a batch | FAISS flat | hnswlib | searched by "
          "| compared | build |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: |")
    for projected in projections(np.ascontiguousarray(vectors)):
        with tempfile.TemporaryDirectory() as folder:
            index, seconds = build(segue, table, projected, Path(folder))
            method = json.loads((index / "manifest.json").read_text())["models"][0]["search"]
            queries = projected[measure.seed_rows(len(projected), QUERIES)]
            faiss.omp_set_num_threads(1)
            flat = faiss.IndexFlatIP(projected.shape[1])
            flat.add(projected)
            graph, breadth, recall = hnsw(projected, queries, flat.search(queries, K + 1)[0][:, K])
            rounds = []
            for _ in range(ROUNDS):
                arguments = [segue, "bench", "-i", index, "-k", str(K), "--format", "json"]
                ours = json.loads(subprocess.run(arguments, check=True, capture_output=True).stdout)
                rounds.append((
                    (ours["single_median_us"], ours["batch_one_thread_us_per_query"]),
                    timed(lambda batch: flat.search(batch, K + 1), queries),
                    timed(lambda batch: graph.knn_query(batch, K + 1), queries),
                ))
            cells = []
            for kind in (0, 1):
                own = statistics.median(times[0][kind] for times in rounds)
                cells.append(f"{own:,.0f} us")
                for peer in (1, 2):
                    theirs = statistics.median(times[peer][kind] for times in rounds)
                    ratio = statistics.median(times[peer][kind] / times[0][kind] for times in rounds)
                    cells.append(f"{theirs:,.0f} us ({ratio:.1f} x)")
            compared = f"{ours['compared_percent']:.2f} %"
            row = [str(projected.shape[1]), *cells, method, compared, f"{seconds:.1f} s"]
            print("|", " | ".join(row), "|", flush=True)
            print(f"hnswlib: ef {breadth}, recall {recall:.4f}", file=sys.stderr)


if __name__ == "__main__":
    main()
