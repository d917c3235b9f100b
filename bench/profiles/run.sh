#!/usr/bin/env bash
# Measures that a query is as fast in a program that uses the library as in ours, whatever the profile of Cargo: ours
# (`own`), Cargo's `release`, and one without any optimisation across units of code (`apart`). Ten minutes for the first
# builds, then half a minute:
#
#     bench/profiles/run.sh
set -euo pipefail
cd "$(dirname "$0")"
target=$(realpath -m "${CARGO_TARGET_DIR:-../../target/profiles}")

programs=()
for profile in own release apart; do
    cargo build --profile $profile --locked --target-dir "$target"
    programs+=("$profile=$target/$profile/segue-profiles")
done
python3 compare.py "${programs[@]}"
