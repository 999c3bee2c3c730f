# Help Assistant. `make help` lists the commands. Each sets up what it needs in .venv and does so once:
# a second call skips the set-up, until pyproject.toml or constraints.txt changes.

# The interpreter that makes .venv: Python 3.11 or later.
PYTHON = python3
# Where `make run` serves. Given on make's command line; some shells export a HOST of their own.
HOST = 127.0.0.1
PORT = 8000
# The articles that `make run` answers from.
SOURCE = knowledge_base
# The development data beside the checkout, where it is there.
DATA = ../shared/data
# The question sets of `make eval` and `make baseline`.
SETS = $(dir $(wildcard evals/*/meta.json $(DATA)/questions/*/meta.json))
# The help centers' sizes of `make bench`, in passages.
SIZES = 1000 10000 65000
# Which build of torch: cpu, or one for a GPU such as cu130 (several GB).
TORCH = cpu
# `make test WITHIN=10` fails where the unit tests take longer, in seconds.
WITHIN =

VENV = .venv
PINS = constraints.txt
python = $(VENV)/bin/python
install = $(python) -m pip install -qq --no-input --disable-pip-version-check
torch_stamp = $(VENV)/torch-$(TORCH).stamp
run_stamp = $(VENV)/run.stamp
test_stamp = $(VENV)/test.stamp

# In build/ vectors are kept between runs, and no calibration of yours is in force.
assistant_eval = ASSISTANT_HOME=build $(VENV)/bin/assistant eval

.PHONY: help run test unit check eval baseline bench docs constraints

help: ## List these commands
	@awk -F ' ## ' '/^[a-z]+:.* ## /{sub(/:.*/, "", $$1); printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: $(run_stamp) ## Set up and serve (PORT=8000 HOST=127.0.0.1 SOURCE=knowledge_base)
	@exec $(VENV)/bin/assistant serve --host "$(HOST)" --port "$(PORT)" --sync "$(SOURCE)"

test: unit ## Set up and run all tests; what needs Chromium or PostgreSQL is skipped without it
	@$(python) -m pytest -q tests/unit -m slow
	@$(python) -m pytest -q tests --ignore=tests/unit

unit: $(test_stamp) ## Run the fast unit tests alone
	@$(python) -m pytest -q tests/unit -m "not slow" $(if $(WITHIN),--within $(WITHIN))

check: $(test_stamp) ## Format, lint, types and import directions, without changing a file
	@$(python) -m ruff format --check --quiet .
	@$(python) -m ruff check --quiet .
	@$(python) -m mypy
	@$(VENV)/bin/lint-imports

eval: $(run_stamp) ## Ask the question sets; fail where a figure fell (SETS="evals/sample …")
	@$(assistant_eval) --check $(SETS)

baseline: $(run_stamp) ## Write the question sets' figures into evals/baseline.json
	@$(assistant_eval) --write-baseline $(SETS)
	@$(assistant_eval) --write-baseline --questions 200 $(SETS)  # as tests/evaluation asks them

bench: $(test_stamp) ## Measure replies, sync, starts and memory, side by side (SIZES="1000 10000 65000")
	@$(python) -m tests.bench --sizes $(SIZES) --data "$(DATA)"

docs: $(test_stamp) ## Render the command line, the settings and the HTTP interface into docs/
	@$(python) docs/render.py

constraints: ## Resolve the newest versions afresh into constraints.txt
	@grep '^torch==' constraints.txt > .venv-fresh.txt
	@$(MAKE) --no-print-directory VENV=.venv-fresh PINS=.venv-fresh.txt .venv-fresh/test.stamp
	@{ sed -n '/^#/p' constraints.txt; .venv-fresh/bin/python -m pip freeze --exclude-editable \
	  --disable-pip-version-check | sed 's/^\(torch==[^+]*\)+.*/\1/'; } > .venv-fresh/pins
	@mv .venv-fresh/pins constraints.txt && rm -rf .venv-fresh .venv-fresh.txt

# Made anew only where no working interpreter is there, as after the system's own was replaced.
$(python):
	@command -v "$(PYTHON)" > /dev/null || { echo \
	  "There is no $(PYTHON); install Python 3.11 or later, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "$$("$(PYTHON)" --version) is too old; name Python 3.11 or later: make PYTHON=python3.11" >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); echo \
	  "$(PYTHON) makes no virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

# The registry's own torch for Linux is the CUDA build, several GB; so the CPU build comes first and alone, from its
# own index. That index is never given to the whole install: where it is not reached, each look-up costs seconds.
$(torch_stamp): | $(python)
	@echo "Setting up in $(VENV), once; this takes a few minutes."
	@rm -f $(VENV)/torch-*.stamp
	@$(install) --no-deps --force-reinstall --retries 1 \
	  --extra-index-url https://download.pytorch.org/whl/$(TORCH) \
	  "torch==$$(sed -n 's/^torch==//p' $(PINS))"
	@$(if $(filter cpu,$(TORCH)),$(refuse_cuda))
	@touch $@

refuse_cuda = $(python) -c 'import importlib.metadata as m, sys; \
  sys.exit(any(r.startswith(("nvidia", "cuda")) for r in m.requires("torch") or ()))' || { \
  $(python) -m pip uninstall -qqy torch; echo "Only the CUDA build of torch was found (several GB). Try again \
  when https://download.pytorch.org/whl/cpu can be reached, or accept it: make TORCH=cu130" >&2; exit 1; }

$(run_stamp): pyproject.toml $(PINS) $(torch_stamp)
	@$(install) -c $(PINS) -e .
	@touch $@

$(test_stamp): pyproject.toml $(PINS) $(torch_stamp)
	@$(install) -c $(PINS) -e ".[test]"
	@touch $(run_stamp) $@

# The pairs that `make model` learns from and the sets that it is measured on lie in DATA.
trained = build/model

.PHONY: model
model: $(run_stamp) ## Make the encoder again in build/model and hold it against its card (DATA=../shared/data)
	@$(install) -c $(PINS) -e ".[training]"
	@rm -rf $(trained)
	@$(python) -m models.training.make --data "$(DATA)" --work $(trained) --out $(trained)/bilingual
	@$(python) -m models.training.evaluate $(trained)/bilingual --questions "$(DATA)/questions" \
	  --parallel "$(DATA)/parallel" --json $(trained)/figures.json --against models/figures.json
