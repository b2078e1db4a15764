#!/usr/bin/env bash
# Runs every target of tests/fuzz for so many seconds: fuzz.sh SECONDS [TARGET...]. What is learnt
# is kept in tests/fuzz/corpus; a crash in tests/fuzz/artifacts, and it ends the run.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "$0")/env.sh"
cd "$ROOT"
seconds=${1:-60}
shift || true

# The sanitizer's flags are unstable; the pinned stable compiler knows them all the same.
export RUSTC_BOOTSTRAP=1
if (($# > 0)); then targets=("$@"); else mapfile -t targets < <(cargo-fuzz list --fuzz-dir tests/fuzz); fi
for target in "${targets[@]}"; do
  printf '\n== %s, %d s\n' "$target" "$seconds"
  corpus=tests/fuzz/corpus/$target
  mkdir -p "$corpus"
  folders=("$corpus")
  if [[ -d tests/fuzz/seeds/$target ]]; then folders+=("tests/fuzz/seeds/$target"); fi
  cargo-fuzz run --fuzz-dir tests/fuzz "$target" "${folders[@]}" -- \
    -dict=tests/fuzz/words.dict -max_total_time="$seconds" -print_final_stats=1
done
