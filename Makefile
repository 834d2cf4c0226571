# Two commands do everything: `make demo` runs the main job and shows it, `make test` proves it.
# The rest are their parts. Each target says what it installs before it installs it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

HOUSEHOLDS ?= 20000
SEED ?= 7
SERVE ?= 1
PORT ?= 8470

BIN := .venv/bin
VIEWER := gridgov/viewer
VIEWER_SOURCES := $(shell find $(VIEWER) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

CORE := $(shell find gridgov/core gridgov/sample -name '*.py' 2>/dev/null)

.PHONY: help bench-serving built demo test test-long check env viewer engine wheelhouse lock system-demo system-test clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+(%)?:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: system-demo built  ## Set everything up, run the main job on a made-up district and show it
	@$(BIN)/gridgov demo --households $(HOUSEHOLDS) --seed $(SEED) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

test: system-test built  ## Run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long"

test-long: system-test built  ## Run the tests that take minutes as well
	@HYPOTHESIS_PROFILE=new $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: env  ## Style, types, layers and docstrings
	@$(BIN)/ruff format --check gridgov tests benchmarks migrations tools
	@$(BIN)/ruff check gridgov tests benchmarks migrations tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/check_docstrings.py

bench-serving: env  ## Measure the server beside TiPg and beside ST_AsMVT alone (needs wrk)
	@$(BIN)/uv venv -q --allow-existing --python $(BIN)/python benchmarks/out/tipg
	@VIRTUAL_ENV=benchmarks/out/tipg $(BIN)/uv pip install -q --require-hashes -r requirements/serving-peers.txt
	@$(BIN)/python -m benchmarks.serving

bench-%: env engine  ## Run one benchmark, e.g. make bench-division
	@tools/environment.sh requirements/bench.txt
	@$(BIN)/python -m benchmarks.$* $(ARGS)

env: .venv/ready  ## Make .venv with gridgov in it

.venv/ready: requirements/dev.txt pyproject.toml tools/environment.sh
	@tools/environment.sh requirements/dev.txt
	@touch $@

viewer: $(VIEWER)/dist/index.html  ## Build the browser viewer

$(VIEWER)/dist/index.html: .venv/ready $(VIEWER_SOURCES)
	@tools/viewer.sh

built: env
	@$(MAKE) --no-print-directory -j 2 viewer engine

engine: .venv/compiled  ## Compile the engine

.venv/compiled: .venv/ready tools/compile.py $(CORE)
	@$(BIN)/python tools/compile.py
	@touch $@

system-demo:
	@tools/system.sh demo

system-test:
	@tools/system.sh test

wheelhouse: env viewer  ## Put gridgov and all it needs in dist/wheelhouse, for machines with no network
	@tools/wheelhouse.sh

lock: env  ## Resolve the dependencies again into requirements/
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/run.txt
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --group dev --generate-hashes --no-header -q -o requirements/dev.txt
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --group dev --group bench --generate-hashes --no-header -q -o requirements/bench.txt
	@$(BIN)/uv pip compile requirements/serving-peers.in --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements/serving-peers.txt

clean:  ## Remove what was made here (the database stays: see gridgov db)
	rm -rf .venv demo dist $(VIEWER)/dist $(VIEWER)/node_modules benchmarks/out
