#!/usr/bin/env bash
# Runs every target of tests/fuzz for so many seconds; a crash is kept in tests/fuzz/artifacts.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "$0")/env.sh"
cd "$ROOT"
seconds=${1:-60}

# The sanitizer's flags are unstable; the pinned stable compiler knows them all the same.
export RUSTC_BOOTSTRAP=1
targets=$(cargo-fuzz list --fuzz-dir tests/fuzz)
for target in $targets; do
  printf '\n== %s, %d s\n' "$target" "$seconds"
  cargo-fuzz run --fuzz-dir tests/fuzz "$target" -- -max_total_time="$seconds" -print_final_stats=1
done
