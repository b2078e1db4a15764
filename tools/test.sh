#!/usr/bin/env bash
# All checks, quick ones first; stops at the first that fails. Run by `make test`.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "$0")/env.sh"
# shellcheck source=tools/lib/level.sh
source "$ROOT/tools/lib/level.sh"
cd "$ROOT"
level "${1:-test}"
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}

done_steps=0
step() {
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s (%d:%02d since the start)\n' "$name" $((SECONDS / 60)) $((SECONDS % 60))
  if ! "$@"; then
    printf '\n== FAILED: %s, after %d s\n%d passed, 1 failed\n' "$name" $((SECONDS - began)) "$done_steps"
    exit 1
  fi
  done_steps=$((done_steps + 1))
  printf '== ok: %s, %d s\n' "$name" $((SECONDS - began))
}

# Commands are chained with &&: inside a step, `set -e` does not stop at the first that fails.
clippy() { cargo clippy --locked --quiet "$@" -- -D warnings; }
clippy_all() {
  clippy --all-targets --features cli,edge &&
    clippy --lib &&
    clippy --lib --features wasm --target wasm32-unknown-unknown &&
    clippy --lib --features wasm-edge --target wasm32-unknown-unknown &&
    clippy --lib --features wasm-authoring --target wasm32-unknown-unknown &&
    clippy --lib --features browser --target wasm32-unknown-unknown
}

wasm_tests() {
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
    cargo test --locked --target wasm32-unknown-unknown --features authoring --test wasm --test conformance
}
# Its target folder is shared; its lock file is its own, as a site's would be.
rust_page() {
  local target=${CARGO_TARGET_DIR:-$ROOT/target} manifest=examples/rust-web/Cargo.toml
  local build=(--locked --target wasm32-unknown-unknown --manifest-path "$manifest" --target-dir "$target")
  cargo fmt --check --manifest-path "$manifest" &&
    cargo clippy --quiet --all-targets "${build[@]}" -- -D warnings &&
    WASM_BINDGEN_USE_BROWSER=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
      cargo test --test page "${build[@]}"
}
wasm_tests_in_browser() { WASM_BINDGEN_USE_BROWSER=1 wasm_tests; }

differential() {
  node --test tests/oracle/selftest.mjs &&
    node tests/oracle/differ.mjs --bin target/release/leadscore --cases 400 --seed 1
}

in_node() { node --test "$@"; }

step "Rust formatting" cargo fmt --check
step "JavaScript formatting" prettier --check --log-level warn .
step "JavaScript lint" eslint .
step "licences, bans, sources, advisories" tools/deny.sh
step "clippy: native, bare core, wasm runtime, wasm authoring, tracker" clippy_all
step "command line, release" cargo build --release --locked --features cli
step "Rust tests and documentation examples" cargo test --locked --features cli,edge,browser
step "wasm tests in Node" wasm_tests
step "wasm tests in Chromium" wasm_tests_in_browser
step "a page in Rust alone, in Chromium" rust_page
step "npm package within its size budget" node pkg-config/build.mjs
step "types" npm run --silent types
step "public API is what tests/api says" in_node tests/api/*.test.mjs
step "oracle: differential runs of the command line" differential
step "golden journeys" in_node tests/golden/*.test.mjs
step "hostile callers" in_node tests/hostile/*.test.mjs
step "package in its consumers" in_node tests/packages/*.test.mjs
step "edge: visits, receiver, hostile input, examples" in_node tests/edge/*.test.mjs tests/edge/*/*.test.mjs
step "crawlers' names are current" in_node tests/crawlers.test.mjs
step "demo, end to end" in_node tests/demo/*.test.mjs
step "tracker in Chromium, Firefox and WebKit" in_node tests/browser/*.test.mjs

printf '\n== all passed in %d:%02d\n%d passed, 0 failed\n' $((SECONDS / 60)) $((SECONDS % 60)) "$done_steps"
