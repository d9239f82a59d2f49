# `make run` and `make test` are all that most people need.

PORT = 8000
PYTHON = python3

.PHONY: run test bench lock

run: .venv/ready
	@.venv/bin/workshop run --port $(PORT)

test: .venv/ready
	.venv/bin/python -m pytest -n 2 --durations=10

# Figures, not tests: RPCs and processor time of each page, and the cold start.
bench: .venv/ready
	@.venv/bin/python -m bench

# After a change of the dependencies in pyproject.toml.
lock: .venv/ready
	.venv/bin/uv lock
	.venv/bin/uv export --no-dev --no-emit-project --no-header --quiet -o requirements.txt
	.venv/bin/uv export --all-groups --no-emit-project --no-header --quiet -o requirements-dev.txt

.venv/ready: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	    echo "This needs Python 3.11, 3.12 or 3.13. If $(PYTHON) is another: make $(MAKECMDGOALS) PYTHON=python3.12"; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	    echo "This needs Python's venv module: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
