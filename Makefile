# `make` lists the targets. Each target installs missing prerequisites first.
.DEFAULT_GOAL := help
.PHONY: help setup tools need-node native package build demo check test test-all bench fuzz fmt clean

# Seconds that each target of `make fuzz` runs.
FUZZ_SECONDS ?= 60

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

setup: need-node ## install missing tools: Rust's wasm target, tools, npm packages, browsers
	@node tools/setup.mjs test

# Less than `setup`, because the demo does not need the tools of the tests.
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

check: need-node ## the minimum for a change: formatting, lints, unit tests, laws, types
	@node tools/setup.mjs check
	@node tools/test.mjs check

test: setup ## all tests, as in CI
	@node tools/test.mjs test

test-all: setup ## all tests with all repetitions, for releases
	@node tools/test.mjs all

bench: build ## speed, compared with hand-written JavaScript
	node benches/run.mjs

fuzz: package ## fuzz every target for FUZZ_SECONDS=60
	@node tools/setup.mjs fuzz
	@node tools/fuzz.mjs $(FUZZ_SECONDS)

fmt: need-node ## format the Rust and the JavaScript
	@node tools/setup.mjs check
	@node tools/cargo.mjs fmt
	node_modules/.bin/prettier --write --log-level warn .

clean: ## remove the build output, but not the tools
	rm -rf target pkg pkg.new
