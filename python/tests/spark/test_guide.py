"""Every block of code in docs/spark.md runs, with this machine in the place of clusters and hosts."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import servers

GUIDE = Path(__file__).parents[3] / "docs" / "spark.md"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def music(tmp_path, saved, ids):
    """The folder that the guide calls /mnt/music, and the first block of Python in it as recommend.py."""
    shutil.copytree(saved, tmp_path / "spotify.segue")
    pyarrow.parquet.write_table(pyarrow.table({"track_id": ids[:50]}), tmp_path / "seeds.parquet")
    (tmp_path / "recommend.py").write_text(here(blocks("python")[0], tmp_path))
    return tmp_path


def here(code, music):
    return code.replace("/mnt/music", str(music))


def check_lists(music, index, ids):
    found = pyarrow.parquet.read_table(music / "lists.parquet").to_pylist()
    shutil.rmtree(music / "lists.parquet")
    assert found == index.recommend_many(ids[:50], 10).to_dicts()


def test_the_blocks_of_python_run(spark, music, index, ids):
    names = {}
    for code in blocks("python"):
        # The session of the first block is that of the tests, and there is but one.
        exec(here(code, music), names)
    check_lists(music, index, ids)


@pytest.mark.parametrize("command", [code for code in blocks("sh") if code.startswith("spark-submit")])
def test_the_commands_to_submit_run(command, spark_home, music, index, ids):
    words = shlex.split(command.replace("\\\n", " "))
    words[0] = str(spark_home / "bin" / words[0])
    words[words.index("--master") + 1] = "local[2]"
    words[words.index("--deploy-mode") + 1] = "client"
    words[-1:] = ["--conf", "spark.ui.enabled=false", str(music / "recommend.py")]
    run(words, servers.environment(sys.executable, music))
    check_lists(music, index, ids)


def test_the_command_for_spark_connect_runs(music, connect, index, ids):
    run_remote("sc://spark.example.org:15002", connect, sys.executable, music)
    check_lists(music, index, ids)


def test_the_command_for_sail_runs(music, sail, sail_python, index, ids):
    run_remote("sc://sail.example.org:50051", sail, sail_python, music)
    check_lists(music, index, ids)


def run_remote(named, url, python, music):
    command = next(code for code in blocks("sh") if named in code)
    remote, interpreter, script = command.split()
    assert (interpreter, script) == ("python", "recommend.py")
    name, _, value = remote.partition("=")
    run([python, music / script], os.environ | {name: value.replace(named, url)})


def run(command, env):
    done = subprocess.run([str(word) for word in command], env=env, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
