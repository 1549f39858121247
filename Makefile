# Each target sets up what is missing first: a virtual environment and pinned dependencies.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run invite test lint types bench words llm anthropic google metrics pins clean

run: $(VENV)/.ready
	@$(BIN)/python -m bot run

invite: $(VENV)/.ready
	@$(BIN)/python -m bot invite

# One worker more than there are processors: tests wait for disks and processes a third of the time.
test: $(VENV)/.ready-dev lint types
	$(BIN)/python -m pytest --dist worksteal \
		-n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready-dev
	$(BIN)/mypy

bench: $(VENV)/.ready-bench
	$(BIN)/python -m benchmarks

# Gathers the bot's words for translators, and compiles what they wrote.
words: $(VENV)/.ready-dev
	$(BIN)/python -m tools.words

# What asking a language model takes: an OpenAI-compatible endpoint, Anthropic's own, Google's own.
llm anthropic google: %: $(VENV)/.ready-%

# What /metrics takes.
metrics: $(VENV)/.ready-metrics

# Renews the pins of every platform and Python; needs uv.
PIN := uv pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
pins:
	$(PIN) -o constraints.txt
	$(PIN) --extra llm -o constraints-llm.txt
	$(PIN) --extra anthropic -o constraints-anthropic.txt
	$(PIN) --extra google -o constraints-google.txt
	$(PIN) --extra metrics -o constraints-metrics.txt
	$(PIN) --extra llm --extra metrics --group dev -o constraints-dev.txt
	$(PIN) --extra llm --extra metrics --group dev --group bench -o constraints-bench.txt

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Wherefore needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: constraints.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement constraints.txt
	@touch $@

$(VENV)/.ready-llm $(VENV)/.ready-anthropic $(VENV)/.ready-google $(VENV)/.ready-metrics: $(VENV)/.ready-%: constraints-%.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement constraints-$*.txt
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-dev: constraints-dev.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement constraints-dev.txt
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-bench: constraints-bench.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement constraints-bench.txt
	@touch $@ $(VENV)/.ready-dev $(VENV)/.ready
