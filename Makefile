# Meetlat: `make run` sets everything up and serves it; `make help` lists the rest.
# Needed beforehand: Python 3.11 or newer, and a network the first time. PYTHON=python3.12 chooses another Python.

SHELL := /bin/bash
# what is imported once should not be compiled again by the next process
unexport PYTHONDONTWRITEBYTECODE
ifndef PYTHON
PYTHON := $(shell requirements/python.sh)
endif
BIN := .venv/bin
# by another name: `make -n` runs whatever line names $(MAKE) itself
CHECKS := $(MAKE) --no-print-directory lint

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test check lint check-office bench faults drill format assets lock sbom clean python

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## set up, then serve on http://127.0.0.1:5000 (another port: make run PORT=5001)
	@exec $(BIN)/meetlat serve

setup: python ## install what running needs into .venv, and build the assets
	@$(PYTHON) requirements/install.py run
	@$(BIN)/python assets/install.py

setup-dev: python ## the same, with what checks and tests need
	@$(PYTHON) requirements/install.py dev
	@$(BIN)/python assets/install.py --dev

test: setup-dev ## run every check and test, on SQLite and PostgreSQL, and in a browser
	@$(BIN)/python tests/support/chromium.py
	@# A browser waits most of the time: what it tests runs beside the rest, and is shown when that is done. So
	@# do the checks. Both go before the rest, which fills two cores to the end.
	@mkdir -p .cache
	@$(CHECKS) > .cache/lint.log 2>&1 & checks=$$!; \
	$(BIN)/pytest -q tests/browser > .cache/browser.log 2>&1 & beside=$$!; \
	echo "$(BIN)/pytest on SQLite and PostgreSQL, and checks and a browser beside it"; \
	nice -n 5 $(BIN)/pytest -n 2 --dist worksteal -q --database sqlite --database postgres --ignore tests/browser; \
	rest=$$?; wait $$checks; checks=$$?; cat .cache/lint.log; \
	echo "$(BIN)/pytest tests/browser"; wait $$beside; browser=$$?; cat .cache/browser.log; \
	test $$checks = 0 -a $$rest = 0 -a $$browser = 0

check: lint ## run the quick checks (style, types, imports, templates, house rules)
	$(BIN)/pytest -q -p no:cacheprovider tests/structure -m "not database"

lint: setup-dev ## of these what reads the code without running it
	@# Reading all types takes longest, and waits for nothing of the rest.
	@mkdir -p .cache
	@$(BIN)/mypy > .cache/types.log 2>&1 & types=$$!; \
	set -x; \
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/lint-imports --no-cache && \
	$(BIN)/djlint app/templates --lint --quiet && $(BIN)/deptry . && $(BIN)/python -m tests.support.bill; \
	style=$$?; wait $$types; types=$$?; \
	{ set +x; } 2> /dev/null; echo "$(BIN)/mypy"; cat .cache/types.log; \
	test $$style = 0 -a $$types = 0

check-office: setup-dev ## open the exports in LibreOffice, save them again, and draw every page
	@$(BIN)/python -m tests.support.office
	$(BIN)/pytest -q -m office tests/exports

bench: setup-dev ## measure speed and memory, and print tables (docs/benchmarks.md); PART=serving for one part
	@$(BIN)/python -m benchmarks $(PART)

faults: setup-dev ## kill, fill, stop and cut while people save: nothing acknowledged is lost (FAULTS=1000 for long)
	@$(BIN)/python -m tests.faults

drill: setup-dev ## set Meetlat up behind nginx with PostgreSQL and try it from outside (as root it installs nginx)
	@command -v nginx >/dev/null || test $$(id -u) != 0 || \
	{ apt-get update -q && apt-get install -y -q --no-install-recommends nginx-light openssl; }
	@$(BIN)/python -m tests.drill

format: setup-dev ## lay out the code as the checks want it
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

assets: setup ## build the style sheet and script again
	@$(BIN)/python assets/install.py --again

lock: setup ## pin the newest allowed packages (UPGRADE=1 to renew all)
	@requirements/lock.sh
	@$(BIN)/python assets/install.py --lock

sbom: setup-dev ## write a bill of materials (CycloneDX) to .cache/meetlat.cdx.json, licences checked
	@$(BIN)/python -m tests.support.bill .cache/meetlat.cdx.json

clean: ## remove what the set-up made; instance/ with your data stays
	rm -rf .venv node_modules app/static/build .cache .mypy_cache .ruff_cache .pytest_cache meetlat.egg-info

python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Meetlat needs Python 3.11 or newer, and this is %d.%d. Name another one, for instance: make run PYTHON=python3.12" % sys.version_info[:2])'
