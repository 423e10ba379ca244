# Everything a checkout needs, on a machine that has nothing but python3 and make. `make` alone says what there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Most of a test on a real Asterisk is waiting, so there may be more of them than cores.
WORKERS ?= 3
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip

# A user without a home of his own has no cache folder either.
ifeq ($(MINIDIALER_CACHE_DIR)$(XDG_CACHE_HOME)$(shell test -w "$$HOME" && echo home),)
export MINIDIALER_CACHE_DIR := $(CURDIR)/build/cache
endif

LOCALE := minidialer/locale
PO := $(wildcard $(LOCALE)/*/LC_MESSAGES/minidialer.po)
MO := $(PO:.po=.mo)
# A new language: make messages LANGUAGES=de
LANGUAGES := $(patsubst $(LOCALE)/%/LC_MESSAGES/minidialer.po,%,$(PO))
POT := build/minidialer.pot
# Beside gettext's own words, what the code wraps its texts in.
KEYWORDS := -k plural:1,2 -k sentence -k Sentence -k RefusedError \
  -k ControlError -k DaemonAwayError -k UsageError -k SettingsError -k ImportFileError -k _UndecodableError -k SocketError -k StoreError -k StoreBusyError -k StoreInUseError -k StoreUnavailableError \
  -k NotFoundError -k NameTakenError -k NameRefusedError -k InUseError -k FormError -k ImportUndoneError \
  -k _GoneError -k UnreachableError -k LoginRefusedError -k JournalError -k CallingWindowError -k TransitionError -k CallbackTimeError \
  -k DispositionError -k LeadEditError -k PeriodError -k ExportError -k BadInputError -k TooLargeError -k ForeignRequestError

# A checkout that was moved, or whose Python went away, gets a new venv; one that works is kept.
ifneq ($(shell grep -qsF ' $(CURDIR)/$(VENV)' $(VENV)/pyvenv.cfg && $(BIN)/python -c '' 2>&1 && echo works),works)
$(VENV)/.python: .FORCE
endif

.PHONY: help setup demo faults test check ruff mypy imports catalogues audit fuzz messages screenshots terminal-pictures pacing-table pacing-on-asterisk lock constraints clean .FORCE

help:  ## this list
	@awk -F ':.*## ' '/^[a-z -]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.installed $(MO)  ## build .venv, fetch Asterisk, Chromium and tmux; costs nothing when it is done
	@$(BIN)/python -m minidialer.lab.fetch chromium tmux >/dev/null

demo: setup  ## the main job with robots, supervised by you on a terminal; ARGS='--headless --leads 300 --agents 5'
	@$(BIN)/minidialer demo $(ARGS)

faults: setup  ## break things on purpose, count what is lost, write build/faults.json; ARGS='--short'
	@mkdir -p build
	@$(BIN)/minidialer chaos --output build/faults.json $(ARGS)

test: check  ## check, then every test, those on the real Asterisk last; ARGS='-k retry'
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: ruff mypy imports catalogues audit  ## lint, format, types, direction of imports, catalogues, dependencies

ruff: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

mypy: setup
	$(BIN)/mypy
	$(BIN)/mypy tools

imports: setup
	$(BIN)/lint-imports --no-logo

audit: setup  ## what the project is built of: pinned, and without known vulnerabilities as far as can be looked up
	@$(BIN)/python tools/audit.py constraints.txt build/auditor

fuzz: setup  ## feed a target hostile bytes by coverage, with atheris; ARGS='ami 60'
	$(BIN)/python tools/fuzz.py $(ARGS)

catalogues: setup $(POT)
	$(BIN)/python tools/catalogues.py check $(POT) $(LOCALE) $(LANGUAGES)

messages: setup $(POT)  ## collect the texts of the code into the catalogues, to be translated
	$(BIN)/python tools/catalogues.py update $(POT) $(LOCALE) $(LANGUAGES)

screenshots: setup  ## take the pictures of the documentation again
	$(BIN)/python tools/screenshots.py docs/pictures

terminal-pictures: setup  ## draw the pictures of the supervisor's terminal for the documentation again
	$(BIN)/python tools/terminal_pictures.py docs/pictures

pacing-table: setup  ## simulate the tables of docs/pacing.md, an hour or two; ARGS='--jobs 2 --quick'
	@$(BIN)/python tools/pacing_table.py $(ARGS)

pacing-on-asterisk: setup  ## predictive beside progressive with robots on the real Asterisk, 12 minutes; ARGS='--seconds 60'
	@$(BIN)/python tools/pacing_on_asterisk.py --page docs/pacing.md $(ARGS)

lock constraints: setup  ## pin the newest versions that go together in constraints.txt
	@mkdir -p build
	$(BIN)/python tools/lock.py >build/constraints.new
	mv build/constraints.new constraints.txt

clean:  ## remove what was made in this checkout; the fetched programs stay in the user's cache folder
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache $(MO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python: tools/venv.py
	@$(PYTHON) tools/venv.py $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	@echo "installing the project and what constraints.txt pins" >&2
	@$(PIP) install -q --upgrade pip -c constraints.txt && \
	$(PIP) install -q -c constraints.txt --build-constraint constraints.txt --group dev -e . || \
	{ echo "pip could not install the project: check the network and pip's own settings (pip config debug)." >&2; exit 1; }
	@mkdir -p build
	@touch $@

%.mo: %.po $(VENV)/.installed
	@$(BIN)/pybabel -q compile -i $< -o $@

$(POT): .FORCE | $(VENV)/.installed
	@mkdir -p $(@D)
	$(BIN)/pybabel -q extract -F pyproject.toml $(KEYWORDS) --add-location=file --project=minidialer -o $@ minidialer
