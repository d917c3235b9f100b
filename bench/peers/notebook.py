"""The notebook that Segue grew out of, as one process: read, clean, standardise, ask for one track's ten.

    python notebook.py spotify.csv TRACK_ID
"""

import sys

import pandas as pd
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

FEATURES = [
    "danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness",
    "valence", "tempo", "duration_ms", "popularity", "mode", "key", "time_signature",
]  # fmt: skip


def main(path: str, track_id: str) -> None:
    tracks = pd.read_csv(path).drop_duplicates(subset="track_id", keep="first").dropna().reset_index(drop=True)
    features = tracks[FEATURES].copy()
    features["energy_valence"] = features["energy"] * features["valence"]
    features["tempo_loudness_ratio"] = features["tempo"] / (features["loudness"].abs() + 1e-6)
    scaled = StandardScaler().fit_transform(features)
    model = NearestNeighbors(metric="cosine", algorithm="brute").fit(scaled)
    seed = tracks.index[tracks["track_id"] == track_id][0]
    distances, rows = model.kneighbors(scaled[[seed]], n_neighbors=11)
    found = [(row, 1 - distance) for row, distance in zip(rows[0], distances[0]) if row != seed][:10]
    for rank, (row, similarity) in enumerate(found, 1):
        track = tracks.iloc[row]
        print(rank, f"{similarity:.6f}", track["track_name"], track["artists"], track["track_genre"], sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
