#!/bin/sh
# Makes .venv and installs pinned packages into it: environment.sh PYTHON REQUIREMENTS
set -eu
python=$1
requirements=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "quizapp needs Python 3.11 or newer as '$python'; name another: make PYTHON=/path/to/python3 ..." >&2
    exit 1
}
# Debian splits venv off from Python; root can mend that, anybody else is told how.
if [ ! -x .venv/bin/pip ] && ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    else
        echo "Python's venv module is missing. Install it, then run make again: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
[ -x .venv/bin/pip ] || "$python" -m venv .venv
echo "Installing $requirements into .venv (once; a minute or so) ..."
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
