#!/usr/bin/env bash
# Brings what is missing; asking again takes a second.
# setup.sh build|test|fuzz: what building (and the demo) needs, or testing too, or fuzzing.
set -euo pipefail
# shellcheck source=tools/env.sh
source "$(dirname "$0")/env.sh"
cd "$ROOT"

say() { printf 'setup: %s\n' "$*"; }
die() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

need_basics() {
  has cargo && has rustup || die "install Rust with rustup first, then run this again"
  has node && has npm || die "install Node.js 20 or later with npm first, then run this again"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  ((major >= 20)) || die "Node.js 20 or later is needed, this is $(node --version)"
}

rust() {
  if ! rustup run "$RUST" rustc --version >/dev/null 2>&1; then
    say "Rust $RUST"
    rustup toolchain install "$RUST" --profile minimal --no-self-update
  fi
  local component installed
  installed=$(rustup component list --installed --toolchain "$RUST")
  for component in clippy rustfmt rust-src; do
    grep -q "^$component" <<<"$installed" && continue
    say "Rust component $component"
    rustup component add "$component" --toolchain "$RUST"
  done
  if ! grep -q '^rust-std-wasm32-unknown-unknown' <<<"$installed"; then
    say "Rust target wasm32-unknown-unknown"
    rustup target add wasm32-unknown-unknown --toolchain "$RUST"
  fi
}

# crate CRATE VERSION COMMAND-THAT-PRINTS-IT [FLAG...]
crate() {
  local name=$1 version=$2 command=$3
  shift 3
  [[ $("$TOOLS/bin/$command" --version 2>/dev/null) == *" $version"* ]] && return
  say "$name $version, a few minutes to compile (into .tools)"
  # Without debug information: half the time and a tenth of the size.
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$TOOLS/target" \
    cargo install "$name" --version "=$version" --root "$TOOLS" --debug --force "$@"
}

javascript() {
  local key
  key=$(cat package-lock.json .npmrc <(node --version) | sha256sum)
  [[ -f node_modules/.setup && $(<node_modules/.setup) == "$key" ]] && return
  say "packages for build and test from package-lock.json"
  # No package runs a script of its own here but bun's, which puts its binary in place.
  npm ci --ignore-scripts
  node node_modules/bun/install.js
  printf '%s\n' "$key" >node_modules/.setup
}

# What Debian packages the browsers that are missing are in.
missing_browsers() {
  [[ -x $CHROMIUM && -x $CHROMEDRIVER ]] || echo chromium chromium-driver
  [[ -x $FIREFOX ]] || echo firefox-esr
  [[ -x $WEBKIT_DRIVER && -x $WEBKIT_BROWSER ]] || echo webkit2gtk-driver
  # WebKit wants a screen, and gets one of its own.
  has Xvfb || echo xvfb
}

browsers() {
  local packages
  mapfile -t packages < <(missing_browsers | tr ' ' '\n')
  ((${#packages[@]})) || return 0
  if has apt-get && [[ $(id -u) == 0 ]]; then
    say "browsers: ${packages[*]}"
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
    [[ -z $(missing_browsers) ]] && return
  fi
  # The demo and the build do without; the tests say what is missing.
  say "not all of Chromium, Firefox and WebKit: the browser tests will fail. On Debian: apt-get install ${packages[*]};" \
    "elsewhere set CHROMIUM, CHROMEDRIVER, FIREFOX, WEBKIT_DRIVER and WEBKIT_BROWSER to the programs"
}

need_basics
rust
crate wasm-bindgen-cli "$WASM_BINDGEN" wasm-bindgen --no-default-features
javascript
case ${1:-build} in
  build) ;;
  test)
    crate cargo-deny "$CARGO_DENY" cargo-deny --locked
    browsers
    ;;
  fuzz) crate cargo-fuzz "$CARGO_FUZZ" cargo-fuzz --locked ;;
  *) die "no such purpose: $1 (build, test or fuzz)" ;;
esac
rm -rf "$TOOLS/target"
say "ready"
