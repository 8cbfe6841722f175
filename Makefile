# Frontdesk. `make` alone lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROTOS := $(shell find protos -name '*.proto')

.PHONY: help
help: ## List these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv

.PHONY: lock
lock: $(BIN)/uv ## Pin every dependency anew in requirements.lock and requirements-dev.lock
	$(BIN)/uv pip compile -q --no-header --universal --generate-hashes --python-version 3.11 --extra embedded pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --no-header --universal --generate-hashes --python-version 3.11 --extra embedded --extra dev pyproject.toml -o requirements-dev.lock

$(VENV)/protos.stamp: $(PROTOS)
	$(BIN)/python -m grpc_tools.protoc -Iprotos --python_out=protos --pyi_out=protos --grpc_python_out=protos $(PROTOS)
	touch $@

.PHONY: protos
protos: $(VENV)/protos.stamp ## Generate the Python stubs beside the .proto files
