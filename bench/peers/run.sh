#!/usr/bin/env bash
# Runs the benchmarks of the generated tables in BENCHMARKS.md, and writes them there:
#
#     bench/peers/run.sh spotify.csv            # about ten minutes, 6 GB of disk and of memory
#     bench/peers/run.sh spotify.csv peers      # only the comparison with the peers
#     bench/peers/run.sh spotify.csv scale      # only the generated catalogues
#
# PYTHON names an interpreter with the packages of bench/peers/requirements.txt; by default a venv is made below target/.
set -euo pipefail
csv=$(realpath "${1:?the CSV file of the Spotify Tracks Dataset is missing}")
what=${2:-all}
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}

cargo build --profile dist --locked
if [ -z "${PYTHON:-}" ]; then
    python3 -m venv "$target"/peers
    PYTHON=$target/peers/bin/python
    "$PYTHON" -m pip install --quiet --disable-pip-version-check -r bench/peers/requirements.txt
fi
segue=$target/dist/segue

if [ "$what" != scale ]; then
    "$segue" build "$csv" --profile classic -o "$target"/peers.segue > "$target"/peers-build.txt
    "$PYTHON" bench/peers/compare.py --csv "$csv" --index "$target"/peers.segue --segue "$segue" --json bench/peers.json
fi
if [ "$what" != peers ]; then
    "$PYTHON" bench/peers/scale.py --segue "$segue" --json bench/scale.json
    "$PYTHON" bench/peers/plot.py bench/scale.json bench/latency.svg
fi
"$PYTHON" bench/peers/report.py BENCHMARKS.md bench/peers.json bench/scale.json
