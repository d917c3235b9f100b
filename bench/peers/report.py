"""From figures to Markdown: the tables of BENCHMARKS.md, put between its markers.

    python report.py BENCHMARKS.md peers.json scale.json
"""

import json
import os
import re
import sys


def table(header: list, rows: list) -> str:
    """A Markdown table: the first column to the left, numbers to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def number(value: float | None, unit: str = "") -> str:
    """A number with about three significant digits."""
    if value is None:
        return ""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 4
    return f"{value:,.{decimals}f}{unit}"


def times(value: float | None) -> str:
    return number(value) + " x" if value is not None else ""


def machine(figures: dict) -> str:
    return f"{figures['machine']['processor']}, {figures['machine']['cores']} cores"


def peers(figures: dict) -> str:
    """Searches, whole processes and all neighbours."""
    tracks, k = figures["tracks"], figures["k"]
    segue = figures["searches"][0]["bench"]
    searches = table(
        ["", "recall", "one query", "vs FAISS flat", "vs hnswlib", "in a batch", "vs FAISS flat", "vs hnswlib", "bytes a track"],
        [
            [
                f"{row['name']} {row['version']}" + (f", ef {row['ef']}" if row.get("ef") else ""),
                ("exact, " if row["exact"] else "") + f"{row['recall']:.4f}",
                number(row["single_us"], " us"),
                times(row["single_faiss_times_this"]),
                times(row["single_hnswlib_times_this"]),
                number(row["batch_us"], " us"),
                times(row["batch_faiss_times_this"]),
                times(row["batch_hnswlib_times_this"]),
                number(row["bytes_per_track"]),
            ]
            for row in figures["searches"]
        ],
    )
    processes = table(
        ["process", "time", "faster than the notebook", "peak memory"],
        [
            [row["name"], number(row["seconds"], " s"), times(row["notebook_times_this"]), f"{row['peak_mb']:,.0f} MB"]
            for row in figures["processes"]
        ],
    )
    text = (
        f"{machine(figures)}; {tracks:,} tracks, {figures['dimension']} dimensions; the {k} nearest of "
        f"{figures['queries']:,} seeds; one thread; medians of {figures['rounds']} rounds. Segue's kernel: "
        f"{segue['kernel']}. A ratio above 1 says how many times faster the row is than the library that the column "
        f"names.\n\n{searches}\n\n"
        f"Segue's 99 % bound on one query is {number(segue['single_p99_us'])} us in the last round; a query scans the "
        f"codes of {number(segue['visited_percent'])} % of the tracks and compares "
        f"{number(segue['compared_tracks'])} tracks exactly. Opening the index takes "
        f"{number(segue['open_median_us'])} us. The HNSW graphs were built in "
        + ", ".join(f"{number(row['build_s'], ' s')} ({row['name']})" for row in figures["searches"] if row.get("build_s"))
        + f" on all cores.\n\nWhole processes, for one track's ten, with the threads that each takes by itself:\n\n{processes}\n"
    )
    if figures["graph"]:
        rows = [
            [row["name"], number(row["seconds"], " s"), times(row["times_segue"]), number(row["peak_mb"], " MB")]
            for row in figures["graph"]
        ]
        graph = table(["all cores", "time", "of Segue's time", "peak memory"], rows)
        text += (
            f"\nThe {figures['graph_k']} nearest of every track. The libraries answered {figures['graph_sample']:,} "
            f"seeds in one batch, and the time is scaled to all {tracks:,}:\n\n{graph}\n"
        )
    return text


def scale(figures: dict) -> str:
    """Generated catalogues of growing size."""
    sizes = figures["sizes"]
    lines = {
        "build from CSV": lambda size: number(size["build_s"], " s"),
        "peak memory of the build": lambda size: number(size["build_peak_mb"], " MB"),
        "the CSV file": lambda size: number(size["csv_bytes"] / 1e6, " MB"),
        "the index on disk": lambda size: number(size["index_bytes"] / 1e6, " MB"),
        "bytes a track: vectors": lambda size: number(size["vectors_bytes_per_track"]),
        "bytes a track: to search": lambda size: number(size["search_bytes_per_track"]),
        "opening the index": lambda size: number(size["open_median_us"], " us"),
        "one query: median": lambda size: number(size["single_median_us"], " us"),
        "one query: 99 % within": lambda size: number(size["single_p99_us"], " us"),
        "in a batch": lambda size: number(size["batch_one_thread_us_per_query"], " us"),
        "codes scanned": lambda size: number(size["visited_percent"], " %"),
        "tracks compared exactly": lambda size: number(size["compared_tracks"]),
        "one search by title and artist: median": lambda size: number(size["search_median_us"], " us"),
        "one search: 99 % within": lambda size: number(size["search_p99_us"], " us"),
        "FAISS IndexFlatIP, one query": lambda size: number(size["faiss_flat_single_us"], " us"),
        "Segue faster than FAISS flat": lambda size: times(size["faiss_times_segue"]),
        "Segue faster than its own scan": lambda size: times(size["scan_times_segue"]),
    }
    header = ["tracks", *[f"{size['tracks']:,}" for size in sizes]]
    rows = [[name, *[cell(size) for size in sizes]] for name, cell in lines.items()]
    return (
        f"{machine(figures)}; medians of {figures['rounds']} rounds (builds of more than 5 million tracks: one run); "
        f"queries on one thread, builds on all.\n\n{table(header, rows)}\n\n"
        "![One query against the number of tracks](bench/latency.svg)\n"
    )


def put(text: str, name: str, content: str) -> str:
    """The text with the content between the markers of that name."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"there are no markers {begin} and {end}")
    return pattern.sub(lambda _: f"{begin}\n{content}{end}", text)


def main(document: str, peers_json: str, scale_json: str) -> None:
    with open(document) as file:
        text = file.read()
    for name, path, render in (("peers", peers_json, peers), ("scale", scale_json, scale)):
        # After a first run of one part, the figures of the other do not exist yet.
        if os.path.exists(path):
            with open(path) as file:
                text = put(text, name, render(json.load(file)))
    with open(document, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
