# Two commands matter: `make run` starts a whole demo city, `make test` runs every test.
# Each sets up what it needs; a second run skips what has not changed.

PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run build test lint bench lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: ## Set everything up and start the demo city; Ctrl-C ends it
	@$(PYTHON) -m tools run

build: ## Install what is needed and build the pages, without starting anything
	@$(PYTHON) -m tools build

test: ## Run all tests: unit, integration, concurrency, end to end
	@$(PYTHON) -m tools test

lint: ## Check style, formatting, types and layers
	@$(PYTHON) -m tools lint

bench: ## Measure throughput and latency
	@$(PYTHON) -m tools bench

lock: ## Work out the pinned versions of all indirect requirements anew
	@$(PYTHON) -m tools lock

clean: ## Remove what was installed and built; the demo city's data in var/ stays
	@$(PYTHON) -m tools clean
