# Upskill: everything starts here. `make` alone lists the commands.
# Nothing but Python 3.11 or newer is needed; the first `make run` or `make test` installs the rest into .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --no-input

.DEFAULT_GOAL := help
.PHONY: help run tour test check format bench lock clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

# exec: the suite takes the place of the recipe's shell, so that signals reach it. Whoever runs it by hand wants to see
# what it says, not a line for each request: that is for UPSKILL_LOG_LEVEL=info, the default everywhere else.
run: $(VENV)/.runtime  ## migrate, load the demo organisation if there is no data yet, serve on 127.0.0.1:8000
	@UPSKILL_DEMO="$${UPSKILL_DEMO:-1}" UPSKILL_LOG_LEVEL="$${UPSKILL_LOG_LEVEL:-warning}" exec $(BIN)/upskill up

tour: $(VENV)/.runtime  ## walk the loop against the running suite and tell each step
	@exec $(BIN)/upskill tour

test: $(VENV)/.dev  ## run every test, on SQLite and on PostgreSQL
	@exec $(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

check: $(VENV)/.dev  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev  ## let ruff put the code into its form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## measure against the raw drivers, nginx and numpy, in one run
	@exec $(BIN)/python -m tests.benchmarks

# The locks are made from PyPI's own index and carry the hashes of its files, but no address.
COMPILE := $(BIN)/uv --no-config pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet
lock: $(VENV)/.dev  ## compile requirements/*.txt from pyproject.toml
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements/runtime.txt -o requirements/dev.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Upskill needs Python 3.11 or newer; '$(PYTHON)' is older or missing. Try make PYTHON=python3.12 …"; exit 1; }
	@echo "Making the virtual environment in $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python has no venv module here; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the suite needs, pinned by hash (once)"
	@$(PIP) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need, pinned by hash (once)"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

clean:  ## remove the virtual environment and caches; data in ./var stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
