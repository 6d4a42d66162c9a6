# `make` prints what there is. Everything is installed below this folder, from the package index, and
# everything but that works offline. Tools are pinned in pyproject.toml.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules --no-print-directory

PYTHON ?= python3
UV_VERSION := 0.13.8

BIN := .venv/bin
GEN := .venv-gen/bin
UV := $(BIN)/uv
BUF := $(GEN)/buf

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- The two commands of the README ---------------------------------------------------------------------

.PHONY: example
example: $(BIN)/.package ## Build a small closure and a broken one, and validate both
	@$(BIN)/python examples/quickstart.py

.PHONY: test
test: check-generate lint type upstream release-check docs-check site ## Run every check and every test
	$(BIN)/pytest

# --- Parts of `test` ------------------------------------------------------------------------------------

.PHONY: unit
unit: $(BIN)/.dev ## Run the tests that need no fresh environment, no other language and no flytekit
	$(BIN)/pytest -m "not compat and not languages and not interop"

.PHONY: compat
compat: $(BIN)/.dev ## Test the built wheel in fresh environments: protobufs, Pythons, type checkers
	$(BIN)/pytest -m compat

.PHONY: languages
languages: $(BIN)/.dev $(GEN)/.stamp ## Test the schema in Go, TypeScript, Java, Rust and C++, where they are installed
	$(BIN)/pytest -m languages

.PHONY: interop
interop: $(BIN)/.dev ## Compare what builders make with what flytekit emits for the same
	$(BIN)/pytest -m interop

.PHONY: check-generate
check-generate: $(GEN)/.stamp ## Fail if gen/python is not what proto/ generates
	$(GEN)/python scripts/generate.py --check

.PHONY: lint
lint: $(BIN)/.dev $(GEN)/.stamp ## Check style, the schema's style, and that the schema breaks nobody
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BUF) lint
	$(BUF) format --diff --exit-code
	$(BUF) breaking --against proto/baseline.binpb

.PHONY: type
type: $(BIN)/.dev ## Check types with mypy and pyright, both strict
	$(BIN)/mypy
	$(BIN)/pyright

.PHONY: release-check
release-check: ## Check that version, changelog and citation agree (for a tag: scripts/check_release.py --tag)
	$(PYTHON) scripts/check_release.py

.PHONY: upstream
upstream: $(BIN)/.dev ## Compare the schema with flyteidl, element by element
	$(BIN)/python scripts/check_upstream.py

# Scripts that write pages and data, and with --check say which ones are stale.
DOCS := $(wildcard scripts/docs*.py) scripts/json_schema.py scripts/config_schema.py \
	scripts/conformance_cases.py

.PHONY: docs-check
docs-check: $(BIN)/.dev ## Fail if a generated page or a printed output in the docs is stale
	@for script in $(DOCS); do $(BIN)/python "$$script" --check; done

# --- What writes ----------------------------------------------------------------------------------------

.PHONY: generate
generate: $(GEN)/.stamp ## Write gen/python from proto/
	$(GEN)/python scripts/generate.py

.PHONY: baseline
baseline: $(GEN)/.stamp ## Write the schema that the next release is held against
	PATH="$(GEN):$$PATH" $(GEN)/python scripts/baseline.py

.PHONY: docs
docs: $(BIN)/.dev ## Write the generated pages
	@for script in $(DOCS); do $(BIN)/python "$$script"; done

.PHONY: site
site: $(BIN)/.site ## Build the documentation site into build/site, strict about links
	$(BIN)/python -m scripts.build_site

.PHONY: format
format: $(BIN)/.dev $(GEN)/.stamp ## Format the code and the schema
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BUF) format --write

.PHONY: build
build: $(BIN)/.dev ## Build the wheel and the source archive into dist/
	$(UV) build --quiet --out-dir dist
	@ls -l dist

.PHONY: bench
bench: $(BIN)/.dev ## Run the benchmarks; they print ratios beside their budgets
	@for script in benchmarks/[!_]*.py; do $(BIN)/python "$$script"; done

.PHONY: clean
clean: ## Remove everything that is not under version control
	rm -rf .venv .venv-gen .interop dist tests/languages/build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Environments: .venv for work, .venv-gen for the generator, whose wheels bind it to Python 3.11 or 3.12 ---

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "flowidl needs Python 3.11 or newer; try make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(BIN)/.package: $(UV) pyproject.toml src/flowidl/version.py
	$(UV) pip install --quiet --python $(BIN)/python --editable .
	@touch $@

$(BIN)/.dev: $(BIN)/.package
	$(UV) pip install --quiet --python $(BIN)/python --editable . --group dev
	@touch $@

$(BIN)/.site: $(BIN)/.dev
	$(UV) pip install --quiet --python $(BIN)/python --group site
	@touch $@

$(GEN)/.stamp: $(UV) pyproject.toml
	$(UV) venv --quiet --clear --python '>=3.11,<3.13' .venv-gen
	$(UV) pip install --quiet --python $(GEN)/python --group generate
	@touch $@
