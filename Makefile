# The house's commands. A fresh machine needs make and Python 3.11 or later; everything else comes into .venv and var.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run test types lint fmt bench faults demo talk lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
MANAGE := $(PYTHON) manage.py
STAMP := $(VENV)/.ready
CATALOGS := $(patsubst %.po,%.mo,$(wildcard frontend/locale/*/LC_MESSAGES/*.po))
CONSOLE := frontend/console
# The console's packages, and what the product serves of it; both made anew when what they are made of changes.
PACKAGES := $(CONSOLE)/node_modules/.ready
CONSOLE_BUILT := $(CONSOLE)/dist/.ready
CONSOLE_SOURCES := $(shell find $(CONSOLE)/src $(CONSOLE)/build $(CONSOLE)/*.ts $(CONSOLE)/*.json -type f ! -name schema.d.ts)
LOCKS := $(addprefix requirements/,runtime.txt build.txt test.txt lint.txt bench.txt)
# How many processes share the tests; each has databases of its own.
JOBS ?= 2
# What deploy/embedded/clean.py says when somebody works here.
IN_USE := 3
CODE := tenants core channels_app notifications api frontend deploy tests manage.py conftest.py

# A home that cannot be written (a container's odd user) must not stop the installer.
export UV_CACHE_DIR ?= $(shell test -w "$${HOME:-/nowhere}" || echo $(CURDIR)/var/cache/uv)
ifeq ($(UV_CACHE_DIR),)
unexport UV_CACHE_DIR
endif
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Node comes into the .venv too, and its cache must be writable as well.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export npm_config_cache ?= $(CURDIR)/var/cache/npm

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) $(CATALOGS) $(CONSOLE_BUILT) ## Install what the house needs into .venv; again: nothing to do

$(STAMP): requirements/uv.txt $(LOCKS)
	@requirements/make_venv $(VENV)
	@echo "setup: installing"
	@$(PYTHON) -m pip install --quiet --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install --quiet --python $(PYTHON) --require-hashes $(addprefix -r ,$(LOCKS))
	@touch $@
	@echo "setup: done"

%.mo: %.po $(STAMP)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(PACKAGES): $(STAMP) $(CONSOLE)/package.json $(CONSOLE)/package-lock.json $(CONSOLE)/.npmrc
	@echo "setup: fetching the console's packages"
	@cd $(CONSOLE) && npm ci --silent --ignore-scripts --no-update-notifier
	@touch $@

$(CONSOLE_BUILT): $(PACKAGES) $(CONSOLE_SOURCES)
	@echo "setup: building the console"
	@cd $(CONSOLE) && npm run --silent build -- --logLevel warn
	@touch $@

run: setup ## Run web, worker, beat, lines and the demo until Ctrl-C; PORT=9000 chooses the port
	@exec $(MANAGE) run_stack

test: setup ## Run every test
	@cd $(CONSOLE) && npm test --silent
	@$(PYTHON) -m pytest -q -n $(JOBS) $(ARGS)

types: setup ## Write the API's types for the console, from what the code says now
	@$(CONSOLE)/generate

lint: setup types ## Format, rules, types, floors, migrations, deployment checks
	@$(BIN)/ruff format --check --quiet --output-format concise $(CODE) || { echo "ruff format: run make fmt"; exit 1; }
	@$(BIN)/ruff check --quiet --output-format concise $(CODE)
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports --no-logo
	@$(MANAGE) makemigrations --check --dry-run
	@tests/house/check_deploy $(PYTHON)
	@cd $(CONSOLE) && npx tsc --noEmit && npx eslint . && npx prettier --check --log-level warn .

fmt: setup ## Format the code and mend what can be mended
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)
	@cd $(CONSOLE) && npx prettier --write --log-level warn .

bench: setup ## Measure speed beside peers and limits
	@$(PYTHON) -m tests.bench $(ARGS)

faults: setup ## Kill, delay and distort, then settle the account
	@$(PYTHON) -m tests.faults $(ARGS)

demo: setup ## Print the day's figures of the demo dealers
	@$(MANAGE) demo --figures $(ARGS)

talk: setup ## Play a flow in the terminal: make talk FLOW=survey LANG=es
	@$(MANAGE) talk $(if $(FLOW),$(FLOW),) $(if $(filter command line,$(origin LANG)),--lang $(LANG),)

lock: setup ## Pin the newest versions that requirements/*.in allow
	@cd requirements && for name in runtime build test lint bench uv; do \
	  ../$(BIN)/uv pip compile --quiet --upgrade --python-version 3.11 --generate-hashes --no-header $$name.in -o $$name.txt; done

clean: ## Stop the embedded servers and remove all that make has made
	@test ! -x $(PYTHON) || $(PYTHON) -m deploy.embedded.clean || test $$? -ne $(IN_USE)
	@rm -rf $(VENV) var $(CONSOLE)/node_modules $(CONSOLE)/dist $(CONSOLE)/src/api/schema.d.ts .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
