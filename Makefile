# VectorBid Contracts. `make` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell $(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && command -v $(name))))
VENV := .venv
BIN := $(VENV)/bin
# The type checker loads the settings and connects to nothing.
NOWHERE := DATABASE_URL=postgresql://none@127.0.0.1/none REDIS_URL=redis://127.0.0.1/0

.PHONY: help run test check format lint types imports migrations templates documents browser lock clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/installed ## Start everything on http://127.0.0.1:8000 (PORT changes it); Ctrl-C stops it
	@exec $(BIN)/python -m config.supervisor

test: $(VENV)/installed-dev browser ## Run the whole test suite on servers of its own
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: format lint types imports migrations templates documents test ## All that CI runs, ending in the tests

format: $(VENV)/installed-dev ## Is the code formatted? (`make format FIX=1` formats it)
	$(BIN)/ruff format $(if $(FIX),,--check) .

lint: $(VENV)/installed-dev ## Lint the code
	$(BIN)/ruff check $(if $(FIX),--fix) .

types: $(VENV)/installed-dev ## Check the types
	$(NOWHERE) $(BIN)/mypy .

imports: $(VENV)/installed-dev ## Do imports point one way?
	$(BIN)/lint-imports

migrations: $(VENV)/installed-dev ## Do migrations say what the models say, and are they safe to run?
	VAR_DIR=var/test $(BIN)/python manage.py makemigrations --check --dry-run
	VAR_DIR=var/test DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py lintmigrations --no-cache --include-apps accounts audit contracts pilots regulations

templates: $(VENV)/installed-dev ## Lint the templates
	$(BIN)/djlint templates --lint

documents: $(VENV)/installed-dev ## Are the demo's documents those that their sources build?
	$(BIN)/python -m contracts.demo.build --check

lock: $(VENV)/installed-dev ## Pin and hash the requirements anew
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt

clean: ## Remove the environment and all that ran in it, the local database too
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# The tests that need a browser use the system's Chromium: root installs it, others are told that those tests are skipped.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || echo "No Chromium: the browser tests will be skipped."

# uv installs the lock five times as fast as pip; where it cannot be had, pip does it.
define install
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11, 3.12 or 3.13 is needed and none was found."; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv || true
	@$(BIN)/python -m uv pip install --quiet --require-hashes -r $(1) || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

$(VENV)/installed: requirements.txt
	$(call install,requirements.txt)

$(VENV)/installed-dev: requirements-dev.txt
	$(call install,requirements-dev.txt)
	@touch $(VENV)/installed
