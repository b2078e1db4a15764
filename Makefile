# `make` lists what there is to do. Everything sets up what it needs first, and only what is missing.
.DEFAULT_GOAL := help
.PHONY: help setup tools native package build demo test bench fuzz fmt clean

# Seconds that each target of `make fuzz` runs.
FUZZ_SECONDS ?= 60

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

setup: ## install what is missing: Rust target, wasm tools, packages, Chromium
	@tools/setup.sh test

# Less than `setup`: whoever wants to see the demo need not wait for the tools of the tests.
tools:
	@tools/setup.sh build

build: native package ## the command line (target/release/leadscore) and the npm package (pkg/)

native: tools
	cargo build --release --locked --features cli

package: tools
	node pkg-config/build.mjs

demo: build ## the demo site, on this machine
	node www/serve.mjs

test: setup ## everything that has to pass, as CI runs it
	@tools/test.sh

bench: build ## how fast it is, side by side with careful hand-written JavaScript
	node benches/run.mjs

fuzz: ## feed it garbage, FUZZ_SECONDS=60 for each target
	@tools/setup.sh fuzz
	@tools/fuzz.sh $(FUZZ_SECONDS)

fmt: tools ## format the Rust and the JavaScript
	cargo fmt
	node_modules/.bin/prettier --write --log-level warn .

clean: ## remove what was built; the tools stay
	rm -rf target pkg pkg.new
