# `make demo` shows the program at work, `make test` runs every check. Both install what they need into .venv and
# node_modules; system tools (rsync, chromium) come by apt where that is allowed, else they are named.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: demo test check fast clean docs lock

demo: $(VENV)/.installed
	@rm -rf build/demo && mkdir -p build/demo
	$(BIN)/mlops new churn --level 2 --yes --no-git --output-dir build/demo
	$(BIN)/mlops lint build/demo/churn --level 2

test: check
	$(BIN)/pytest -n $(JOBS)

check: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The tests that run in seconds: everything but the end-to-end ones.
fast: $(VENV)/.installed
	$(BIN)/pytest -n $(JOBS) --ignore=tests/e2e

docs: $(VENV)/.installed
	$(BIN)/python .ci/docs

lock: $(VENV)/.installed
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header pyproject.toml --group dev --python-version 3.11 --no-emit-index-url -o requirements/dev.txt

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mlops needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) node_modules build dist
