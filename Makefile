# make sandbox   the whole product on this machine, without a Slack account; prints its address
# make test      everything CI checks; installs what it needs: browser, PostgreSQL and PgBouncer included
# make bench     speed, as ratios within one run, and how many duplicates are found; make bench-full: suggestions among
#                1,000,000 defects too (SQLite), and traces among 1,000,000 executions
# make faults-full   every fault of tests/faults in its full size, as one table (ARGS="--only NAME", ARGS=--ci)
# make docs      writes docs/commands.md and docs/queries.md from their tables
# make picture   draws docs/sandbox.png from the running page
# PYTHON=/path/to/python3.12 chooses the interpreter; ARGS="--port 9000" reaches the sandbox, pytest or the bench.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help sandbox test bench bench-full faults-full docs picture
SHELL := /bin/bash
export PYTHON
BIN := .venv/bin
WORKERS ?= 3

help:
	@sed -n 's/^# \?//p' Makefile

.venv/installed: pyproject.toml .ci/venv
	@.ci/venv .
	@touch $@

.venv/installed-dev: pyproject.toml .ci/venv
	@.ci/venv '.[dev]'
	@touch .venv/installed $@

sandbox: .venv/installed
	@$(BIN)/countersign sandbox $(ARGS)

 # pytest comes last: its closing line is the last line of the whole run.
test: .venv/installed-dev
	@set -euo pipefail; \
	COUNTERSIGN_CHROMIUM="$$(.ci/browser)"; export COUNTERSIGN_CHROMIUM; \
	COUNTERSIGN_PGBOUNCER="$$(PATH="$$PATH:/usr/sbin" .ci/pgbouncer)"; export COUNTERSIGN_PGBOUNCER; \
	$(BIN)/ruff check .; \
	$(BIN)/ruff format --check .; \
	$(BIN)/mypy; \
	PATH="$$PWD/$(BIN):$$PATH" $(BIN)/lint-imports; \
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered -n $(WORKERS) --dist loadfile $(ARGS)

bench: .venv/installed-dev
	@$(BIN)/python -m tests.bench $(ARGS)
	@$(BIN)/python -m tests.bench.suggestions
	@$(BIN)/python -m tests.bench.traces --part 20

bench-full: bench
	@$(BIN)/python -m tests.bench.suggestions --sizes 1000000 --on sqlite --without-recall
	@$(BIN)/python -m tests.bench.traces

faults-full: .venv/installed-dev
	@$(BIN)/python -m tests.faults $(ARGS)

docs: .venv/installed-dev
	@$(BIN)/python -m handlers.docs > docs/commands.md.new && mv docs/commands.md.new docs/commands.md
	@$(BIN)/python -m bot.domain.query.reference > docs/queries.md.new && mv docs/queries.md.new docs/queries.md

picture: .venv/installed-dev
	@set -euo pipefail; \
	COUNTERSIGN_CHROMIUM="$$(.ci/browser)"; export COUNTERSIGN_CHROMIUM; \
	$(BIN)/python -m tests.browser.picture
