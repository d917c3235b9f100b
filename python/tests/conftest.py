"""What the tests share: a generated catalogue, and the real data where it is there."""

import pytest
from having import shared

import segue


@pytest.fixture(scope="session")
def catalogue():
    return segue.demo(3000)


@pytest.fixture(scope="session")
def index(catalogue):
    return segue.Index.build(catalogue, ["segue", "classic"])


@pytest.fixture(scope="session")
def ids(catalogue):
    return catalogue.to_frame()["track_id"]


@pytest.fixture
def saved(tmp_path, catalogue):
    path = tmp_path / "demo.segue"
    segue.Index.build(catalogue, ["segue", "classic"]).save(path)
    return path


@pytest.fixture(scope="session")
def spotify():
    """The index of the real data set."""
    return segue.Index.build(shared("data/spotify.csv"), ["classic", "segue"])
