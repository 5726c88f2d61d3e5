#!/bin/sh
# Provides what the tests need besides Python: a Chromium, and for root a PostgreSQL (initdb refuses root; everybody
# else has the one in the virtual environment). Installs Debian packages when root, otherwise says what to install.
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    [ -n "${QUIZAPP_CHROMIUM:-}" ] || missing="chromium"
if [ "$(id -u)" = 0 ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    missing="$missing postgresql"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing$(printf ' %s' $missing) ..."
    # The packaged database server is not wanted, only its programs: tests start a server of their own.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Install $missing for the whole suite: sudo apt-get install $missing (or name a browser in QUIZAPP_CHROMIUM)." >&2
    [ "${CI:-}" != true ] || exit 1
fi
