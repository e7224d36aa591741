# Everything a person types. `.venv` is made on first use with Python's own venv and pip,
# and brought up to date when pyproject.toml changes.
#
#   make demo              the whole program on sample outlets, without a network
#   make demo ARGS=--once  the same, ending after the summary
#   make run               poll the outlets of feeds.yaml, then open the desk
#   make test              the ordinary tests (ARGS goes to pytest)
#   make install           bring .venv up to date and do nothing else
#   make check             what CI runs: format, lint, types, import rules, all tests
#   make eval              quality figures; also eval-matching, eval-stories, …
#   make bench             speed figures
#   make related           install the optional model of related stories (91 MB) and test it
#   make clean             remove caches and the demo; the archive and .venv stay

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install

.DEFAULT_GOAL := help
.PHONY: help install demo run test check eval bench related clean
.DELETE_ON_ERROR:

help:
	@sed -n 's/^#   //p' Makefile

install: $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/aggregator demo $(ARGS)

run: $(VENV)/.installed
	@$(BIN)/aggregator poll $(ARGS) && $(BIN)/aggregator serve

test: $(VENV)/.installed-test
	@$(BIN)/python -m pytest -q -m "not slow" $(ARGS)

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@echo "the slow tests beside the others, whose coverage is measured; each needs a core"
	@$(BIN)/python -m pytest -q -p no:cacheprovider -m slow $(ARGS) >.slow-tests.log 2>&1 & \
	slow=$$!; failed=0; \
	$(BIN)/python -m pytest -q -m "not slow" --cov --cov-report=term $(ARGS) || failed=1; \
	wait $$slow || failed=1; \
	cat .slow-tests.log; rm -f .slow-tests.log; exit $$failed

eval: eval-matching eval-stories eval-related eval-extract eval-alerts

eval-%: $(VENV)/.installed-test
	@script="$(firstword $(wildcard benchmarks/eval_$*.py))"; \
	test -n "$$script" || { echo "there is no benchmarks/eval_$*.py" >&2; exit 2; }; \
	$(BIN)/python -m benchmarks.eval_$* $(ARGS)

bench: $(VENV)/.installed-test
	@for script in benchmarks/*_speed.py; do \
		echo "== $$script"; \
		$(BIN)/python -m "benchmarks.$$(basename "$$script" .py)" $(ARGS) || exit 1; \
	done

related: $(VENV)/.installed-test
	@$(PIP) --editable '.[related]'
	@$(BIN)/python -m pytest -q tests/test_related.py tests/test_related_model.py $(ARGS)

clean:
	rm -rf build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache \
		.pytest_cache .hypothesis .import_linter_cache db/demo
	find aggregator tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (needed once, and when pyproject.toml changes) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (needed once, and when pyproject.toml changes) ..."
	@$(PIP) --editable '.[test]'
	@touch $(VENV)/.installed $@
