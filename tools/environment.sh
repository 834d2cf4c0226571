#!/usr/bin/env bash
# Make .venv, put the locked dependencies in it and gridgov itself, editable.
set -euo pipefail

lock=${1:?a file of requirements/}
uv_version=0.13.9

[ -x .venv/bin/python ] || { echo "Making .venv"; python3 -m venv .venv; }
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q --disable-pip-version-check "uv==$uv_version"
echo "Installing the locked dependencies of $lock"
export VIRTUAL_ENV="$PWD/.venv"
# bytecode now: where PYTHONDONTWRITEBYTECODE is set it would never be written, and every start would cost seconds
.venv/bin/uv pip install -q --compile-bytecode --require-hashes -r "$lock" \
  || .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/uv pip install -q --no-deps -e . || .venv/bin/python -m pip install -q --no-deps -e .
