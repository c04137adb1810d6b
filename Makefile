# `make restore` shows what the program does; `make test` runs the tests. Both set up .venv by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SEED := seeds/003_5634fe5ae3712ea9.txt
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: restore test lint bench picture clean

restore: $(VENV)/.installed
	@$(BIN)/restore run $(SEED) --output restored
	@$(BIN)/restore diff $(SEED) restored/$(notdir $(SEED)) --color always

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/restore glossary lint

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks.speed
	$(BIN)/python -m tests.benchmarks.knowledge
	$(BIN)/python -m tests.benchmarks.review
	$(BIN)/python -m tests.benchmarks.opening
	$(BIN)/python -m tests.benchmarks.kills

picture: $(VENV)/.installed-dev
	$(BIN)/python -m tests.picture

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "restore needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(INSTALL) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) restored
