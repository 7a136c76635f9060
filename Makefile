# Two commands: `make show` opens the show, `make test` runs every test.
# PYTHON chooses the interpreter (3.11 to 3.13), ARGS goes to the show.

PYTHON ?= python3
# Compiled files are kept: without them every process compiles torch anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
ARGS ?=

GL_PACKAGES := libgl1 libegl1 libxrender1 libxrandr2 libasound2
TEST_PACKAGES := $(GL_PACKAGES) xvfb xserver-xorg-core xserver-xorg-video-dummy x11-xserver-utils \
	x11-apps xdotool imagemagick liblo-tools jackd2 chromium

.PHONY: show test lint docs bench clean system-show system-test

show: $(VENV)/.show
	@$(BIN)/python -m vj show $(ARGS)

test: $(VENV)/.test system-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest

bench: $(VENV)/.show
	@$(BIN)/python -m vj bench show

docs: $(VENV)/.show
	@$(BIN)/python -m vj.studio.reference

$(VENV)/.show: pyproject.toml constraints.txt | system-show
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what vj needs into $(VENV) (once)"
	@$(PIP) pip setuptools # current ones: older Pythons bring a pip that takes half as long again
	@$(PIP) --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.show
	@$(PIP) --no-build-isolation -e '.[test]'
	@touch $@

system-show:
	@.ci/packages $(GL_PACKAGES)

system-test:
	@.ci/packages $(TEST_PACKAGES)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
