"""What Spark adds: a cluster of two one-core workers against one process with two threads, on the same machine.

    python bench/python/spark.py ../shared/data/spotify.csv

Both answer the same ids, warm, in turns; the rate of a pair is that of Spark over that of one process. "count" makes the
lists and counts their rows, "parquet" writes them to a Parquet file (one process: by pyarrow; Spark: by its workers).
The time of the processors, summed over all processes, says what Spark costs even if others use the machine as well.
`--memory` measures the peak of a worker's memory instead, with 200,000 and with 2 million ids.
"""

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pyspark
from pyspark.sql import SparkSession

import segue
import segue.spark

sys.path.append(str(Path(__file__).resolve().parents[2] / "python" / "tests" / "spark"))
import servers  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tracks", help="a file of tracks, or a folder with an index")
    parser.add_argument("--ids", type=int, default=200_000)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--profile", default="segue", help="what to build an index by")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--batch", type=int, default=10_000, help="spark.sql.execution.arrow.maxRecordsPerBatch")
    parser.add_argument("--sinks", nargs="+", default=["count", "parquet"], choices=["count", "parquet"])
    parser.add_argument("--memory", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as folder:
        folder = Path(folder)
        path = index_of(given, folder)
        with session(folder, given) as spark:
            measure = memory if given.memory else rates
            figures = measure(spark, path, given, folder)
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), "pyspark": pyspark.__version__}
    print(json.dumps(machine | figures, indent=2))


def index_of(given, folder):
    if os.path.isdir(given.tracks):
        return os.path.abspath(given.tracks)
    path = folder / "index.segue"
    segue.Index.build(given.tracks, given.profile).save(path)
    return path


@contextlib.contextmanager
def session(folder, given):
    servers.JAVA_OPTIONS = "-XX:+UseSerialGC"
    home = Path(pyspark.__file__).parent
    with servers.cluster(home, sys.executable, folder) as url:
        os.environ.update(servers.environment(sys.executable, folder))
        builder = SparkSession.builder.master(url)
        builder = builder.config("spark.ui.enabled", False).config("spark.ui.showConsoleProgress", False)
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.default.parallelism", given.partitions)
        spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", given.batch).getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        try:
            yield spark
        finally:
            spark.stop()


def some_ids(path, n):
    """Ids in no order of the catalogue's, as seeds come; both sides get them in this order."""
    ids = segue.open(path).catalogue.to_frame()["track_id"]
    ids = (ids * -(-n // len(ids)))[:n]
    random.Random(3).shuffle(ids)
    return ids


def rates(spark, path, given, folder):
    index, ids = segue.open(path), some_ids(path, given.ids)
    table = pyarrow.table({"track_id": pyarrow.array(ids)})
    frame = spark.createDataFrame(table).cache()
    assert frame.count() == given.ids and frame.rdd.getNumPartitions() == given.partitions
    lists = segue.spark.recommend(frame, path, given.k)

    def one(sink):
        found = index.recommend_many(table, given.k, threads=2)
        if sink == "parquet":
            pyarrow.parquet.write_table(found.to_arrow(), folder / "one.parquet")
        return len(found)

    def both(sink):
        if sink == "count":
            return lists.count()
        shutil.rmtree(folder / "both.parquet", ignore_errors=True)
        lists.write.parquet(str(folder / "both.parquet"))
        return given.ids * given.k

    figures = {"tracks": len(index), "ids": given.ids, "k": given.k, "batch": given.batch}
    for sink in given.sinks:
        # A JVM is warm after some runs, and the index is in memory after one.
        assert one(sink) == [both(sink) for _ in range(3)][-1]
        pairs = [(times(one, sink), times(both, sink)) for _ in range(given.pairs)]
        alone, spread = zip(*pairs, strict=True)
        figures[sink] = {
            "one process, two threads": middle(alone),
            "two one-core workers": middle(spread),
            "rate of Spark": ratios(pairs, "s"),
            "rate by time of processors": ratios(pairs, "processors, s"),
            "load": os.getloadavg()[0],
        }
    return figures


def middle(several):
    return {unit: round(statistics.median(one[unit] for one in several), 2) for unit in several[0]}


def ratios(pairs, unit):
    each = [alone[unit] / spread[unit] for alone, spread in pairs]
    return {"median": round(statistics.median(each), 3), "each": [round(one, 3) for one in each]}


def times(work, sink):
    start, busy = time.perf_counter(), processors()
    work(sink)
    return {"s": time.perf_counter() - start, "processors, s": processors() - busy}


def processors():
    """The time of processors that this process and all below it have used, in seconds."""
    stats = [stat for stat in map(stat_of, Path("/proc").glob("[0-9]*/stat")) if stat]
    family = {os.getpid()}
    while more := {pid for pid, parent, _ in stats if parent in family} - family:
        family |= more
    return sum(ticks for pid, _, ticks in stats if pid in family) / os.sysconf("SC_CLK_TCK")


def stat_of(path):
    """The number of a process, of its parent, and its ticks in user and system mode."""
    try:
        fields = path.read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return int(path.parent.name), int(fields[1]), int(fields[11]) + int(fields[12])


def memory(spark, path, given, _):
    ids = some_ids(path, 20_000)
    table = pyarrow.table({"track_id": pyarrow.array(ids)})
    figures = {"tracks": len(segue.open(path)), "k": given.k, "batch": given.batch}
    for copies in (10, 100):
        frame = spark.range(copies).crossJoin(spark.createDataFrame(table)).repartition(given.partitions)
        start = time.perf_counter()
        segue.spark.recommend(frame, path, given.k).count()
        taken = time.perf_counter() - start
        workers = servers.python_workers(spark.sparkContext.applicationId)
        peak = max(servers.peak_memory(pid) for pid in workers)
        figures[f"{copies * len(ids):,} ids"] = {"peak of a worker, MiB": peak >> 20, "s": round(taken, 1)}
    return figures


if __name__ == "__main__":
    main()
