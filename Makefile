# `make` alone prints what there is. Needs Python 3.11 or newer and make (3.81 will do); everything else goes into .venv and .tools.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
TEST ?= tests
WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help demo run test cover browser lint format bench lock prometheus clean

help:  ## print this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | awk -F@ '{printf "%-16s %s\n", $$1, $$2}'

demo: $(VENV)/run.stamp prometheus  ## try Muster: a pretend Slack, cluster and metrics, with the bot connected
	@exec $(BIN)/python -m sandbox demo

run: $(VENV)/run.stamp  ## start the bot with your own environment (.env.example)
	@exec $(BIN)/python -m bot serve

test: $(VENV)/dev.stamp prometheus  ## run every test (TEST=tests/bot for some)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(TEST)

cover: $(VENV)/dev.stamp prometheus  ## run every test, and print the lines that none reaches (takes twice the time)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered $(TEST)

browser: $(VENV)/dev.stamp prometheus  ## play the incident in Chromium, leave pictures in screenshots/
	$(BIN)/python -m pytest -m browser tests

lint: $(VENV)/dev.stamp  ## what CI checks: ruff, mypy, imports, runbooks
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m bot lint

format: $(VENV)/dev.stamp  ## format the code and mend what a tool can
	$(BIN)/ruff check --quiet --fix . || true
	$(BIN)/ruff format --quiet .

bench: $(VENV)/dev.stamp prometheus  ## measure what an engineer waits for
	$(BIN)/python -m bench

UV_COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links
lock: $(VENV)/dev.stamp  ## bring both locks up to date
	$(UV_COMPILE) pyproject.toml locks/build.in -o locks/run.txt >/dev/null
	$(UV_COMPILE) --extra dev -c locks/run.txt pyproject.toml locks/build.in -o locks/dev.txt >/dev/null

# Prometheus: the machine's own, else Debian's or Ubuntu's package unpacked into .tools, without root.
prometheus:
	@command -v prometheus >/dev/null 2>&1 || test -x .tools/usr/bin/prometheus || sh sandbox/fetch-prometheus.sh

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Muster needs Python 3.11 or newer: install one, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up .venv (once, about a minute)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment: on Debian or Ubuntu, sudo apt install python3-venv"; exit 1; }

$(VENV)/run.stamp: $(VENV)/bin/python locks/run.txt pyproject.toml
	@$(PIP) --require-hashes -r locks/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp locks/dev.txt
	@$(PIP) --require-hashes -r locks/dev.txt
	@touch $@

clean:  ## remove what was set up
	rm -rf $(VENV) .tools .mypy_cache .ruff_cache .pytest_cache screenshots build ./*.egg-info
