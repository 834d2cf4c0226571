#!/usr/bin/env bash
# Build the browser viewer with the Node that came into .venv.
set -euo pipefail

export PATH="$PWD/.venv/bin:$PATH"
cd gridgov/viewer
echo "Building the viewer"
npm ci --no-audit --no-fund --loglevel=error
npm run --silent build
