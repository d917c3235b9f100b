"""Shared by the tests of Python clients. Expectations come from Segue's own API, so any catalogue will do."""

import json
import sys
import urllib.request

RANGES = {
    "acousticness": (0.0, 1.0), "danceability": (0.0, 1.0), "energy": (0.0, 1.0), "instrumentalness": (0.0, 1.0),
    "liveness": (0.0, 1.0), "speechiness": (0.0, 1.0), "valence": (0.0, 1.0), "key": (0, 11), "mode": (0, 1),
    "popularity": (0, 100), "duration_ms": (0, 10_000_000), "time_signature": (0, 7), "loudness": (-60.0, 5.0),
    "tempo": (0.0, 250.0),
}
UNKNOWN = "0" * 22

calls = 0


def base_url() -> str:
    """The base URL of the service, the only argument of a test."""
    return sys.argv[1].rstrip("/")


def native(path: str) -> dict:
    """The response of Segue's own API."""
    with urllib.request.urlopen(base_url() + "/api/v1" + path) as response:
        return json.load(response)


def some_tracks() -> list:
    """Five tracks of the catalogue."""
    return native("/search?q=e&match=contains&k=5")["tracks"]


def features(id: str) -> dict:
    """The audio features and the popularity, from Segue's own API."""
    return native(f"/tracks/{id}")["audio_features"]


def called(result):
    """Counts a call."""
    global calls
    calls += 1
    return result


def is_id(text: str) -> bool:
    return len(text) == 22 and text.isascii() and text.isalnum()
