"""The same script on classic Spark, Spark Connect and Sail gives the lists and the graph of one machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import servers

JOB = Path(__file__).with_name("job.py")


class Job:
    """What job.py is given, and what it is to write."""

    def __init__(self, folder, saved, index, ids):
        self.folder, self.index, self.wanted = folder, index, [*ids[:300], "unknown"]
        self.ids, self.out, self.path = folder / "ids.parquet", folder / "out", folder / "demo.segue"
        pyarrow.parquet.write_table(pyarrow.table({"track_id": self.wanted}), self.ids)
        shutil.copytree(saved, self.path)

    def run(self, command, env, *more):
        command = [str(part) for part in [*command, JOB, self.ids, self.path, self.out, *more]]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=150)

    def check(self):
        lists = self.index.recommend_many(self.wanted, 10, missing="null").to_dicts()
        assert _read(self.out / "lists") == _in_order(lists)
        self.index.graph(self.folder / "graph.parquet", 5)
        assert _read(self.out / "graph") == _read(self.folder / "graph.parquet")


def _read(path):
    return _in_order(pyarrow.parquet.read_table(path).to_pylist())


def _in_order(rows):
    return sorted(rows, key=lambda row: (row["source_id"], row["rank"] or 0))


@pytest.fixture
def job(tmp_path, saved, index, ids):
    return Job(tmp_path, saved, index, ids)


@pytest.mark.smoke
def test_the_script_runs_on_classic_spark(job, spark_home):
    submit = [spark_home / "bin" / "spark-submit", "--master", "local[2]", "--conf", "spark.ui.enabled=false"]
    done = job.run(submit, servers.environment(sys.executable, job.folder))
    assert done.returncode == 0, done.stderr
    job.check()


def test_the_script_runs_on_spark_connect_and_ships_the_index(job, connect):
    done = job.run([sys.executable], os.environ | {"SPARK_REMOTE": connect}, "--ship")
    assert done.returncode == 0, done.stderr
    assert not job.path.exists()
    job.check()


@pytest.mark.smoke
def test_the_script_runs_on_sail_which_takes_no_archives(job, sail_python, sail):
    done = job.run([sail_python], os.environ | {"SPARK_REMOTE": sail})
    assert done.returncode == 0, done.stderr
    job.check()
    refused = job.run([sail_python], os.environ | {"SPARK_REMOTE": sail}, "--ship")
    assert "this server takes no archives, as Sail does not" in refused.stderr
