# `make` lists what there is to do. Everything sets up what it needs first, and only what is missing.
.DEFAULT_GOAL := help
.PHONY: help setup tools need-node native package build demo check test test-all bench fuzz fmt clean

# Seconds that each target of `make fuzz` runs.
FUZZ_SECONDS ?= 60

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

setup: need-node ## install what is missing: Rust's wasm target, tools, npm packages, browsers
	@node tools/setup.mjs test

# Less than `setup`: the demo needs no tools of the tests.
tools: need-node
	@node tools/setup.mjs build

need-node:
	@command -v node >/dev/null || { echo "Node.js is missing: install version 20 or later, then run this again."; exit 1; }

build: native package ## the command line (target/release/leadscore) and the npm package (pkg/)

native: tools
	@node tools/cargo.mjs build --release --locked --features cli

package: tools
	@node pkg-config/build.mjs

demo: package ## the demo site, on this machine
	@node www/serve.mjs

check: need-node ## what a change needs at least: formatting, lints, unit tests, laws, types
	@node tools/setup.mjs check
	@node tools/test.mjs check

test: setup ## everything that has to pass, as CI runs it
	@node tools/test.mjs test

test-all: setup ## the same with all repetitions, before a release
	@node tools/test.mjs all

bench: build ## how fast it is, side by side with careful hand-written JavaScript
	node benches/run.mjs

fuzz: package ## feed it garbage, FUZZ_SECONDS=60 for each target
	@node tools/setup.mjs fuzz
	@node tools/fuzz.mjs $(FUZZ_SECONDS)

fmt: need-node ## format the Rust and the JavaScript
	@node tools/setup.mjs check
	@node tools/cargo.mjs fmt
	node_modules/.bin/prettier --write --log-level warn .

clean: ## remove what was built; the tools stay
	rm -rf target pkg pkg.new
