#!/usr/bin/env bash
# Install gridgov from the folder this file lies in, with no network: ./install.sh [folder, /opt/gridgov when left out]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
there=${1:-/opt/gridgov}

python3 -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' \
  || { echo "gridgov needs python3 of 3.11 or later with venv (Debian: python3-venv)." >&2; exit 1; }
python3 -m venv "$there"
"$there/bin/python" -m pip install -q --disable-pip-version-check --no-index --find-links "$here" --require-hashes -r "$here/run.txt"
# the wheel that lies here counts, whatever is there: a build of the same version number is a new one all the same
"$there/bin/python" -m pip install -q --disable-pip-version-check --no-index --no-deps --force-reinstall "$here"/gridgov-*.whl
echo "$("$there/bin/gridgov" --version) is installed: $there/bin/gridgov"
