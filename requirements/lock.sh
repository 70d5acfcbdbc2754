#!/usr/bin/env bash
# Pins every package in requirements/*.in with hashes. The locks name no address of an index, so that each machine
# can use its own. Usage: make lock (to upgrade everything: make lock UPGRADE=1)
set -euo pipefail
cd "$(dirname "$0")"
uv=(../.venv/bin/python -m uv pip compile --quiet --no-config --universal --fork-strategy fewest --python-version 3.11
    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header ${UPGRADE:+--upgrade})
for name in uv build run; do
  "${uv[@]}" "$name.in" --output-file "$name.txt"
done
"${uv[@]}" run.in dev.in --constraint run.txt --output-file dev.txt
if grep -nE '[a-z]+://' ./*.txt; then
  echo "A lock names an address, see above. Remove it." >&2
  exit 1
fi
