# VectorBid Contracts. `make` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,$(shell $(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && command -v $(name))))
VENV := .venv
BIN := $(VENV)/bin
# The type checker loads the settings and connects to nothing.
NOWHERE := DATABASE_URL=postgresql://none@127.0.0.1/none REDIS_URL=redis://127.0.0.1/0

.PHONY: help run test check format lint types imports migrations templates documents deployable asvs vocabulary schema fuzz browser mutation bench lock clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/installed ## Start everything on http://127.0.0.1:8000 (PORT changes it); Ctrl-C stops it
	@exec $(BIN)/python -m config.supervisor

test: $(VENV)/installed-dev ## Run the whole test suite on servers of its own
	@command -v chromium >/dev/null || echo "No Chromium: the browser tests will be skipped. As root, \`make browser\` installs it."
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: format lint types imports migrations templates documents deployable test ## All that CI runs, ending in the tests

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
	VAR_DIR=var/test DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python manage.py lintmigrations --no-cache --sql-analyser postgresql --include-apps accounts audit contracts pilots regulations \
	  --ignore-name 0004_words_are_known_apart 0024_words_are_known_apart 0016_one_unclosed_security_event  # two drop columns that came in the same release; what is unique in the third, no release before it writes

templates: $(VENV)/installed-dev ## Lint the templates
	$(BIN)/djlint templates --lint

documents: $(VENV)/installed-dev ## Are the demo's documents those that their sources build?
	$(BIN)/python -m contracts.demo.build --check

deployable: $(VENV)/installed-dev ## Does Django's `check --deploy` find nothing wrong with production's settings?
	$(BIN)/python -m tests.production

asvs: $(VENV)/installed-dev ## Write docs/asvs.md from docs/asvs.csv (a test compares them)
	$(BIN)/python -m tests.asvs

vocabulary: $(VENV)/installed-dev ## Write docs/vocabulary.md from the code (a test compares them)
	$(BIN)/python -m contracts.vocabulary.page

schema: $(VENV)/installed-dev ## Write config/api/openapi.yaml, the API's OpenAPI document, from the code (a test compares them)
	$(NOWHERE) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file config/api/openapi.yaml

fuzz: $(VENV)/installed-dev ## Send the API far more invented requests than the suite does (half an hour; FUZZ_EXAMPLES=1000 hunts longer)
	FUZZ_EXAMPLES=$(or $(FUZZ_EXAMPLES),200) $(BIN)/python -m pytest -n 2 tests/api_contract/test_fuzzing.py tests/api_contract/test_chains.py

mutation: $(VENV)/installed-dev ## Do the engine's tests notice each small change to it? (an hour and a half; not in CI)
	$(BIN)/python -m uv pip install --quiet --require-hashes -r requirements-mutation.txt
	rm -rf mutants
	FAR117_EXAMPLES=20 $(BIN)/mutmut run --max-children 2 | tail -c 400
	@echo; $(BIN)/mutmut results

bench: $(VENV)/installed-dev ## Measure the lookup beside its peers on two cores (a few minutes; BENCH="--times 10" takes ten times the data)
	@command -v wrk >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk >/dev/null; } \
	  || { echo "wrk is needed: install the package wrk."; exit 1; }
	@[ -x var/bench-venv/bin/python ] || $(BIN)/python -m uv venv --quiet --python $(BIN)/python var/bench-venv
	@$(BIN)/python -m uv pip install --quiet --python var/bench-venv/bin/python --require-hashes -r requirements-bench.txt
	$(BIN)/python -m bench.lookups $(BENCH)

lock: $(VENV)/installed-dev ## Pin and hash the requirements anew
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements-mutation.in -o requirements-mutation.txt
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-index-url requirements-bench.in -o requirements-bench.txt
	$(BIN)/uv --version | awk '{print "uv==" $$2}' | $(BIN)/uv pip compile -q --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --no-annotate - > $(VENV)/uv.txt
	{ echo '# What installs the other requirements. \`make lock\` pins the version that is installed.'; cat $(VENV)/uv.txt; } > requirements-uv.txt

clean: ## Remove the environment and all that ran in it, the local database too
	@[ ! -x $(BIN)/python ] || for folder in var/test var; do \
	  [ ! -d $$folder/servers ] || VAR_DIR=$$folder $(BIN)/python -m config.servers stop \
	    || { echo "Nothing was removed: the servers of $$folder were not stopped. End what uses them first."; exit 1; }; done
	rm -rf $(VENV) var mutants .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# By apt-get, as root: a command, its packages, and what is not tried without it.
define with_command
	@PATH="$$PATH:/usr/sbin"; command -v $(1) >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2) >/dev/null; } \
	  || echo "No $(1): the tests of $(3) will be skipped."
endef

browser: ## Install Chromium for the browser tests, tesseract for scans and ClamAV for uploads, as root by apt-get; CI does so
	$(call with_command,chromium,chromium,pages in a browser)
	$(call with_command,tesseract,tesseract-ocr tesseract-ocr-eng,scans)
	$(call with_command,clamd,clamav-daemon,the virus scanner)

# Debian's python3 comes without ensurepip: `-m venv` fails then and leaves half an environment, with a Python but no pip.
# uv installs the lock five times as fast as pip; where it cannot be had, pip does it.
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
define install
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11, 3.12 or 3.13 is needed and none was found."; exit 1; }
	@$(PIP) --version >/dev/null 2>&1 || { \
	  rm -rf $(VENV); \
	  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; } || true; \
	  made=$$($(PYTHON) -m venv $(VENV) 2>&1) && $(PIP) --version >/dev/null || { \
	    rm -rf $(VENV); \
	    $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && echo "$$made" || echo "$(PYTHON) lacks venv: install the package python3-venv, or name another Python: make PYTHON=..."; \
	    exit 1; }; }
	@$(PIP) install --require-hashes -r requirements-uv.txt || echo "uv cannot be had; pip installs instead."
	@$(BIN)/python -m uv pip install --quiet --require-hashes -r $(1) \
	  || { echo "uv did not do it; pip does."; $(PIP) install --require-hashes -r $(1); }
	@touch $@
endef

$(VENV)/installed: requirements.txt requirements-uv.txt
	$(call install,requirements.txt)

$(VENV)/installed-dev: requirements-dev.txt requirements-uv.txt
	$(call install,requirements-dev.txt)
	@touch $(VENV)/installed
