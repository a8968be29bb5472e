# Everything a developer does here. Needs python3 (3.11 or later) with venv, and make; nothing else.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help venv gen lint types test demo close up down status plan apply export token certificate rotate lock trace bench fault trial soak clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(READY) ## make the virtual environment (all other targets do it by themselves)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

gen: $(READY) ## generate the stubs in gen/ from protos/
	$(RUN) protos/generate.py

lint: $(READY) ## style, formatting, import rules, contracts
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/lint-imports
	$(VENV)/bin/buf lint
	$(VENV)/bin/buf format --diff --exit-code

types: $(READY) ## mypy --strict
	$(VENV)/bin/mypy

test: $(READY) ## every check and test, with the time of each
	$(RUN) -m tests.run

demo: $(READY) ## the story: real servers, four services, real-shaped orders
	$(RUN) -m deploy.local.demo

close: $(READY) ## a month's close of the demo program, printed as an accountant reads it
	$(RUN) -m deploy.local.close

up: $(READY) ## start the mesh and leave it running; prints addresses, a token, a call to try
	$(RUN) -m deploy.local up

down: $(READY) ## stop the mesh; the data stay
	$(RUN) -m deploy.local down

status: $(READY) ## show what runs
	$(RUN) -m deploy.local status

plan: $(READY) ## show what FOLDER=<program files> would change in the running mesh
	@$(RUN) -m deploy.local.program plan $(FOLDER)

apply: $(READY) ## make FOLDER=<program files> live in the running mesh: shows the plan and asks
	@$(RUN) -m deploy.local.program apply $(FOLDER)

export: $(READY) ## write the live files of PROGRAM=<id> to FOLDER=<new folder>
	@$(RUN) -m deploy.local.program export $(FOLDER) --program $(PROGRAM)

token: $(READY) ## a token of the running mesh: SUBJECT=till-9 ROLE=POS PROGRAM=demo BRAND= LOCATION= OUT=<file, else printed>
	@$(RUN) -m deploy.local.access token $(if $(SUBJECT),--subject $(SUBJECT)) $(if $(ROLE),--role $(ROLE)) \
		$(if $(PROGRAM),--program '$(PROGRAM)') $(if $(BRAND),--brand $(BRAND)) \
		$(if $(LOCATION),--location $(LOCATION)) $(if $(OUT),--out $(OUT))

certificate: $(READY) ## a certificate for NAME=<till>; prints where its files are
	@$(RUN) -m deploy.local.access certificate $(or $(NAME),$(error say whose: make certificate NAME=till-9))

rotate: $(READY) ## a new signing key and new certificates under the running mesh
	@$(RUN) -m deploy.local.access rotate

lock: ## write the hashes of all dependencies to requirements/, from constraints.txt
	$(PYTHON) requirements/lock.py

trace: $(READY) ## print a trace as a tree: the last, or ID=<order, request or trace id>
	$(RUN) -m deploy.local.trace $(ID)

bench: $(READY) ## measure
	$(RUN) -m tests.bench

fault: $(READY) ## kill processes under load and prove that nothing acknowledged is lost
	$(VENV)/bin/pytest tests/fault -m fault -s

trial: $(READY) ## load the real-shaped order files, where they are at hand, and compare every point
	$(VENV)/bin/pytest tests/trial -s

soak: $(READY) ## the long proofs, and twenty times the examples of every property
	$(VENV)/bin/pytest -m soak
	$(VENV)/bin/pytest tests/property tests/unit -m "not soak" --hypothesis-profile=soak

clean: ## stop the mesh, remove its data, the environments and all caches
	@if [ -x $(RUN) ]; then $(RUN) -m deploy.local clean; fi
	rm -rf $(VENV) .ci-venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
