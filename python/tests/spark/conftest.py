"""What the tests of segue.spark run on. Each needs what its name says: without it, it is skipped, or fails if
SEGUE_TEST_ALL=1. Of Sail, SEGUE_SAIL_PYTHON is the interpreter: its client needs another pyspark than Spark does."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest
import servers
from having import missing

import segue

TRACKS = 2000


def pytest_configure(config):
    config.addinivalue_line("markers", "smoke: one job on Spark and one on Sail")


@pytest.fixture(scope="session")
def spark_home():
    """The folder of a whole pyspark, with Java to run it."""
    if importlib.util.find_spec("pyspark") is None:
        missing("pyspark")
    home = Path(importlib.util.find_spec("pyspark").origin).parent
    if not (home / "jars").is_dir():
        missing("Spark itself, which pyspark-client does not have,")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        missing("Java")
    return home


@pytest.fixture(scope="session")
def sail_python():
    python = os.environ.get("SEGUE_SAIL_PYTHON")
    if not python:
        missing("an interpreter with pysail, which SEGUE_SAIL_PYTHON names,")
    return python


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """An index in a folder that the executors can read."""
    path = tmp_path_factory.mktemp("index") / "demo.segue"
    segue.Index.build(segue.demo(TRACKS)).save(path)
    return path


@pytest.fixture(scope="session")
def index(saved):
    return segue.open(saved)


@pytest.fixture(scope="session")
def ids(index):
    return index.catalogue.to_frame()["track_id"]


@pytest.fixture(scope="session")
def cluster(spark_home, tmp_path_factory):
    with servers.cluster(spark_home, sys.executable, tmp_path_factory.mktemp("cluster")) as url:
        yield url


@pytest.fixture(scope="session")
def spark(cluster, tmp_path_factory):
    """A session on the cluster."""
    from pyspark.sql import SparkSession

    os.environ.update(servers.environment(sys.executable, tmp_path_factory.mktemp("driver")))
    builder = SparkSession.builder.master(cluster).config("spark.ui.enabled", False)
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    # The partitions of what comes from this process; more than cores, so that there is a middle of a job.
    builder = builder.config("spark.default.parallelism", 20)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def connect(spark_home, tmp_path_factory):
    """The URL of a server of Spark Connect."""
    with servers.connect(spark_home, sys.executable, tmp_path_factory.mktemp("connect")) as url:
        yield url


@pytest.fixture(scope="session")
def sail(sail_python, tmp_path_factory):
    """The URL of a server of Sail."""
    with servers.sail(sail_python, tmp_path_factory.mktemp("sail")) as url:
        yield url
