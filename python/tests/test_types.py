"""The stubs are what is there, and the examples are typed."""

import subprocess
import sys
from pathlib import Path

from having import needs

ROOT = Path(__file__).resolve().parents[2]


def run(folder, *arguments):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_stubs_are_what_is_there(tmp_path):
    needs("mypy")
    needs("sklearn")
    run(tmp_path, "-m", "mypy.stubtest", "segue", "--concise", "--mypy-config-file", str(ROOT / "pyproject.toml"))


def test_the_examples_are_typed(tmp_path):
    needs("mypy")
    examples = [str(path) for path in sorted((ROOT / "python/examples").glob("*.py"))]
    assert examples
    run(tmp_path, "-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml"), *examples)
