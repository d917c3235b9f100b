"""An evening's playlist from a file of tracks and a song to begin with.

    python evening.py spotify.csv "God's Plan - Drake"
"""

import sys
from collections.abc import Mapping

import segue


def evening(index: segue.Index, song: str, tempo: float = 100, k: int = 20) -> segue.Frame:
    """Tracks like a song, slower than most, no artist twice in a row."""
    wanted: Mapping[str, float] = {"tempo": tempo}
    return index.recommend(song, k, targets=wanted, per_artist=2, spaced=True, why=True)


def main(path: str, song: str) -> int:
    index = segue.Index.build(path)
    try:
        tracks = evening(index, song)
    except segue.UnknownTrack as unknown:
        print(unknown, file=sys.stderr)
        return 1
    for row in tracks:
        print(f"{row['rank']:>2}  {row['track_name']} by {', '.join(row['artists'])}: {row['why']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
