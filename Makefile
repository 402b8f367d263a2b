# Two commands do everything on a fresh machine: `make demo` and `make test`. Python, pip and make are all they assume.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-all lint bench clean

demo: $(STAMP)
	@$(BIN)/mbkg build
	@$(BIN)/mbkg info
	@$(BIN)/mbkg validate --summary || test $$? -eq 1
	@$(BIN)/mbkg ask "哪个单位离休人员人均费用最高"

test: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q -n 2

test-all: $(STAMP)
	@$(BIN)/pytest -q -n 2 -m ""

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(STAMP)
	@$(BIN)/python benchmarks/build_speed.py
	@$(BIN)/python benchmarks/format_speed.py
	@$(BIN)/mbkg build > /dev/null
	@$(BIN)/python benchmarks/series_pays.py

clean:
	rm -rf $(VENV) .mbkg .pytest_cache .mypy_cache .ruff_cache .hypothesis

# torch is pinned first: the release named here is the CPU build; any other would bring gigabytes of GPU libraries.
$(STAMP): pyproject.toml
	@echo "准备环境（首次需要几分钟）…"
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	@$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $(STAMP)
