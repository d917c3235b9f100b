"""Draws docs/profile.svg from what `segue eval --format json` measured:

    segue eval --playlists playlists.csv --format json | python tools/profile_plot.py > docs/profile.svg
"""

import json
import sys

MEASURES = {
    "precision@10": "precision@10",
    "precision@50": "precision@50",
    "artist_filtered_precision@50": "precision@50, other artists",
    "continuation_recall@100": "continuation recall@100",
    "genre_precision@10": "genre precision@10",
    "sonic_distance": "sonic distance (less is nearer)",
}
COLOURS = {"segue": "#1f6f5c", "classic": "#9aa5a0"}
LEFT, WIDTH, ROW, BAR = 220, 380, 46, 14


def shown(measure: str, value: float) -> str:
    return f"{value:.3f}" if measure == "sonic_distance" else f"{value * 100:.1f} %"


def main() -> None:
    evaluations = {e["profile"]: {v["measure"]: v["value"] for v in e["values"]} for e in json.load(sys.stdin)["evaluations"]}
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {len(MEASURES) * ROW + 40}" font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for row, (measure, name) in enumerate(MEASURES.items()):
        y = 14 + row * ROW
        most = max(evaluations[profile][measure] for profile in COLOURS)
        out.append(f'<text x="{LEFT - 12}" y="{y + 19}" text-anchor="end">{name}</text>')
        for at, (profile, colour) in enumerate(COLOURS.items()):
            value = evaluations[profile][measure]
            top, length = y + at * (BAR + 2), value / most * WIDTH
            out.append(f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>')
            out.append(f'<text x="{LEFT + length + 6:.1f}" y="{top + 11}" font-size="11">{profile} {shown(measure, value)}</text>')
    out.append("</svg>")
    print("\n".join(out))


if __name__ == "__main__":
    main()
