"""The plot of latency against the number of tracks, from the figures of scale.py.

    python plot.py scale.json latency.svg
"""

import json
import sys

import matplotlib

matplotlib.use("svg")
# Reproducible output: the same figures give the same file.
matplotlib.rcParams |= {"svg.hashsalt": "segue", "font.size": 10}

import matplotlib.pyplot as plt  # noqa: E402

LINES = {
    "faiss_flat_single_us": ("FAISS IndexFlatIP, median", "#8c8c8c", "s--"),
    "scan_median_us": ("Segue without its tree, median", "#c78b3b", "^--"),
    "single_p99_us": ("Segue, 99 % within", "#7aa6d6", "o:"),
    "single_median_us": ("Segue, median", "#1f5fa8", "o-"),
}


def main(figures: str, plot: str) -> None:
    with open(figures) as file:
        sizes = json.load(file)["sizes"]
    chart, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for field, (label, colour, style) in LINES.items():
        points = [(size["tracks"], size[field]) for size in sizes if size[field]]
        axes.plot(*zip(*points), style, color=colour, label=label)
    axes.set(xscale="log", yscale="log", xlabel="tracks (generated)", ylabel="one query, one thread: microseconds")
    axes.set_title("The ten nearest of one track, exactly")
    axes.grid(True, which="major", color="#e0e0e0")
    axes.legend(frameon=False)
    chart.savefig(plot, metadata={"Date": None})


if __name__ == "__main__":
    main(*sys.argv[1:])
