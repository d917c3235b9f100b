"""Soak test: a service under load while its index is rebuilt and swapped repeatedly; no request fails or is wrong.

    python soak.py --csv spotify.csv --segue target/dist/segue --seconds 300 --swap-every 10

wrk (Debian's package wrk) asks at 80 % of the rate that it reaches at most. Every `--swap-every` seconds `segue build`
replaces the index, in turn from all rows and from all but the last thousand, so that answers differ. A second client
compares its answers, byte by byte, with those that the two indexes gave before. Ends with 1 if a request failed, an
answer was wrong, a swap was missed, or memory grew by more than a tenth. Needs nothing but Python, wrk and Linux.
"""

import argparse
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

SCRIPT = Path(__file__).parent.parent / "peers/similar.lua"
CONNECTIONS = 32
SAMPLE = 400


class Service:
    def __init__(self, segue: str, index: str, *more: str):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = [segue, "serve", "-i", index, "--listen", f"127.0.0.1:{self.port}", "--log-requests", "false", *more]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(words, stderr=self.log)
        self.url = f"http://127.0.0.1:{self.port}"
        for _ in range(600):
            try:
                if self.get("/health/ready")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("the service does not get ready")

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        text = self.get("/metrics")[1].decode()
        return next((float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name + " ")), 0.0)

    def memory(self) -> dict:
        """Private and resident memory of the process, in megabytes; the latter includes mapped files."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        sizes = {name: int(size) / 1024 for name, size in re.findall(r"(\w+):\s+(\d+) kB", text)}
        return {"own_mb": round(sizes["Anonymous"], 1), "resident_mb": round(sizes["Rss"], 1)}

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(timeout=30)


def wrk(service: Service, ids: str, seconds: float, delay: float) -> subprocess.Popen:
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency", "-s", str(SCRIPT), service.url]
    environment = os.environ | {"IDS": ids, "DELAY": str(delay)}
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)


def said(process: subprocess.Popen) -> dict:
    text = process.communicate()[0]
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        "requests": int(re.search(r"(\d+) requests in", text)[1]),
        "p99": re.search(r"99%\s+(\S+)", text)[1],
        "failed": int(failed[1]) if failed else 0,
        "socket_errors": sum(map(int, sockets.groups())) if sockets else 0,
    }


def rate_limited(service: Service, ids: str, share: float) -> tuple[float, float]:
    """The rate at most, and the delay that gives this share of it."""
    peak = said(wrk(service, ids, 5, 0))["rate"]
    low, high = 0.0, CONNECTIONS / (share * peak) * 1e3
    for _ in range(6):
        delay = (low + high) / 2
        if said(wrk(service, ids, 2, delay))["rate"] > share * peak:
            low = delay
        else:
            high = delay
    return peak, high


class Verifier(threading.Thread):
    """Requests a sample repeatedly, and compares the responses with the expected ones."""

    def __init__(self, service: Service, expected: dict):
        super().__init__()
        self.service, self.expected = service, expected
        self.over = threading.Event()
        self.compared, self.wrong, self.failed = 0, [], []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=30)
        paths = list(self.expected)
        while not self.over.wait(0.005):
            path = random.choice(paths)
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                status, body = response.status, response.read()
            except OSError as error:
                self.failed.append(repr(error))
                connection.close()
                continue
            self.compared += 1
            if status != 200 or body not in self.expected[path]:
                self.wrong.append((path, status, body[:200].decode(errors="replace")))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--csv", required=True)
    parser.add_argument("--segue", required=True)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--swap-every", type=float, default=10)
    parser.add_argument("--share", type=float, default=0.8)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index, shorter, ids = (os.path.join(folder, name) for name in ("soak.segue", "shorter.csv", "ids.txt"))
        lines = Path(args.csv).read_bytes().splitlines(keepends=True)
        Path(shorter).write_bytes(b"".join(lines[:-1000]))
        inputs = [os.path.abspath(args.csv), shorter]

        def build(number: int) -> None:
            subprocess.run([args.segue, "build", inputs[number % 2], "-o", index, "-q"], check=True, stdout=subprocess.DEVNULL)

        # The index of fewer rows first: its ids are in both.
        inputs.reverse()
        build(0)
        service = Service(args.segue, index)
        found = []
        for offset in range(0, 20_000, 1000):
            answer = json.loads(service.get(f"/api/v1/search?q=e&match=contains&k=1000&offset={offset}")[1])
            found += [track["track_id"] for track in answer["tracks"]]
        Path(ids).write_text("\n".join(found))
        sample = [f"/api/v1/tracks/{id}/similar?k=10" for id in random.Random(1).sample(found, SAMPLE)]
        expected = {path: set() for path in sample}
        swaps = 0

        def swap() -> None:
            nonlocal swaps
            swaps += 1
            build(swaps)
            deadline = time.monotonic() + 30
            while service.metric('segue_index_reloads_total{result="swapped"}') < swaps:
                if time.monotonic() > deadline:
                    raise SystemExit(f"swap {swaps} is not seen")
                time.sleep(0.05)

        for _ in range(2):
            for path in sample:
                status, body = service.get(path)
                if status != 200:
                    raise SystemExit(f"{path}: {status}")
                expected[path].add(body)
            swap()
        differing = sum(len(answers) > 1 for answers in expected.values())

        peak, delay = rate_limited(service, ids, args.share)
        swap()
        swap()
        warm = service.memory()
        verifier = Verifier(service, expected)
        verifier.start()
        load = wrk(service, ids, args.seconds, delay)
        begun = time.monotonic()
        try:
            while time.monotonic() - begun < args.seconds - args.swap_every:
                next_swap = time.monotonic() + args.swap_every
                swap()
                time.sleep(max(0.0, next_swap - time.monotonic()))
        finally:
            loaded = said(load)
            verifier.over.set()
            verifier.join()
        # Old indexes are unmapped when their last request ends.
        time.sleep(2)
        after = service.memory()
        refused = service.metric('segue_index_reloads_total{result="refused"}')
        ended = service.stop()
        growth = after["own_mb"] / warm["own_mb"]
        summary = {
            "seconds": args.seconds,
            "peak_rate": round(peak),
            "load": loaded,
            "swaps": swaps,
            "swaps_refused": refused,
            "compared": verifier.compared,
            "compared_that_differ_between_indexes": differing,
            "wrong": len(verifier.wrong),
            "failed": loaded["failed"] + loaded["socket_errors"] + len(verifier.failed),
            "memory_after_warm_up": warm,
            "memory_after_soak": after,
            "memory_growth": round(growth, 3),
            "exit_status": ended,
        }
        print(json.dumps(summary, indent=2))
        for what in (*verifier.wrong[:3], *verifier.failed[:3]):
            print(what, file=sys.stderr)
        is_good = not (summary["wrong"] or summary["failed"] or refused or ended) and growth <= 1.1 and differing > 0
        return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
