# Frontdesk. `make` alone lists what there is.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
UV := $(BIN)/uv
UV_VERSION := 0.13.9
LOCK := $(UV) pip compile -q --no-header --universal --generate-hashes --python-version 3.11 --extra embedded
# Workers of the test run; each has a PostgreSQL of its own.
WORKERS ?= 2

# The first Python that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)

.PHONY: help
help: ## List these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: run
run: $(VENV)/deps.stamp $(VENV)/protos.stamp $(BIN)/frontdesk ## Start everything here: servers, services, console, demo
	@exec $(PY) -m cli.run --with-parent

.PHONY: test
test: lint console-test ## Set up what is needed and run every test
	$(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

.PHONY: lint
lint: $(VENV)/dev.stamp $(VENV)/protos.stamp ## Check contracts, style, types and layers
	$(BIN)/buf lint
	@tag=$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null); \
	if [ -z "$$tag" ]; then echo "buf breaking: no released version to compare with yet"; \
	else echo "buf breaking against $$tag"; $(BIN)/buf breaking --against ".git#tag=$$tag"; fi
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()'

.PHONY: console
console: $(VENV)/deps.stamp ## Build the agents' web app and the shops' widget
	@$(PY) -m cli.run.console build

.PHONY: console-test
console-test: $(VENV)/dev.stamp ## Check and test the code of console and widget, and build them
	@$(PY) -m cli.run.console test build

.PHONY: protos
protos: $(VENV)/protos.stamp ## Generate the Python stubs beside the .proto files

.PHONY: openapi
openapi: $(VENV)/deps.stamp $(VENV)/protos.stamp ## Write the API's document and the console's types of it anew
	@$(PY) -m cli.main openapi console/openapi.json
	@$(PY) -m cli.run.console types

.PHONY: rules
rules: $(VENV)/dev.stamp ## List product rules that no test proves
	@$(PY) -m tests.support.rules

.PHONY: bench
bench: $(VENV)/dev.stamp $(VENV)/protos.stamp ## Measure against floors; prints a table, writes build/bench.json
	$(PY) -m tests.bench $(ARGS)

.PHONY: chaos
chaos: $(VENV)/dev.stamp $(VENV)/protos.stamp ## Long fault runs: everything is killed, nothing may be lost
	$(PY) -m pytest tests/chaos --long $(ARGS)

.PHONY: smoke-live
smoke-live: $(VENV)/dev.stamp $(VENV)/protos.stamp ## Talk to the real platforms with the credentials given
	$(PY) -m tests.smoke_live $(ARGS)

.PHONY: screenshot
screenshot: $(VENV)/dev.stamp $(VENV)/protos.stamp ## Take the README's picture of the console anew
	$(PY) -m tests.e2e.screenshot $(ARGS)

.PHONY: dashboards
dashboards: $(VENV)/dev.stamp ## Make Grafana's dashboards anew from deploy/monitoring/panels
	@$(PY) -m deploy.monitoring.generate

.PHONY: image
image: ## Build the container image (without an image registry: deploy/docker/build-without-registry.sh)
	docker build --file deploy/docker/Dockerfile --tag frontdesk:$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml) .

.PHONY: lock
lock: $(UV) ## Pin every dependency anew in the two lock files
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --extra dev pyproject.toml -o requirements-dev.lock

.PHONY: clean
clean: ## Remove what was generated; the data in .frontdesk stays
	rm -rf $(VENV) build dist console/dist console/node_modules widget/dist widget/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find protos -name '*_pb2*.py*' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	@if [ -z "$(PYTHON)" ]; then echo "Frontdesk needs Python 3.11 or newer; found: $$(python3 --version 2>&1)." >&2; exit 1; fi
	@echo "Making the environment $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make an environment: install its venv module (Debian: apt-get install python3-venv)." >&2; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# What tests need contains what running needs: once it is there, `make run` keeps it.
$(VENV)/deps.stamp: requirements.lock | $(UV)
	@if [ -e $(VENV)/dev.stamp ]; then $(MAKE) -s $(VENV)/dev.stamp; else $(call SYNC,requirements.lock); fi
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock requirements.lock | $(UV)
	@$(call SYNC,requirements-dev.lock)
	@touch $@ $(VENV)/deps.stamp

# The sources are used where they are: two paths beside the installed packages, relative, so that a moved folder works.
SYNC = echo "Installing $(1)" \
  && $(UV) pip sync --quiet --compile-bytecode --python $(PY) $(1) \
  && printf '../../../..\n../../../../protos\n' > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/frontdesk.pth"

$(BIN)/frontdesk: $(VENV)/deps.stamp
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m cli.main "$$@"\n' > $@
	@chmod +x $@

$(VENV)/protos.stamp: $(shell find protos -name '*.proto') | $(VENV)/deps.stamp
	@$(PY) -m grpc_tools.protoc -Iprotos --python_out=protos --pyi_out=protos --grpc_python_out=protos $$(find protos -name '*.proto')
	@touch $@
