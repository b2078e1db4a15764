# Sourced by the test scripts: how much the tests repeat. `level check|test|all` exports it for the tests of Rust
# (proptest reads PROPTEST_CASES) and of JavaScript (tests/lib/level.mjs reads LEADSCORE_TESTS).
# shellcheck shell=bash

level() {
  export LEADSCORE_TESTS=$1
  case $1 in
    check) PROPTEST_CASES=${PROPTEST_CASES:-64} ;;
    test) PROPTEST_CASES=${PROPTEST_CASES:-1000} ;;
    all) PROPTEST_CASES=${PROPTEST_CASES:-20000} ;;
    *)
      printf 'no such level of tests: %s (check, test or all)\n' "$1" >&2
      return 1
      ;;
  esac
  export PROPTEST_CASES
}
