"""What tests need beside the package: without it they are skipped, or fail where everything is to be there."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"


def missing(what):
    """Skip the test for want of something, or fail."""
    if os.environ.get("SEGUE_TEST_ALL") == "1":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing", allow_module_level=True)


def needs(module):
    """Import a module that a test can do without."""
    try:
        return __import__(module)
    except ImportError:
        missing(module)


def shared(path):
    """A file of the real data."""
    path = SHARED / path
    if not path.exists():
        missing(path)
    return path
