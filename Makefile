# Two commands are all that is needed: `make demo` and `make test`. Everything else is listed by `make help`.
# uv is used when it is installed; otherwise the standard venv and pip do the same work.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
UV     := $(shell command -v uv 2>/dev/null)
HOME_DIR ?= .
TOOLS  := bindfs libimage-exiftool-perl ntfs-3g prometheus samba samba-vfs-modules smbclient strace tesseract-ocr
export OPENBLAS_NUM_THREADS ?= 1
STORM_OPTIONS ?=
BENCH_OPTIONS ?=

.PHONY: help demo test run tools storm storm-docs storm-money soak test-systemd bench bench-compliance bench-end-to-end bench-intake bench-money dashboards test-dashboards dashboard-picture bench-whence gallery check format lock clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Briefmill needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
ifdef UV
	@echo "==> Making the environment in $(VENV) with uv (about 120 MB to fetch the first time)"
	@uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	@uv pip install --python $(BIN)/python --require-hashes -r requirements.lock
	@uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@echo "==> Making the environment in $(VENV) with venv and pip (about 120 MB to fetch the first time; one or two minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
endif
	@touch $(STAMP)
	@echo "==> Environment ready"

demo: $(STAMP) ## Drop the sample brief, run until it is delivered, say where the creatives are
	@$(BIN)/briefmill demo --home $(HOME_DIR)

run: $(STAMP) ## Run the daemon on this folder until Ctrl-C
	@$(BIN)/briefmill run --home $(HOME_DIR)

# One worker more than cores: many tests wait for processes of their own. These are next to each other, so who is done
# takes work from the others (worksteal); dealt out beforehand, one worker would get nearly all of them.
test: $(STAMP) ## Run every test
	@$(BIN)/python -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist worksteal

tools: ## Install the servers and tools that some tests use, where that can be done (root, apt); they skip without
	@missing=$$(for tool in $(TOOLS); do dpkg-query -W -f='$${Status}' $$tool 2>/dev/null | grep -q 'ok installed' || echo $$tool; done); \
	if [ -z "$$missing" ]; then echo "==> Tools are there"; \
	elif [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then echo "==> Not installed, the tests that use them will be skipped:" $$missing; \
	else echo "==> Installing" $$missing; apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$missing >/dev/null; fi

storm: $(STAMP) ## Kill it everywhere, cut its power, flood it, and audit it: half an hour (STORM=short for a taste)
	@$(MAKE) -s tools TOOLS="$(TOOLS) xfsprogs" || echo "==> What needs a tool that is not here is left out"
	@$(BIN)/python -m pytest tests/storm -v $(STORM_OPTIONS)

storm-money: $(STAMP) ## A bad night at the provider: 200 briefs, 20 kills, both books compared (a quarter of an hour)
	@$(BIN)/python -m pytest tests/storm/test_money.py -v -s

storm-docs: STORM_OPTIONS = --write-docs
storm-docs: storm ## The same, and renew the table in docs/reliability.md

soak: $(STAMP) ## A simulated day before a real daemon: memory, files, threads, latency by the hour (SOAK_HOURS=2 for a taste)
	@$(BIN)/python -m pytest tests/soak -q

bench-intake: $(STAMP) ## Measure what taking briefs in costs, beside a bare loop (two minutes)
	@$(BIN)/python benchmarks/intake.py

test-systemd: $(STAMP) ## Install, start, reload, hang, stop and remove it under a real systemd in a container (a few minutes)
	@$(MAKE) -s tools TOOLS="systemd systemd-container"
	@$(BIN)/python -m pytest tests/systemd/booted -v
	@test ! -f build/systemd.log || echo "==> The transcript is in build/systemd.log"

# One thread for the algebra library, as the daemon's workers have it.
bench bench-compliance bench-whence: export OPENBLAS_NUM_THREADS = 1
bench: $(STAMP) ## Measure what twelve creatives cost, beside a hand-tuned loop and other tools (a quarter of an hour)
	@$(BIN)/python benchmarks/render/run.py $(BENCH_OPTIONS)

bench-end-to-end: $(STAMP) ## Measure a real daemon: overhead, two workers, memory, reuse, start (a quarter of an hour)
	@$(BIN)/python benchmarks/end_to_end.py

bench-money: $(STAMP) ## Measure memory over a thousand bought pictures, and how long the loop is blocked (ten minutes)
	@$(BIN)/python benchmarks/money.py $(BENCH_OPTIONS)

bench-whence: $(STAMP) ## Measure how well copies of creatives are found again (two minutes)
	@$(BIN)/python benchmarks/whence/run.py

bench-compliance: $(STAMP) ## Measure what the rules find and miss, on 1,600 creatives of known right and wrong (two minutes)
	@$(BIN)/python benchmarks/compliance/run.py

dashboards: $(STAMP) ## Renew the dashboards for Grafana from their code in deploy/grafana/boards
	@cd deploy/grafana && $(abspath $(BIN))/python -m boards

test-dashboards: $(STAMP) ## Ask every panel of a real Prometheus beside a real daemon under load (needs prometheus)
	@$(BIN)/python -m pytest tests/grafana -v -rP

dashboard-picture: $(STAMP) ## Draw the overview for the docs from such a run (four minutes)
	@$(BIN)/python tests/grafana/paintdashboard.py docs/images/overview.png

gallery: $(STAMP) ## Make five campaigns in every placement and eight scripts into build/gallery, to be looked at
	@$(BIN)/python benchmarks/gallery.py

check: $(STAMP) ## Format, lint, types and floors, as CI does
	@echo "==> ruff format"; $(BIN)/ruff format --check .
	@echo "==> ruff check";  $(BIN)/ruff check .
	@echo "==> mypy";        $(BIN)/mypy
	@echo "==> floors";      $(BIN)/lint-imports --no-cache

format: $(STAMP) ## Put the code in shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: ## Renew requirements.lock with the newest releases (needs uv)
ifndef UV
	@echo "make lock needs uv: pip install uv"; exit 1
else
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --group dev -o requirements.lock pyproject.toml
	@echo "==> requirements.lock renewed"
endif

clean: ## Remove the environment and everything made at run time by the demo
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache state archive
