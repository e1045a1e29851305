# Everything is done by scripts/make.py, which needs only Python; `make` is the shorter way to say it.
PYTHON ?= python3

.PHONY: demo test lint bench model run setup

demo test lint bench model run setup:
	@$(PYTHON) scripts/make.py $@ $(ARGS)
