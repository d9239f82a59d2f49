# `make run` and `make test` are all that most people need.

PORT = 8000
PYTHON = python3

.PHONY: help run test steps notebooks slides picture bench soak faults abuse compatibility reference lock refresh

help: ## what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: .venv/ready ## mewgram, with sample cats, at http://127.0.0.1:8000 (another port: PORT=8123)
	@.venv/bin/workshop run --port $(PORT)

test: .venv/ready tools ## all tests
	.venv/bin/python -m pytest -n 2 --durations=10
	cd strict_datastore && ../.venv/bin/python -m pytest -n 2 --durations=10

steps: .venv/ready ## after a change of a lesson: the code of each step (one step: STEP=3), and what else is made
	@.venv/bin/python -m tests.lessons $(STEP)

notebooks: .venv/ready ## the outputs of the notebooks' cells, written anew
	.venv/bin/python -m tests.notebooks

slides: .venv/ready node_modules/ready ## after a change of the deck or of what it quotes; HTML and PDF in slides/build/
	@.venv/bin/python -m slides

picture: .venv/ready ## screenshot.png, after a change of how mewgram looks
	@.venv/bin/python -m tests.browser.picture

bench: .venv/ready ## figures, not tests: each step and mewgram side by side, up to 20,000 purrs (needs wrk)
	@.venv/bin/python -m bench

soak: .venv/ready ## 64 visitors at once for a minute, who read and post: nothing fails, is lost or doubled
	@.venv/bin/python -m bench.soak

faults: .venv/ready ## Datastore stopped, frozen, slow, away, failing, while visitors read and post
	@.venv/bin/python -m bench.faults

abuse: .venv/ready ## 20,000 requests that no browser sends, twenty times those of `make test`
	@.venv/bin/python -m bench.abuse

compatibility: .venv/ready ## strict_datastore/compatibility.json: the ORM on SQLite, gcloudc and strict_datastore
	cd strict_datastore/tests && ../../.venv/bin/python -m probes

reference: .venv/ready ## strict_datastore/REFERENCE.md, from the source and from compatibility.json
	cd strict_datastore/tests && ../../.venv/bin/python -m reference

lock: .venv/ready ## after a change of the dependencies in pyproject.toml
	.venv/bin/uv lock
	.venv/bin/uv export --no-dev --no-emit-workspace --no-header --quiet -o requirements.txt
	.venv/bin/uv export --all-groups --no-emit-workspace --no-header --quiet -o requirements-dev.txt

refresh: lock ## after a raised version (uv.lock, the base image in Dockerfile): all that repeats it, in ten minutes
	.venv/bin/python -m tests.lessons.base_image
	@$(MAKE) --no-print-directory compatibility reference notebooks slides
	.venv/bin/python -m bench.report

.venv/ready: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "This needs Python 3.11 or newer. If $(PYTHON) is older: make $(MAKECMDGOALS) PYTHON=python3.13"; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	    echo "This needs Python's venv module: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e strict_datastore -e .
	@touch $@

# Without Node the tests of the slides are skipped, and say so.
.PHONY: tools
tools:
	@! type node npm >/dev/null 2>&1 || $(MAKE) --no-print-directory node_modules/ready

node_modules/ready: package-lock.json .npmrc
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@
