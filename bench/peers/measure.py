"""Shared by the benchmarks: Segue as a process, its index as arrays, and child processes with time and peak memory.

Every process that is measured here gets an environment without the variables that tell OpenBLAS to pick kernels
for another processor: they would slow numpy, and with it Segue's peers, down.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def clean_environment() -> dict:
    """The environment of a child, without the variables that slow it or set its number of threads."""
    left_out = (*SLOWING, *ONE_THREAD, "RAYON_NUM_THREADS", "SEGUE_INDEX")
    return {name: value for name, value in os.environ.items() if name not in left_out}


def restart_in_clean_environment() -> None:
    """Libraries read these variables when they are loaded, so this process starts over without them.

    One thread is the default of every library in it; what uses more says so.
    """
    wanted = clean_environment() | ONE_THREAD
    if os.environ.get("SEGUE_PEERS_CLEAN") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], wanted | {"SEGUE_PEERS_CLEAN": "1"})


def seed_rows(tracks: int, queries: int) -> np.ndarray:
    """The rows that `segue bench` asks about: query i about row i * stride mod tracks.

    The stride is the smallest whole number above 0.618 * tracks with no divisor in common with tracks.
    """
    stride = tracks * 618 // 1000 + 1
    while np.gcd(stride, tracks) != 1:
        stride += 1
    return np.arange(min(queries, tracks), dtype=np.int64) * stride % tracks


class Index:
    """An index on disk: the vectors and ids that Segue answers from."""

    def __init__(self, path: str):
        self.vectors = self.vectors_of(path)
        self.ids = self._table(path, "tracks.arrow").column("track_id").to_pylist()

    @classmethod
    def vectors_of(cls, path: str, profile: str = "classic") -> np.ndarray:
        """The vectors of a profile: tracks x dimension, single precision, mapped."""
        column = cls._table(path, f"{profile}/vectors.arrow").column(0).combine_chunks()
        return column.flatten().to_numpy().reshape(-1, column.type.list_size)

    @classmethod
    def tracks_of(cls, path: str) -> pa.Table:
        """The columns of the tracks."""
        return cls._table(path, "tracks.arrow")

    @staticmethod
    def _table(path: str, name: str) -> pa.Table:
        manifest = json.loads((Path(path) / "manifest.json").read_text())
        file = Path(path) / f"generation-{manifest['generation']}" / name
        with pa.memory_map(str(file)) as source:
            return pa.ipc.open_file(source).read_all()


def segue_bench(segue: str, index: str, queries: int, k: int) -> dict:
    """What `segue bench` measures, in a process of its own."""
    words = [segue, "bench", "--profile", "classic", "-i", index, "-k", str(k), "--queries", str(queries), "--format", "json"]
    return json.loads(subprocess.run(words, check=True, capture_output=True, env=clean_environment()).stdout)


def child(words: list, output: str | None = None) -> tuple[float, float]:
    """Seconds and peak memory (MB) of a process, from its start to its end. `output` names a file for what it says.

    Linux counts what the parent held at the fork towards the peak of the child, so a small process stands between.
    """
    between = (
        "import os, sys, time\n"
        "begun = time.perf_counter()\n"
        "pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ,\n"
        "    file_actions=[(os.POSIX_SPAWN_OPEN, 1, sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])\n"
        "_, status, usage = os.wait4(pid, 0)\n"
        "print(time.perf_counter() - begun, usage.ru_maxrss * 1024 / 1e6)\n"
        "sys.exit(os.waitstatus_to_exitcode(status))\n"
    )
    words = [sys.executable, "-S", "-E", "-c", between, output or os.devnull, *map(str, words)]
    ran = subprocess.run(words, check=True, capture_output=True, text=True, env=clean_environment())
    seconds, megabytes = map(float, ran.stdout.split())
    return seconds, megabytes


def timed(run) -> float:
    """Microseconds of one call."""
    begun = time.perf_counter_ns()
    run()
    return (time.perf_counter_ns() - begun) / 1e3


def fastest(run, times: int = 3) -> float:
    """Microseconds of the fastest of some calls: what else the machine does can only make a call slower.

    `segue bench` times its batches in the same way.
    """
    return min(timed(run) for _ in range(times))


def median(numbers) -> float:
    return statistics.median(numbers)


def machine() -> dict:
    """The processor and the number of cores, on which the figures depend."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return {"processor": model, "cores": os.cpu_count(), "python": platform.python_version()}
