# Two commands matter: `make run` starts a whole demo city, `make test` runs every test.
# Each sets up what it needs; a second run skips what has not changed.

PYTHON ?= python3
TOOLS = command -v $(PYTHON) >/dev/null || \
	{ echo "$(PYTHON) is missing: sudo apt-get install python3 python3-venv" >&2; exit 1; }; \
	exec $(PYTHON) -m tools

.DEFAULT_GOAL := help
.PHONY: help run build dist test lint bench lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: ## Set everything up and start the demo city; Ctrl-C ends it
	@$(TOOLS) run

build: ## Install what is needed and build the pages, without starting anything
	@$(TOOLS) build

dist: ## Pack an archive for a server without Node.js: dist/madoguchi-VERSION.tar.gz
	@$(TOOLS) dist

test: ## Run all tests: unit, integration, concurrency, end to end
	@$(TOOLS) test

lint: ## Check style, formatting, types and layers
	@$(TOOLS) lint

bench: ## Measure throughput and latency
	@$(TOOLS) bench

lock: ## Work out the pinned versions of all indirect requirements anew
	@$(TOOLS) lock

clean: ## Remove what was installed and built; the demo city's data in var/ stays
	@$(TOOLS) clean
