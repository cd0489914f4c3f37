# `make run` on a fresh machine builds, trains, loads and starts everything; `make test` checks it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# uv from the path, else one of our own under .tools. With pyenv, all its Pythons are offered.
UV := $(shell command -v uv || echo .tools/bin/uv)
export UV_PROJECT_ENVIRONMENT := .venv
ifneq ($(shell command -v pyenv),)
export PYENV_VERSION := $(shell pyenv versions --bare 2>/dev/null | paste -sd:)
endif
RUN := $(UV) run --no-sync
DIALOGUE := dialogue/.venv/bin/python
CODE := tawjih bot actions catalogue people languages store settings.py errors.py tests bench

.PHONY: help run setup train test test-fast lint types imports data unit stack evaluate bench clean parts format

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## build what is missing, train, load, start; says where to click
	@$(RUN) tawjih run

setup: .venv/.made dialogue/.venv/.made ## both environments

train: setup ## train the dialogue if its data changed
	@$(RUN) tawjih train

.tools/bin/uv:
	@command -v python3 >/dev/null || { echo "missing: Python 3.11 or later (python3)"; exit 1; }
	@python3 -m venv .tools || { echo "missing: the venv module of python3 (Debian: apt install python3-venv)"; exit 1; }
	@.tools/bin/pip install --quiet uv || { echo "missing: uv, and pip could not fetch it"; exit 1; }

.venv/.made: pyproject.toml uv.lock | $(filter .tools/%,$(UV))
	@echo "· environment of the service"
	@$(UV) python find --quiet '>=3.11' >/dev/null || $(UV) python install --quiet 3.11 || { echo "missing: Python 3.11 or later"; exit 1; }
	@$(UV) sync --quiet --frozen --no-dev
	@touch $@

.venv/.made-dev: .venv/.made
	@$(UV) sync --quiet --frozen
	@touch $@

dialogue/.venv/.made: dialogue/pyproject.toml dialogue/uv.lock | $(filter .tools/%,$(UV))
	@echo "· environment of the dialogue"
	@$(UV) python find --quiet --project dialogue '==3.10.*' >/dev/null || $(UV) python install --quiet 3.10 || { echo "missing: Python 3.10, which Rasa needs (pyenv install 3.10, or uv python install 3.10)"; exit 1; }
	@$(UV) sync --quiet --frozen --project dialogue
	@touch $@

test: parts .venv/.made-dev dialogue/.venv/.made lint types imports data unit stack ## the whole check

test-fast: .venv/.made-dev lint ## the tests that need no server, under a minute
	@$(RUN) pytest -q -m "not stack and not browser" --ignore=tests/catalogue

lint:
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .

types:
	@$(RUN) mypy
	@cd dialogue && .venv/bin/python -m mypy .

imports:
	@$(RUN) lint-imports --no-cache

data:
	@$(RUN) tawjih nlu check --quiet
	@$(RUN) tawjih prepare
	@$(DIALOGUE) -W ignore -m dialogue validate
	@$(RUN) tawjih evaluate tests/nlu/heldout/*.jsonl --floors tests/nlu/floors.yml

unit:
	@$(DIALOGUE) -m pytest -q dialogue/tests
	@$(RUN) pytest -q -m "not stack and not browser"

stack:
	@$(RUN) pytest -q -m "stack or browser"

evaluate: setup ## understanding: cross-validation and unseen messages, on a page
	@$(RUN) tawjih train
	@$(RUN) tawjih report tests/nlu/heldout/*.jsonl $(REPORT)
	@$(RUN) tawjih evaluate tests/nlu/heldout/*.jsonl --json var/evaluation.json --floors tests/nlu/floors.yml

bench: setup ## the figures, beside stock Rasa (sets it up first: 2.5 GB, 20 minutes)
	@UV="$(UV)" $(RUN) python -m bench.serving

parts: ## what the tests need besides Python: Chromium, PostgreSQL, test tools of Node
	@.ci/parts

format: .venv/.made-dev
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

clean: ## forget environments and state
	@rm -rf .venv dialogue/.venv .tools var .rasa
