"""Overload test: far beyond its capacity, the service keeps its throughput and refuses the rest with 503.

    python overload.py --index catalogue.segue --segue target/dist/segue

Measures with wrk (Debian's package wrk) how many requests a second are answered at most, with the service held to one
thread so that the clients have the other core, and questions that take long enough for the clients to ask more than that.
Then many connections ask without a pause, while a client of its own measures how long its requests take. Ends with 1 if
less than four times the capacity was asked, if less than four fifths of it was answered meanwhile, if answers took 250 ms or
more at the 99th percentile, if anything but 200 and 503 came, if memory was not bounded, or if the service was not as quick
as before within five seconds after the end.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from soak import SCRIPT, Service, said

WAITING = 128
QUERY = "k=100&why=true"


def latencies(service: Service, paths: list, until) -> list:
    """Milliseconds and status of one request after another."""
    taken = []
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    for path in paths:
        if until():
            return taken
        begun = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        taken.append((response.status, (time.perf_counter() - begun) * 1e3))
    return taken


def percentile(values: list, share: float) -> float:
    values = sorted(values)
    return round(values[min(len(values) - 1, int(share * len(values)))], 2) if values else 0.0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", required=True)
    parser.add_argument("--segue", required=True)
    parser.add_argument("--seconds", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ids = os.path.join(folder, "ids.txt")
        service = Service(args.segue, args.index, "--threads", "1", "--max-queries", str(WAITING), "--max-connections", "4096", "--max-connections-per-address", "4096")
        found = json.loads(service.get("/api/v1/search?q=e&match=contains&k=1000")[1])["tracks"]
        found = [track["track_id"] for track in found]
        Path(ids).write_text("\n".join(found))
        paths = [f"/api/v1/tracks/{id}/similar?{QUERY}" for id in found] * 1000

        def load(connections: int, seconds: int) -> subprocess.Popen:
            words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(SCRIPT), service.url]
            return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ | {"IDS": ids, "DELAY": "0", "QUERY": QUERY})

        refused = 'segue_http_refused_total{reason="overload"}'
        capacity = said(load(32, 6))["rate"]
        quiet = percentile([ms for _, ms in latencies(service, paths[:500], lambda: False)], 0.99)
        before = service.memory()
        process = load(8 * WAITING, args.seconds)
        time.sleep(1)
        peak = [service.memory()["own_mb"]]
        during: list = []
        over = threading.Event()
        client = threading.Thread(target=lambda: during.extend(latencies(service, paths, over.is_set)))
        client.start()
        for _ in range(args.seconds - 3):
            time.sleep(1)
            peak.append(service.memory()["own_mb"])
        over.set()
        client.join()
        loaded = said(process)
        ended = time.monotonic()
        recovered = None
        while time.monotonic() - ended < 30:
            if percentile([ms for _, ms in latencies(service, paths[:200], lambda: False)], 0.99) <= 2 * quiet:
                recovered = round(time.monotonic() - ended, 2)
                break
        answered = [ms for status, ms in during if status == 200]
        summary = {
            "capacity_per_second": round(capacity),
            "asked_per_second": round(loaded["rate"]),
            "asked_times_capacity": round(loaded["rate"] / capacity, 2),
            "answered_per_second": round(loaded["rate"] - loaded["failed"] / args.seconds),
            "answered_share_of_capacity": round((loaded["rate"] - loaded["failed"] / args.seconds) / capacity, 2),
            "refused_share": round(loaded["failed"] / loaded["requests"], 3),
            "refused_by_the_service": service.metric(refused),
            "other_statuses": sorted({status for status, _ in during} - {200, 503}),
            "socket_errors": loaded["socket_errors"],
            "p99_ms_of_the_answered": percentile(answered, 0.99),
            "p99_ms_without_load": quiet,
            "sampled": len(during),
            "own_memory_mb": {"before": before["own_mb"], "most": max(peak)},
            "quick_again_after_s": recovered,
            "exit_status": service.stop(),
        }
    print(json.dumps(summary, indent=2))
    is_good = (
        summary["asked_times_capacity"] >= 4
        and summary["answered_share_of_capacity"] >= 0.8
        and not summary["other_statuses"]
        and not summary["exit_status"]
        and len(answered) > 50
        and summary["p99_ms_of_the_answered"] < 250
        and max(peak) < before["own_mb"] + 200
        and recovered is not None
        and recovered <= 5
    )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
