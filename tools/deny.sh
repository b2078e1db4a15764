#!/usr/bin/env bash
# Licences, bans and sources of all crates; and known vulnerabilities, where their database can be
# fetched: it comes over the network, and its absence must not look like a clean bill.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "$0")/env.sh"
cd "$ROOT"

cargo-deny --locked --all-features check licenses bans sources

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if timeout 120 cargo-deny --locked --all-features fetch db >"$log" 2>&1; then
  cargo-deny --locked --all-features check --disable-fetch advisories
else
  tail -n 5 "$log"
  printf 'ADVISORIES NOT CHECKED: the RustSec database could not be fetched (above is why).\n'
fi
