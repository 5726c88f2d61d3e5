# The only commands to know: make run, test, check, fix, bench, crash.
.DEFAULT_GOAL := help
.PHONY: help run test check fix bench crash

PYTHON ?= python3
RUN := .venv/.run
DEV := .venv/.dev
# One more than cores: there is always a test that waits for a browser, the start of a server, or the disk.
WORKERS := $(shell expr $$(nproc) + 1)

help:
	@echo "make run    install what is missing, then serve on 127.0.0.1:8000"
	@echo "make test   install what is missing, then run every test on SQLite and PostgreSQL and in a browser"
	@echo "make check  style, types, imports, templates, banks, spelling"
	@echo "make fix    let the tools mend what they can"
	@echo "make bench  measure; only=NAME for one part, large=1 for larger sizes"
	@echo "make crash  kill the server under load and look what is left; engine=sqlite or postgresql, fault=NAME plants one"

$(RUN): requirements.txt scripts/environment.sh
	@sh scripts/environment.sh "$(PYTHON)" requirements.txt
	@touch $@

$(DEV): requirements-dev.txt scripts/environment.sh
	@sh scripts/environment.sh "$(PYTHON)" requirements-dev.txt
	@touch $@ $(RUN)

run: $(RUN)
	@exec .venv/bin/python -m quizapp serve

test: $(DEV)
	@sh scripts/test-services.sh
	PYTEST_XDIST_AUTO_NUM_WORKERS=$(WORKERS) .venv/bin/python -m pytest -n auto --dist worksteal $(args)

check: $(DEV)
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/djlint templates --check --lint --quiet
	.venv/bin/codespell
	.venv/bin/python -m quizapp facts check
	.venv/bin/python -m quizapp banks check

fix: $(DEV)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djlint templates --reformat --quiet
	.venv/bin/python -m quizapp banks build

bench: $(DEV)
	.venv/bin/python -m benchmarks $(if $(only),--only $(only)) $(if $(large),--large)

crash: $(DEV)
	@sh scripts/test-services.sh
	.venv/bin/python -m benchmarks.crash $(if $(engine),--engine $(engine)) $(if $(fault),--fault $(fault))
