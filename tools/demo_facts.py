#!/usr/bin/env python3
"""Prints crates/segue-demo/src/genres.rs: what the generated catalogue knows about real music.

    python tools/demo_facts.py spotify.csv > crates/segue-demo/src/genres.rs

`spotify.csv` is the Spotify Tracks Dataset (Maharshi Pandya, 2022; Kaggle
`maharshipandya/-spotify-tracks-dataset`, ODbL 1.0; sha256 b202fa49909b2d5c...). Only statistics
leave this script: counts, shares, curves and correlations, never a row, a title or a name.
Needs pandas and numpy. What each number means is said in crates/segue-demo/src/facts.rs.
"""

import sys
from statistics import NormalDist

import numpy as np
import pandas as pd

# name, units in 1.0 of its root, root (a feature's curve is kept in this root of it), can be heaped at 0
FEATURES = [
    ("danceability", 1000, 1, False),
    ("energy", 1000, 1, False),
    ("loudness", 100, 1, False),
    ("speechiness", 1000, 2, False),
    ("acousticness", 1000, 2, False),
    ("instrumentalness", 1000, 3, True),
    ("liveness", 1000, 2, False),
    ("valence", 1000, 1, False),
    ("tempo", 10, 1, False),
    ("duration_ms", 0.01, 1, False),
    ("popularity", 10, 1, True),
]
NAMES = [name for name, *_ in FEATURES]
RECORDING = [name for name in NAMES if name != "popularity"] + ["mode", "key", "time_signature"]
KNOTS = np.array([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
SHARED_AT_LEAST = 5  # tracks: pairs of genres that share fewer are folded into the others
ENOUGH = 50  # tracks: a genre with fewer of its own is described by all that are listed under it


def normal_scores(values):
    """The standard normal deviate of each value's rank; equal values get equal scores."""
    ranks = values.rank(method="average")
    levels = (ranks - 0.5) / len(values)
    return levels.map(NormalDist().inv_cdf)


def curve(values, unit, root, heaped):
    """The value at each knot of a broken line from normal deviates to values, by least squares.

    Where many values are exactly 0 they say only "0 or less": the line is fitted as a censored one,
    so that it may run below 0, and what it says there becomes 0.
    """
    values = np.sort(values.to_numpy(float))
    count = len(values)
    deviates = np.array([NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)])
    segment = np.clip(np.searchsorted(KNOTS, deviates) - 1, 0, len(KNOTS) - 2)
    along = (deviates - KNOTS[segment]) / np.diff(KNOTS)[segment]
    basis = np.zeros((count, len(KNOTS)))
    basis[np.arange(count), segment] = 1 - along
    basis[np.arange(count), segment + 1] = along

    rooted = np.sign(values) * np.abs(values) ** (1 / root)
    target = rooted
    for _ in range(30 if heaped else 1):
        knots = np.linalg.lstsq(basis, target, rcond=None)[0]
        target = np.where(rooted == 0, np.minimum(basis @ knots, 0), rooted) if heaped else rooted
    return [int(k) for k in np.round(np.maximum.accumulate(knots) * unit)]


def loadings(scores, artist, album):
    """How much of each feature is the artist's, the album's and the track's own (squares add to 1).

    From the mean product of the scores of two tracks: of one artist on different albums, and of one
    album. Each artist (album) counts once for each of its tracks.
    """

    def pair_sums(key):
        groups = scores.groupby(key)
        size = groups.size()
        return (groups.sum() ** 2 - (scores**2).groupby(key).sum()), size * (size - 1), size

    products, pairs, _ = pair_sums(album)
    owner = artist.groupby(album).first()
    within_products, within_pairs = products.groupby(owner).sum(), pairs.groupby(owner).sum()
    all_products, all_pairs, size = pair_sums(artist)
    across_pairs = (all_pairs - within_pairs) / size
    of_artist = ((all_products - within_products).div(size, axis=0)).sum() / across_pairs.sum()
    size = artist.groupby(album).size()
    of_album = products.div(size, axis=0).sum() / (pairs / size).sum()
    of_artist, of_album = of_artist / scores.var(), of_album / scores.var()
    own = 1 - of_album
    return [np.sqrt(share.clip(0)) for share in (of_artist, of_album - of_artist, own)]


def correlations(scores, spread, parts):
    """The correlations of the scores within genres, which each of the three parts is to have.

    A genre counts as much as its tracks differ: where all have the same energy, energy's part in the
    correlation is noise. Where two features are the artist's in different degree, a sum of parts is
    correlated less than the parts are: made up for here.
    """
    weighted = scores * spread
    within = (weighted.T @ weighted) / (spread.T @ spread)
    within /= np.sqrt(np.outer(np.diag(within), np.diag(within)))
    return within / sum(np.outer(part, part) for part in parts)


def per(scale, share):
    return int(round(scale * float(share)))


def shares(column, values, scale):
    return [per(scale, (column == value).mean()) for value in values]


def shared_with(rows, order):
    """For each genre, the genres that its tracks are also listed under: (genre, per 10,000 tracks)."""
    place = {genre: number for number, genre in enumerate(order)}
    first = rows.drop_duplicates("track_id").set_index("track_id").track_genre
    repeats = rows[rows.duplicated("track_id")]
    counts = repeats.groupby([repeats.track_id.map(first), repeats.track_genre]).size()
    result = {genre: [] for genre in order}
    for genre, links in counts.groupby(level=0):
        kept = links[links >= SHARED_AT_LEAST]
        scale = 10_000 * links.sum() / max(kept.sum(), 1) / (first == genre).sum()
        result[genre] = sorted((place[other], min(round(n * scale), 10_000)) for (_, other), n in kept.items())
    return result


def main(path):
    rows = pd.read_csv(path, keep_default_na=False)
    order = list(rows.track_genre.drop_duplicates())
    tracks = rows.drop_duplicates("track_id")
    tracks = tracks[tracks.track_name != ""]
    tracks = tracks.assign(
        artist=tracks.artists.str.split(";").str[0],
        rerelease=tracks.duplicated(RECORDING),
    )
    also = shared_with(rows, order)

    print("//! The facts, genre by genre: printed by tools/demo_facts.py, not written by hand. See `facts`.")
    print()
    print("use super::facts::{Genre, Pooled};")
    print()
    print("/// The genres in the order of the file. Each line: see [`Genre`].")
    print("#[rustfmt::skip]")
    print(f"pub(super) static GENRES: [Genre; {len(order)}] = [")
    for genre in order:
        own = tracks[tracks.track_genre == genre]
        known = own if len(own) >= ENOUGH else rows[rows.track_genre == genre].assign(rerelease=False)
        sounding = known[known.tempo > 0]
        first_artists = known.artists.str.split(";").str[0].nunique()
        curves = [curve(sounding[name], unit, root, heaped) for name, unit, root, heaped in FEATURES]
        print(
            f'    Genre {{ name: "{genre}", tracks: {len(own)},'
            f" artists: {per(1000, first_artists / len(known))},"
            f" guests: {per(1000, known.artists.str.contains(';').mean())},"
            f" copies: {per(1000, known.rerelease.mean())},"
            f" explicit: {per(1000, known.explicit.mean())},"
            f" major: {per(1000, known['mode'].mean())},"
            f" metre: {shares(known.time_signature, [0, 1, 3, 5], 1000)},"
            f" curves: {curves},"
            f" also: &{also[genre]} }},"
        )
    print("];")

    sounding = tracks[(tracks.tempo > 0) & ~tracks.rerelease]
    scores = sounding.groupby("track_genre")[NAMES].transform(normal_scores)
    artist = sounding.track_genre + "\n" + sounding.artist
    parts = loadings(scores, artist, artist + "\n" + sounding.album_name)
    spread = sounding.groupby("track_genre")[NAMES].transform("std")
    cholesky = np.linalg.cholesky(correlations(scores.to_numpy(), spread.to_numpy(), parts))

    def decimals(values):
        return "[" + ", ".join(f"{value:.4f}" for value in values) + "]"

    print()
    print("/// What holds within every genre. See [`Pooled`].")
    print("#[rustfmt::skip]")
    print("pub(super) static POOLED: Pooled = Pooled {")
    print("    cholesky: [")
    for line in cholesky:
        print(f"        {decimals(line)},")
    print("    ],")
    for field, part in zip(["artist", "album", "own"], parts):
        print(f"    {field}: {decimals(part)},")
    keys = [shares(tracks.key[tracks["mode"] == mode], range(12), 10_000) for mode in (0, 1)]
    print(f"    keys: {keys},")
    print("};")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
