"""What the documentation shows is run: docs/python.md, the docstrings, and the notebook."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from having import SHARED, needs

import segue

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A folder with spotify.csv: the real one where it is there, otherwise a generated catalogue."""
    monkeypatch.chdir(tmp_path)
    real = SHARED / "data/spotify.csv"
    if real.exists():
        os.symlink(real, "spotify.csv")
    else:
        pandas = needs("pandas")
        frame = segue.demo(5000).to_frame().to_pandas().drop(columns="genres")
        # The examples ask for a song that everybody knows.
        frame.loc[0, ["track_name", "artists", "track_genre"]] = ["God's Plan", "Drake", "jazz"]
        frame.loc[1, ["track_name", "artists", "track_genre"]] = ["One Dance", "Drake", "techno"]
        assert isinstance(frame, pandas.DataFrame)
        frame.to_csv("spotify.csv", index=False)


def test_the_examples_of_the_guide_run(data):
    for module in ["pandas", "polars", "pyarrow", "sklearn"]:
        needs(module)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(), re.DOTALL)
    assert len(blocks) >= 10
    names = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"docs/python.md, example {number}", "exec"), names)
    assert Path("neighbours.parquet").exists()


@pytest.mark.parametrize(("module", "least"), [("segue", 11), ("segue.neighbors", 1)])
def test_the_examples_of_docstrings_run(module, least):
    needs("sklearn")
    found = __import__(module, fromlist=["_"])
    public = [(name, getattr(found, name)) for name in found.__all__ if name != "__version__"]
    # Without a module to belong to, so that what is compiled is looked through too.
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [test for name, value in public for test in finder.find(value, name, module=False)]
    examples += finder.find(found.__doc__, module, module=False, globs={})
    examples = [test for test in examples if test.examples]
    assert len(examples) >= least
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    told = []
    for example in examples:
        runner.run(example, out=told.append)
    assert runner.failures == 0, "".join(told)


def test_what_is_public_is_documented():
    for name in segue.__all__:
        value = getattr(segue, name)
        assert name == "__version__" or value.__doc__, name
        if isinstance(value, type) and value.__module__ == "segue":
            for method, attribute in vars(value).items():
                if callable(attribute) and not method.startswith("_"):
                    assert attribute.__doc__, f"{name}.{method}"


def test_the_notebook_runs(data):
    for module in ["nbclient", "nbformat", "ipykernel", "matplotlib"]:
        needs(module)
    import nbclient
    import nbformat

    notebook = nbformat.read(ROOT / "python/examples/notebook.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "is kept without outputs"
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": os.getcwd()}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert any("<table>" in output.get("data", {}).get("text/html", "") for output in shown)


def test_the_script_runs(data):
    script = str(ROOT / "python/examples/evening.py")
    done = subprocess.run([sys.executable, script, "spotify.csv", "God's Plan - Drake"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 20
    done = subprocess.run([sys.executable, script, "spotify.csv", "zzqx no such song"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("no track matches")
