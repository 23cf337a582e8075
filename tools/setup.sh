#!/bin/sh
# Makes .venv with everything that requirements/dev.txt pins, and lotproof itself. Called by `make setup`.
set -eu
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Lotproof needs Python 3.11 or newer; this is $("$python" --version). Name another with: make PYTHON=python3.12" >&2
  exit 1
}
rm -rf .venv
if ! "$python" -m venv .venv 2>/dev/null; then
  # Debian keeps ensurepip in a package of its own.
  rm -rf .venv
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq python3-venv
    "$python" -m venv .venv
  else
    echo "Python has no venv module here; install it (Debian: apt-get install python3-venv) and run make again." >&2
    exit 1
  fi
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
