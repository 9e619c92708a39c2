.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench lock rules train clean

ARGS ?=
CORPORA ?=
# The first interpreter on the path that is new enough.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
READY := .venv/.ready
BENCH_READY := .venv/.bench-ready
# pip 25.1 is the first that knows dependency groups; Python 3.11 brings 23.2.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

help: ## print this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## a working checkout in .venv, with the exact versions of constraints.txt

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Chaffinch needs Python 3.11 or newer; name it: make PYTHON=..." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up .venv (once, about a minute)"; $(PYTHON) -m venv .venv; }
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --constraint constraints.txt --editable . --group dev
	@touch $@

$(BENCH_READY): $(READY)
	@$(PIP) install --constraint constraints.txt --group bench
	@touch $@

demo: $(READY) ## clean noisy pages, then crawl four made-up newspapers of this machine, twice
	@$(BIN)/python demo/run.py

test: $(READY) ## the tests; ARGS="-k name" narrows them
	@$(BIN)/python -m pytest --numprocesses auto $(ARGS)

check: $(READY) ## what must pass before a push: format, lint, types, tests with branch coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses auto --cov --cov-branch --cov-fail-under=90 --cov-report=term

bench: $(BENCH_READY) ## quality against the floors, speed, the crawl; CORPORA=folder names the pages
	@# All parts run, also after one that missed its floors; the end tells of it.
	@worst=0; for part in quality speed crawl; do $(BIN)/python bench/$$part.py $(CORPORA) || worst=1; done; \
	$(BIN)/python bench/kills.py || worst=1; exit $$worst

lock: ## write constraints.txt anew, with the newest versions that pyproject.toml allows
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip --quiet install --upgrade 'pip>=25.1'
	.venv-lock/bin/python -m pip --quiet install --editable . --group dev --group bench
	{ echo '# Exact versions for run time, dev and bench; make lock writes this file.'; \
	  .venv-lock/bin/python -m pip freeze --exclude chaffinch; } > constraints.txt.new
	mv constraints.txt.new constraints.txt
	rm -rf .venv-lock

rules: $(READY) ## compile the rules after a change of noise/*.toml
	@$(BIN)/python -c "from cleaners import rulebook; rulebook.COMPILED.write_text(rulebook.compile_rules(), encoding='utf-8')"

train: $(BENCH_READY) ## train the layout model on the corpora beside the project, sites held out
	@$(PIP) install --constraint constraints.txt --group train
	$(BIN)/python -m training.train $(ARGS)

clean: ## remove .venv and everything that tools left behind
	rm -rf .venv .venv-lock .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
