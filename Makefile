# OpenKasa. `make run` opens a demo shop; `make help` lists the rest.
# Works with GNU make on Debian and macOS (also make 3.81); the shell parts use POSIX sh only.

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do command -v $$name && break; done)
BIN := .venv/bin
# Three processes keep two cores busy: a third of a walk through the till is waiting for a timer or an answer.
JOBS ?= 3
PATHS := config core inventory loyalty pos devices exchange backoffice tests bench deploy manage.py

# Some machines tell Python to keep no compiled code. A shop is dozens of processes and the tests start hundreds: each
# would compile Django and all of ours again, which is most of what it costs to start one.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test bench check setup setup-dev format-check lint types imports docs js audit

help:
	@echo "make run     set up and open a demo shop (KASA_COUNTRY=pl|ua|ru, KASA_PORT, KASA_DATA)"
	@echo "make test    all tests on $(JOBS) processes (TESTS=tests/core for a part, LONG=1 for what takes minutes)"
	@echo "make check   format, lint, types, import contracts, docs, JavaScript types, known vulnerabilities"
	@echo "make bench   measure: bridge, prices, pricing, screen, till, upload, video (make bench ONLY=pricing for one)"
	@echo "make setup   only make the environment .venv"

run: setup
	@$(BIN)/python manage.py serve --demo

test: setup-dev
	@$(BIN)/python deploy/test_tools.py
	KASA_TESTS_LONG=$(LONG) $(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

bench: setup-dev
	$(BIN)/python -m bench $(ONLY)

check: format-check lint types imports docs js audit
	@echo "check: all good"

setup:
	@$(if $(PYTHON),,$(error There is no python3 on PATH; install Python 3.11))$(PYTHON) deploy/setup.py run

setup-dev:
	@$(if $(PYTHON),,$(error There is no python3 on PATH; install Python 3.11))$(PYTHON) deploy/setup.py dev

format-check: setup-dev
	$(BIN)/ruff format --check $(PATHS)

lint: setup-dev
	$(BIN)/ruff check $(PATHS)

types: setup-dev
	$(BIN)/mypy

imports: setup-dev
	$(BIN)/lint-imports

docs: setup-dev
	$(BIN)/pytest -q tests/architecture

js: setup-dev
	@$(BIN)/python deploy/check_js.py

audit: setup-dev
	@$(BIN)/python deploy/check_audit.py
