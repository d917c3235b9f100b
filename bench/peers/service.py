"""Segue as a service beside FastAPI with FAISS: requests a second and latencies, in one run on one machine.

    python service.py --index both.segue --segue target/dist/segue --json service.json

The index has the profiles segue and classic. Both services answer GET /api/v1/tracks/{id}/similar?k=10 from the same
vectors; wrk (Debian's package wrk) asks on 32 connections that stay open, about each track once before any comes again.
Services and wrk share the cores. The services take turns in rounds; a figure is the median over the rounds. The peer is
measured with one worker process, which is how it starts by default, and with one a core.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import measure

HERE = Path(__file__).parent
CONNECTIONS = 32
PEERS = {"FastAPI + FAISS, 1 worker": 1, "FastAPI + FAISS, a worker a core": os.cpu_count()}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.read()


class Service:
    """A server process."""

    def __init__(self, words: list, environment: dict, port: int):
        self.url = f"http://127.0.0.1:{port}"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        self.process = subprocess.Popen(words, env=measure.clean_environment() | environment, cwd=HERE, **quiet)
        for _ in range(600):
            try:
                get(self.url + "/health/ready")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{words[0]} does not answer")

    def stop(self):
        os.killpg(self.process.pid, 15)
        self.process.wait()


def segue(args, port: int) -> Service:
    words = [args.segue, "serve", "-i", args.index, "--listen", f"127.0.0.1:{port}", "--log-requests", "false"]
    return Service(words, {}, port)


def peer(args, profile: str, workers: int, port: int) -> Service:
    words = [sys.executable, "-m", "uvicorn", "fastapi_app:app", "--port", str(port), "--workers", str(workers)]
    words += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    one_thread = measure.ONE_THREAD
    return Service(words, {"INDEX": args.index, "PROFILE": profile} | one_thread, port)


def loaded(service: Service, ids: str, query: str, seconds: int) -> dict:
    """Runs wrk, and parses its output."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(HERE / "similar.lua"), service.url]
    said = subprocess.run(words, check=True, capture_output=True, text=True, env=os.environ | {"IDS": ids, "QUERY": query}).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(said)
    unit = {"us": 1e-3, "ms": 1.0, "s": 1e3}

    def latency(share: str) -> float:
        value, name = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", said).groups()
        return float(value) * unit[name]

    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    return {"requests_per_second": rate, "p50_ms": latency("50%"), "p99_ms": latency("99%")}


def same_answers(ours: Service, theirs: Service, ids: list, profile: str) -> None:
    """Both list equally similar tracks, every release of a song among them."""
    for id in ids[:100]:
        address = f"/api/v1/tracks/{id}/similar?k=10"
        lists = []
        for url in (f"{ours.url}{address}&profile={profile}&all_releases=true", theirs.url + address):
            lists.append([track["similarity"] for track in json.loads(get(url))["recommendations"]])
        if any(abs(a - b) > 1e-5 for a, b in zip(*lists, strict=True)):
            raise SystemExit(f"{id}: {lists}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", required=True)
    parser.add_argument("--segue", required=True)
    parser.add_argument("--json", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8)
    args = parser.parse_args()
    args.index, args.segue = os.path.abspath(args.index), os.path.abspath(args.segue)
    tracks = measure.Index.tracks_of(args.index).column("track_id").to_pylist()
    ids = [tracks[row] for row in measure.seed_rows(len(tracks), len(tracks))]
    figures = {"machine": measure.machine(), "connections": CONNECTIONS, "profiles": {}}
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "ids.txt")
        Path(file).write_text("\n".join(ids))
        for profile in ("segue", "classic"):
            rounds = {name: [] for name in ("Segue", *PEERS)}
            for number in range(args.rounds):
                for name in rounds:
                    service = segue(args, free_port()) if name == "Segue" else peer(args, profile, PEERS[name], free_port())
                    query = f"k=10&profile={profile}" if name == "Segue" else "k=10"
                    if number == 0 and name != "Segue":
                        ours = segue(args, free_port())
                        same_answers(ours, service, ids, profile)
                        ours.stop()
                    loaded(service, file, query, 2)
                    rounds[name].append(loaded(service, file, query, args.seconds))
                    service.stop()
                    print(profile, name, rounds[name][-1], file=sys.stderr, flush=True)
            medians = {
                name: {key: measure.median(each[key] for each in of) for key in of[0]} for name, of in rounds.items()
            }
            for name in PEERS:
                ratios = [a["requests_per_second"] / b["requests_per_second"] for a, b in zip(rounds["Segue"], rounds[name])]
                medians[name]["segue_times_this"] = measure.median(ratios)
            figures["profiles"][profile] = medians
    Path(args.json).write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
