# `make` lists the verbs. Each does its own set-up; nothing else is needed first.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test check unit bench lock clean

help: ## list the verbs
	@echo "coord: emergency coordination and public warning"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements.lock pyproject.toml tools/fresh.py
	@$(PYTHON) tools/fresh.py
	@$(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages (hashes checked) …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.ready ## create .venv from the lock

run: setup ## start the centre with the SAMPLE district (SQLite, no Redis) and play Ragasa 2025 in an exercise
	@$(VENV)/bin/coord sample $(ARGS)

test: setup check unit ## every check and every test, on a real PostgreSQL too

check: setup ## format, lint, types, import contracts
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

unit: setup
	$(PY) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

bench: setup ## one JSON line a benchmark (bench/)
	@for file in bench/*.py; do $(PY) $$file || exit 1; done

lock: ## resolve the lock anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra postgres --group test --group check pyproject.toml -o requirements.lock --upgrade

clean: ## remove what set-up and tests made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache coord.egg-info
