# `make` alone lists what there is. Every target sets up what it needs; a second run finds nothing to do.
PYTHON ?= python3
V := .venv/bin
WORKERS ?= logical
.DEFAULT_GOAL := help
.PHONY: help setup dev run test soak check traceability messages reference bench bench-draft screenshots lock clean \
        format lint types templates layers rules migrations texts packs

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@$(PYTHON) scripts/bootstrap.py
dev:
	@$(PYTHON) scripts/bootstrap.py --dev

run: setup ## set up and run everything: http://127.0.0.1:8000 (ZHIZE_PORT, ZHIZE_DATA_DIR, ...)
	@exec $(V)/zhize run

test: dev ## the whole suite, in parallel, with the browser journeys where a browser is or may be installed
	@$(V)/python scripts/browser.py
	@$(V)/pytest -n $(WORKERS) --dist loadgroup

check: format lint types templates layers rules migrations texts packs ## everything machines can say without running tests
	@echo "check: all passed"
format: dev
	@$(V)/ruff format --check --quiet --output-format concise . || { echo "make format: run .venv/bin/ruff format ."; exit 1; }
lint: dev
	@$(V)/ruff check --quiet --output-format concise .
types: dev
	@$(V)/mypy zhize
templates: dev
	@$(V)/djlint zhize --lint --quiet
layers: dev
	@$(V)/lint-imports
rules: dev
	@$(V)/python scripts/house_rules.py
migrations: dev
	@DJANGO_SETTINGS_MODULE=tests.settings $(V)/python -W ignore -m django makemigrations --check --dry-run
texts: dev
	@$(V)/python scripts/messages.py --check
packs: dev
	@DJANGO_SETTINGS_MODULE=tests.settings $(V)/python -m django pack check $(dir $(wildcard zhize/industries/*/pack.yaml))

soak: dev ## kill, starve, move and question real installations for much longer than the suite does
	@ZHIZE_TEST_SOAK_CASES=1200 ZHIZE_TEST_SOAK_SEED=$$(date +%s) $(V)/pytest $(wildcard tests/faults/test_*.py tests/faults/soak_*.py) tests/contracts/test_schemathesis.py
	@$(V)/python scripts/guards.py

traceability: dev ## write docs/reference/requirements.md from the tests' marks
	@$(V)/python scripts/traceability.py
reference: dev ## write configuration.md, openapi.json and job-descriptions.md from the code and the packs
	@$(V)/python scripts/configuration.py
	@$(V)/python scripts/openapi.py
	@$(V)/python scripts/job_descriptions.py
messages: dev ## refresh the English catalogues from the sources and compile all languages
	@$(V)/python scripts/messages.py
bench: dev ## measure the product at 1,000 to 1,000,000 cases (BENCH="--scale 1000 --works list"), and duties
	@$(V)/python -m bench $(BENCH)
	$(if $(BENCH),,@$(V)/python -m bench.recurring)
bench-draft: dev ## measure drafts of the raw job descriptions (SEEDS=folder) against the packs
	@$(V)/python -m bench.draft $(SEEDS)
screenshots: dev ## take the pictures of the README
	@$(V)/python scripts/browser.py
	@$(V)/python scripts/screenshots.py

lock: ## resolve requirements*.in anew (needs uv on the path)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements.in -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements-dev.in -c requirements.lock -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements-tools.in -o requirements-tools.lock

clean: ## remove what set-up and tests made; the data folder var/ stays
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis zhize/ui/static/vendor tests/vendor
	find zhize tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	find zhize -name '*.mo' -delete
