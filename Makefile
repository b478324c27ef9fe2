SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check bench faults

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --no-input install --require-hashes --no-deps

help: ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

run: $(VENV)/runtime.stamp ## set up, build and start all of Loket on this machine
	@exec $(PYTHON) -m app serve --with-parent

# A file stays on one worker: what it sets up is set up once. Unit tests come last and fill the gaps.
test: $(VENV)/dev.stamp ## run every test
	@browser="$$(tests/browser.sh $(PYTHON))" && firefox="$$(tests/browser.sh $(PYTHON) firefox)" \
	  && LOKET_TEST_BROWSER="$$browser" LOKET_TEST_FIREFOX="$$firefox" \
	  $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp ## format, lint, types, import rules, locks, words and secrets: no server is started
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/basedpyright
	$(VENV)/bin/lint-imports
	$(PYTHON) -m pip --disable-pip-version-check check
	$(PYTHON) -m pytest tests/architecture

bench: $(VENV)/bench.stamp ## measure against references of the same run, and write a table
	@browser="$$(tests/browser.sh $(PYTHON))" && LOKET_TEST_BROWSER="$$browser" $(PYTHON) -m tests.bench

# Most of the first run is waiting, so that four go on at once; the second asks how quickly Loket is
# there again, each test alone. Both are run to their ends.
FAULTS := $(addprefix tests/,faults/test_poor_line.py faults/test_matrix.py \
  unit/adapters/test_hostile.py)
faults: $(VENV)/dev.stamp ## kill every server at work, and close the books: an hour
	@$(PYTHON) -m pytest -m "" --timeout 0 -rA -v -n 4 --dist loadgroup --no-loadscope-reorder $(FAULTS); beside=$$?; \
	  $(PYTHON) -m pytest -m "" --timeout 0 -rA -v tests/faults $(FAULTS:%=--ignore=%) && exit $$beside

$(PYTHON):
	@command -v python3 >/dev/null || { echo "Loket needs Python 3.11 or newer, and there is no python3."; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Loket needs Python 3.11 or newer; this is $$(python3 --version)."; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Loket needs Python's venv: on Debian and Ubuntu, the package python3-venv."; exit 1; }
	python3 -m venv $(VENV)

# What is installed is what the locks say, hash by hash, and nothing is looked for beside them: pip
# would prefer a newer release of what is asked for with extras, and refuse it. A stamp tells when.
$(VENV)/runtime.stamp: requirements.lock | $(PYTHON)
	@echo "Installing what Loket needs, once: a few minutes on a slow line ..."
	$(PIP) -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock requirements.lock | $(PYTHON)
	@echo "Installing what Loket and its tests need, once: a few minutes on a slow line ..."
	$(PIP) -r requirements-dev.lock
	@touch $@ $(VENV)/runtime.stamp

$(VENV)/bench.stamp: tests/bench/requirements.lock $(VENV)/dev.stamp
	$(PIP) -r tests/bench/requirements.lock
	@touch $@
