#!/usr/bin/env bash
# Collect the wheels of gridgov and of everything it needs at run time, for a machine like this one without a network.
set -euo pipefail

house=dist/wheelhouse
rm -rf "$house"
mkdir -p "$house"
echo "Building gridgov's wheel"
.venv/bin/uv build -q --wheel --out-dir "$house"
echo "Collecting the locked wheels of requirements/run.txt"
.venv/bin/python -m pip download -q --disable-pip-version-check --only-binary :all: --require-hashes \
  -r requirements/run.txt -d "$house"
cp requirements/run.txt docs/office/install.sh "$house/"
# the office has no clone: units, proxy and the pages on how to go about it go along
mkdir "$house/office"
cp docs/office/gridgov* docs/office/nginx.conf docs/office/command.sh docs/{office,access,security,standards}.md "$house/office/"
rm -f "$house/.gitignore"
echo "$(du -sh "$house" | cut -f1) in $house, $(find "$house" -name '*.whl' | wc -l) wheels. Carry the folder over and run its install.sh there."
