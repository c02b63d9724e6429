# 一张图 cockpit: what a person types. Needs Python 3.11 or newer and nothing else; everything is put into .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv/bin/python
ARGS ?=

.PHONY: help run test check bench screenshots docs clean environment environment-dev system-packages python

help:
	@echo 'make run          the demo city on http://127.0.0.1:8050 (make run ARGS="--port 9000 --seed 11")'
	@echo 'make test         everything that must hold: style, types, imports, tests with browser and databases'
	@echo 'make check        the quick half of it: style, types, imports'
	@echo 'make bench        the benchmarks (make bench ARGS="push --json")'
	@echo 'make screenshots  docs/screenshots anew'
	@echo 'make docs         docs/settings.md, docs/lifecycle.md and docs/alarms.md anew from the program'
	@echo 'make clean        everything that can be made again'

run: environment
	@exec $(VENV) -m cockpit up $(ARGS)

test: environment-dev system-packages check
ifdef ARGS
	@echo '== tests'
	@$(VENV) -m pytest $(ARGS)
else
	@echo '== tests that share the processors'
	@$(VENV) -m pytest -n auto --dist loadfile -m 'not browser and not faults'
	@echo '== tests that want the machine: browsers and killed processes'
	@$(VENV) -m pytest -m 'browser or faults' || { \
		echo '== what failed, once more, with processes of its own; nothing is forgiven that fails twice'; \
		$(VENV) -m pytest -m 'browser or faults' --last-failed --last-failed-no-failures none -v; }
endif

check: environment-dev
	@echo '== style'
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .
	@echo '== imports'
	@$(VENV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	@echo '== types'
	@$(VENV) -m mypy

bench: environment-dev
	@exec $(VENV) -m cockpit bench $(ARGS)

screenshots: environment-dev system-packages
	@$(VENV) -m tools.screenshots $(ARGS)

docs: environment
	@$(VENV) -m tools.settings_page
	@$(VENV) -m tools.lifecycle_page
	@$(VENV) -m tools.orders_page
	@$(VENV) -m tools.layer_gallery
	@$(VENV) -m tools.alarms_page

environment: python
	@$(PYTHON) tools/prepare.py environment

environment-dev: python
	@$(PYTHON) tools/prepare.py environment --dev

system-packages: python
	@$(PYTHON) tools/prepare.py system-packages

python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed and none was found on PATH' >&2; exit 1; }

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-artifacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
