# Each target makes the virtual environment that it needs, under .venv, and nothing else.
PYTHON ?= python3
VENV := .venv

# What each environment holds: an extra of pyproject.toml, and versions pinned beside it.
EXTRA_demo := plot
EXTRA_test := dev
EXTRA_oldest := test
EXTRA_docs := docs
EXTRA_bench := bench
EXTRA_mutants := mutants
PINS_oldest := numpy==2.0.0 pandas==2.2.2 pydantic==2.9.0 pandera==0.24.0 holidays==0.107

.PHONY: demo test test-deep test-oldest docs bench mutants clean

demo: $(VENV)/demo/ready
	$(VENV)/demo/bin/python examples/demo.py demo.png

test: $(VENV)/test/ready
	$(VENV)/test/bin/ruff check .
	$(VENV)/test/bin/ruff format --check .
	$(VENV)/test/bin/mypy
	$(VENV)/test/bin/lint-imports
	$(VENV)/test/bin/pytest -n auto --doctest-modules --doctest-glob='README*.md' src README.md README.vi.md tests

test-deep: $(VENV)/test/ready
	HYPOTHESIS_PROFILE=deep $(VENV)/test/bin/pytest -n auto tests

test-oldest: $(VENV)/oldest/ready
	$(VENV)/oldest/bin/pytest -n auto tests

docs: $(VENV)/docs/ready
	rm -rf docs/_build docs/api/generated
	$(VENV)/docs/bin/sphinx-build -W --keep-going docs docs/_build/html

bench: $(VENV)/bench/ready
	$(VENV)/bench/bin/python benchmarks/run.py

mutants: $(VENV)/mutants/ready
	rm -rf mutants
	PYTHONPATH= HYPOTHESIS_PROFILE=mutants $(VENV)/mutants/bin/mutmut run
	$(VENV)/mutants/bin/python scripts/check_mutants.py

$(VENV)/%/ready: pyproject.toml Makefile
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --editable '.[$(EXTRA_$*)]' $(PINS_$*)
	touch $@

clean:
	rm -rf $(VENV) mutants docs/_build docs/api/generated demo.png vietnam_1998.png review_round
