# Two commands do everything on a fresh machine: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: setup demo test test-all lint types docs bench spark lock clean

setup: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml tools/setup.sh
	PYTHON="$(PYTHON)" sh tools/setup.sh
	touch $(STAMP)

demo: setup
	@$(BIN)/lotproof demo demo

test: setup
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	LOTPROOF_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow"

test-all: setup spark
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	LOTPROOF_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/lint-imports --no-cache

types: setup
	$(BIN)/mypy

docs: setup
	$(BIN)/python -m lotproof.rules.catalogue > docs/rules.md
	$(BIN)/python -m lotproof.rules.mappings > docs/mappings.md
	$(BIN)/python -m lotproof.cli.catalogue > docs/commands.md
	$(BIN)/python -m lotproof.intake.catalogue > docs/kinds.md
	$(BIN)/python tools/traceability.py > docs/traceability.md

bench: setup
	$(BIN)/python -m benchmarks

# Adds what `--engine spark://…` needs; a Java 17 must be there.
spark: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/spark.txt

# Needs uv; the files name packages and hashes, and no index.
lock:
	uv pip compile --universal --generate-hashes --no-header pyproject.toml -o requirements/base.txt
	uv pip compile --universal --generate-hashes --no-header pyproject.toml --group dev -o requirements/dev.txt
	uv pip compile --universal --generate-hashes --no-header pyproject.toml --extra spark -o requirements/spark.txt

clean:
	rm -rf .venv demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
