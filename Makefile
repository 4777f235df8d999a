# The menu: `make` or `make help` lists it. Everything is installed into .venv, from lock files with hashes.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
GAZETTEER := $(VENV)/share/citytime/gazetteer.sqlite
COMPILER  := $(wildcard service/src/citytime/geocoder/compile/*.*) \
             $(addprefix service/src/citytime/geocoder/,fold.py gazetteer.py nearby.py ranking.py signature.py schema.sql)
# The image's name: the environment's, else the lab's.
IMAGE := $(or $(CITYTIME_IMAGE),$(shell sed -n 's/^CITYTIME_IMAGE=//p' .env))
# What the Python tools run on, from service/, where their settings are.
CODE := src tests ../accuracy ../bench ../drills ../grafana ../load ../mesh ../scripts ../tests image

.DEFAULT_GOAL := help

.PHONY: help
help: ## list these targets
	@awk 'BEGIN {FS = ":.*## "; print "usage: make TARGET\n"} /^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: $(GAZETTEER) ## run the service on http://127.0.0.1:8080 (settings: CITYTIME_… variables)
	exec $(BIN)/citytime serve

.PHONY: test
test: $(VENV)/dev.stamp $(GAZETTEER) ## run the tests
	cd service && ../$(BIN)/python -m pytest $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m pytest -c service/pyproject.toml --rootdir . accuracy tests/doctor tests/drills tests/load)
	$(if $(ARGS),,$(BIN)/python -m pytest -c service/pyproject.toml --rootdir . tests/grafana --ignore tests/grafana/programs)

.PHONY: test-valkey
test-valkey: $(VENV)/dev.stamp $(GAZETTEER) ## run the tests of what replicas share (needs valkey-server or redis-server)
	cd service && ../$(BIN)/python -m pytest tests/valkey $(ARGS)

.PHONY: test-prometheus
test-prometheus: $(VENV)/dev.stamp ## test scraping, rules, alerts and mails (promtool, amtool, alertmanager; or Docker)
	$(BIN)/python -m pytest -c service/pyproject.toml --rootdir . tests/prometheus $(ARGS)

.PHONY: test-mesh
test-mesh: $(VENV)/dev.stamp $(GAZETTEER) ## test the mesh: sidecars, certificates, retries (envoy on PATH; or Docker)
	PYTHONPATH=service $(BIN)/python -m pytest -c service/pyproject.toml --rootdir . tests/mesh $(ARGS)

.PHONY: test-grafana
test-grafana: $(VENV)/dev.stamp ## test the dashboards (Node 20 with npm; prometheus and promtool, or Docker)
	$(BIN)/python -m pytest -c service/pyproject.toml --rootdir . tests/grafana $(ARGS)
	PYTHONPATH=tests $(BIN)/python -m grafana.real || [ $$? -eq 77 ]

.PHONY: dashboards
dashboards: $(VENV)/dev.stamp ## write the dashboards anew from grafana/source
	cd grafana && ../$(BIN)/python -m source

.PHONY: lint
lint: $(VENV)/dev.stamp ## check style and types
	cd service/proto && ../../$(BIN)/buf lint && ../../$(BIN)/buf format --diff --exit-code \
	  && ../../$(BIN)/buf breaking --against released.binpb
	cd service && ../$(BIN)/ruff check $(CODE) && ../$(BIN)/ruff format --check $(CODE)
	cd service && ../$(BIN)/mypy
	MYPYPATH=service/src:. $(BIN)/mypy --config-file service/pyproject.toml -p accuracy -p bench -p drills
	MYPYPATH=grafana $(BIN)/mypy --config-file service/pyproject.toml -p source

.PHONY: format
format: $(VENV)/dev.stamp ## format the code
	cd service && ../$(BIN)/ruff check --fix $(CODE) && ../$(BIN)/ruff format $(CODE)

.PHONY: check
check: lint test accuracy schemathesis faults ## all that must pass before a change goes in

.PHONY: gazetteer
gazetteer: $(GAZETTEER) ## compile the geo database

$(GAZETTEER): $(VENV)/run.stamp $(COMPILER)
	$(BIN)/citytime gazetteer build --output $@

.PHONY: accuracy
accuracy: $(VENV)/dev.stamp $(GAZETTEER) ## how many names are answered right, with the misses
	$(BIN)/python -m accuracy $(ARGS)

.PHONY: bench
bench: $(VENV)/dev.stamp $(GAZETTEER) ## CPU per request beside bare Tornado and gin, start, memory
	$(BIN)/python -m bench $(ARGS)

.PHONY: fuzz
fuzz: $(VENV)/dev.stamp $(GAZETTEER) ## a million hostile paths: no 500, no hang, no new metric series
	cd service && ../$(BIN)/python -m tests.million $(ARGS)

.PHONY: schemathesis
schemathesis: $(VENV)/dev.stamp $(GAZETTEER) ## hold the running service against its own OpenAPI document
	cd service && ../$(BIN)/python -m tests.schemathesis_run $(ARGS)

.PHONY: faults
faults: $(VENV)/dev.stamp $(GAZETTEER) ## kill, pause, slow and restart each service under load: what callers see
	cd service && ../$(BIN)/python -m tests.faults $(ARGS)

.PHONY: trace-lab
trace-lab: $(VENV)/dev.stamp $(GAZETTEER) ## a trace through four services in a real collector and Jaeger (on PATH)
	cd service && ../$(BIN)/python -m tests.tracing_lab $(ARGS)

.PHONY: image
image: ## build the container image, and say how large its parts are (Docker; five minutes the first time)
	docker build --tag $(IMAGE) --build-arg VERSION=$$(sed -n 's/^__version__ = "\(.*\)"/\1/p' service/src/citytime/__init__.py) \
	  --build-arg REVISION=$$(git describe --always --dirty --abbrev=40 --exclude '*') \
	  --build-arg CREATED=$$(git log -1 --format=%cI) $(ARGS) service
	$(PYTHON) scripts/image_size.py $(IMAGE)

.PHONY: test-image
test-image: $(VENV)/dev.stamp ## test the image: what is in it, and each role at work (Docker; `make image` first)
	PYTHONPATH=tests $(BIN)/python -m pytest -c service/pyproject.toml --rootdir . tests/image $(ARGS)

.PHONY: doctor
doctor: ## say what will go wrong with the lab, before it is started
	@$(PYTHON) scripts/doctor.py

.PHONY: e2e
e2e: $(VENV)/dev.stamp ## ask the lab that is running whether all of it works (docs/lab.md)
	$(BIN)/python -m pytest -c service/pyproject.toml --rootdir . tests/e2e $(ARGS)

.PHONY: drill
drill: $(VENV)/bin/python ## break something in the lab, watch, and mend it: NAME=geocoder-killed, NAME=--list
	$(BIN)/python -m drills $(NAME)

.PHONY: drills
drills: $(VENV)/bin/python ## all drills that CI runs, with the table
	$(BIN)/python -m drills

.PHONY: proto
proto: $(VENV)/dev.stamp ## generate the gRPC code from service/proto
	PYTHON=$(CURDIR)/$(BIN)/python scripts/proto.sh

.PHONY: lock
lock: $(VENV)/dev.stamp ## write the lock files anew from service/pyproject.toml (needs uv)
	scripts/lock.sh $(ARGS)

.PHONY: clean
clean: ## remove what was installed and compiled
	rm -rf $(VENV) bench/build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "citytime needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.13 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: service/requirements/build.txt service/pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r $<
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-index --no-deps --no-build-isolation -e service
	@touch $@

$(VENV)/dev.stamp: service/requirements/dev.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r $<
	@touch $@
