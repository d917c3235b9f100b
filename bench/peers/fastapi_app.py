"""Segue's peer as a service: what a Python engineer would deploy.

FastAPI answers the same address with the same fields from FAISS's exact flat index over the same vectors; uvicorn runs
it with uvloop and httptools, and orjson writes the answers. INDEX names the index, PROFILE the profile.
"""

import os

import faiss
import numpy as np
import orjson
from fastapi import FastAPI, HTTPException, Response

from measure import Index

FIELDS = [
    "track_id", "track_name", "artists", "album_name", "track_genre", "genres", "popularity", "duration_ms", "explicit",
]

faiss.omp_set_num_threads(1)
vectors = np.ascontiguousarray(Index.vectors_of(os.environ["INDEX"], os.environ["PROFILE"]), dtype=np.float32)
# Hub vectors are scaled down (hubness reduction); as queries all have length 1.
queries = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
index = faiss.IndexFlatIP(vectors.shape[1])
index.add(vectors)
tracks = Index.tracks_of(os.environ["INDEX"]).select(FIELDS).to_pylist()
for track in tracks:
    track["artists"] = track["artists"].split(";")
rows = {track["track_id"]: row for row, track in enumerate(tracks)}

app = FastAPI()


@app.get("/health/ready")
async def ready():
    return {"status": "ready"}


# `async`: a search takes less time than a handover to a thread pool, and workers are processes.
@app.get("/api/v1/tracks/{id}/similar")
async def similar(id: str, k: int = 10):
    row = rows.get(id)
    if row is None:
        raise HTTPException(404)
    similarities, found = index.search(queries[row : row + 1], k + 1)
    near = [(s, r) for s, r in zip(similarities[0].tolist(), found[0].tolist()) if r != row][:k]
    listed = [{"rank": rank, "similarity": s, **tracks[r]} for rank, (s, r) in enumerate(near, 1)]
    answer = {"seed": tracks[row], "profile": os.environ["PROFILE"], "recommendations": listed}
    return Response(orjson.dumps(answer), media_type="application/json")
