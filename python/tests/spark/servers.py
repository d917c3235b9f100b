"""Servers of Spark and Sail on loopback, as other processes, and what is to be known of processes.

Ports are free ones. Whoever starts a server stops it, with all the processes that it started.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

# Serves small heaps and short lives best.
JAVA_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"


def environment(python, folder):
    """The environment of a server: it listens on loopback, runs this Python, and writes below a folder."""
    return os.environ | {
        "JDK_JAVA_OPTIONS": JAVA_OPTIONS,
        "PYSPARK_PYTHON": str(python),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


@contextlib.contextmanager
def running(command, log, env):
    """A process with a group of its own, which is stopped at the end."""
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=out, stderr=subprocess.STDOUT, env=env, start_new_session=True
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait(condition, what, seconds=90):
    """What a condition gives once it is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return found


def said(log, pattern):
    """Waits until a server has written something to its log."""
    return wait(lambda: re.search(pattern, Path(log).read_text(errors="replace")), f"{pattern} in {log}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def cluster(spark_home, python, folder):
    """A standalone cluster: a master and two workers with one core each. Gives its URL."""
    spark_class = spark_home / "bin" / "spark-class"
    env = environment(python, folder)
    log = folder / "master.log"
    master = [spark_class, "org.apache.spark.deploy.master.Master"]
    place = ["--host", "127.0.0.1", "--port", 0, "--webui-port", 0]
    with contextlib.ExitStack() as started:
        started.enter_context(running(master + place, log, env))
        url = said(log, r"Starting Spark master at (spark://\S+)")[1]
        worker = [spark_class, "org.apache.spark.deploy.worker.Worker", *place, "--cores", 1, "--memory", "1g"]
        for name in ("worker-1", "worker-2"):
            command = [*worker, "--work-dir", folder / name, url]
            started.enter_context(running(command, folder / f"{name}.log", env))
        for name in ("worker-1", "worker-2"):
            said(folder / f"{name}.log", "Successfully registered with master")
        yield url


@contextlib.contextmanager
def connect(spark_home, python, folder):
    """A server of Spark Connect. Gives its URL."""
    port = free_port()
    command = [spark_home / "bin" / "spark-submit", "--master", "local[2]", "--conf", "spark.ui.enabled=false"]
    command += ["--conf", "spark.connect.grpc.binding.address=127.0.0.1"]
    command += ["--conf", f"spark.connect.grpc.binding.port={port}"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    log = folder / "connect.log"
    with running(command, log, environment(python, folder)):
        said(log, "Spark Connect server started")
        yield f"sc://127.0.0.1:{port}"


@contextlib.contextmanager
def sail(python, folder):
    """A server of Sail. Gives its URL."""
    port = free_port()
    command = [python, "-m", "pysail", "spark", "server", "--ip", "127.0.0.1", "--port", port]
    log = folder / "sail.log"
    with running(command, log, os.environ.copy()):
        said(log, "Starting the Spark Connect server")
        wait(lambda: _listens(port), "Sail")
        yield f"sc://127.0.0.1:{port}"


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def processes(word):
    """The processes with a word in their command, by their numbers, with the numbers of their parents."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if word in (folder / "cmdline").read_text():
                found[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    return found


def executors(app):
    """The JVMs of an application's executors."""
    # A worker starts an executor itself, without a shell between.
    return [pid for pid in processes(app) if "CoarseGrainedExecutorBackend" in Path(f"/proc/{pid}/cmdline").read_text()]


def python_workers(app):
    """The Python workers of an application: children of the daemons, which are children of the executors."""
    daemons = processes("pyspark.daemon")
    jvms = executors(app)
    return [pid for pid, parent in daemons.items() if parent in daemons and daemons[parent] in jvms]


def peak_memory(pid):
    """The most memory that a process has had at a time, in bytes: pages of mapped files are counted."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) * 1024
