# Jiedan 接单. `make` alone says what there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Of the first Python that is new enough; one chosen with PYTHON=python3.13 gets an environment of its own.
ifndef PYTHON
PYTHON := $(or $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done || true),python3)
VENV ?= .venv
endif
VENV ?= .venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
BIN := $(VENV)/bin
READY := $(VENV)/installed

PORT ?= 8080
DATA ?= ./var
ROUND ?=
ORDERS ?= 1000000
MODE ?=
ROLE ?= bureau
DIVISION ?=
UNIT ?=
PERSON ?=
URL ?= http://127.0.0.1:$(PORT)
SEEN ?=
KEY ?=

help: ## what there is to make
	@echo "Jiedan 接单: make TARGET [NAME=value …]"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## the virtual environment with the locked packages (every other target does it by itself)
$(READY): requirements.lock deploy/setup
	@deploy/setup $(PYTHON) $(VENV)
	@touch $@

run: $(READY) ## the whole system at http://127.0.0.1:PORT (PORT=8080, data in DATA=./var); Ctrl-C ends it
	@exec $(BIN)/python -m deploy.local --follow-parent --port "$(PORT)" --data "$(DATA)"

demo: $(READY) ## a whole year over REST (ROUND=demo/round_2020, or MODE=service_group|service_base|lecture|…, PORT, DATA)
	@exec $(BIN)/python -m deploy.local.demo --port "$(PORT)" --data "$(DATA)" --round "$(ROUND)" --mode "$(MODE)"

token: $(READY) ## a development token (ROLE=bureau,… DIVISION=500000000000 UNIT=… PERSON=… SCOPE="webhooks:write …")
	@$(BIN)/python -m deploy.local.within --data "$(DATA)" token --role "$(ROLE)" \
		--division "$(DIVISION)" --unit "$(UNIT)" --person "$(PERSON)" $(foreach scope,$(SCOPE),--scope "$(scope)")

status: $(READY) ## the running system on one screen
	@$(BIN)/python -m deploy.local.within --data "$(DATA)" status

verify-ledger: $(READY) ## replay the running system's ledger and compare it with everything (DATA=./var); fails on a difference
	@$(BIN)/python -m deploy.local.within --data "$(DATA)" verify-ledger funding

verify-published: $(READY) ## check over HTTP that nothing published was altered (URL=http://127.0.0.1:PORT, SEEN=file, KEY="names")
	@$(BIN)/python deploy/site/verify_published.py "$(URL)" --seen "$(SEEN)" $(foreach key,$(KEY),--key "$(key)")

test: $(READY) ## every test, the smoke journey against real processes included (ONLY=tests/orders for some)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest $(or $(ONLY),-n 2 --dist loadfile --no-loadscope-reorder)

check: $(READY) ## lint, types, imports, house rules, and that everything generated is in step
	@deploy/check $(BIN)

docs: $(READY) ## write docs/rules and docs/api anew from the code
	@$(BIN)/python -m docs.generate

migration: $(READY) ## write a service's next migration from its models (SERVICE=orders MESSAGE="what changes")
	@$(BIN)/python -m shared.cli revision "$(SERVICE)" "$(MESSAGE)"

format: $(READY) ## format the code
	@$(BIN)/ruff check -q --fix . || true
	@$(BIN)/ruff format -q .

lock: $(READY) ## write requirements.lock anew from pyproject.toml
	@command -v uv >/dev/null || $(BIN)/pip install -q uv
	@PATH="$$PATH:$(BIN)" uv pip compile -q --universal --generate-hashes --python-version 3.11 --group dev \
		--custom-compile-command "make lock" --no-emit-index-url --upgrade pyproject.toml -o requirements.lock

bench-start: $(READY) ## seconds of a first and a second start, memory of the whole system, with one JSON line last
	@$(BIN)/python -m deploy.local.measure

bench-backbone: $(READY) ## events a second through relay and inbox, commit to handled, with one JSON line last
	@$(BIN)/python -m tests.bench.backbone

bench-orders: $(READY) ## list, search, detail and claim at 1,000,000 orders over 1,000; import; matching (ORDERS=1000000)
	@$(BIN)/python -m tests.bench.orders --orders "$(ORDERS)"

bench-funding: $(READY) ## postings a second and over a bare script, parallel reservations, a million postings verified; one JSON line last
	@$(BIN)/python -m tests.bench.funding

bench-publication: $(READY) ## the public feed, list and certificate check over an empty route; grading of 10,000 teams; one JSON line last
	@$(BIN)/python -m tests.bench.publication

mutation: $(READY) ## how many small changes of the funding rules and the ledger the tests notice (ONLY=rules|core|ledger MODULES="template statement")
	@$(BIN)/python -m tests.mutation $(if $(ONLY),--only $(ONLY)) $(if $(MODULES),--modules $(MODULES))

compose-test: $(READY) ## build and start docker-compose.yml, run the demo on it, kill one container of each kind
	@deploy/compose-test $(BIN)

clean: ## forget environments and caches (data folders stay)
	rm -rf .venv* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup run demo token status verify-ledger verify-published test check docs migration format lock bench-start bench-backbone bench-orders bench-funding bench-publication mutation compose-test clean
