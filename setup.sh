#!/usr/bin/env bash
# Installs what this machine lacks to run (`setup.sh run`) or to test (`setup.sh test`, `setup.sh web`) Orgmap, and says plainly what it
# cannot install. Where everything is there, it does nothing.
set -euo pipefail
what=${1:-run}

# True where a folder holds the Postgres programs that the embedded server needs.
has_postgres() {
  local dir
  for dir in "${PG_BINDIR:-}" "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
    /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin /usr/local/pgsql/bin; do
    [ -n "$dir" ] && [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && return 0
  done
  return 1
}

missing=()
command -v go >/dev/null || { echo "Go is missing: install Go 1.26 or newer from https://go.dev/dl/ and run this again." >&2; exit 1; }
has_postgres || missing+=(postgresql)
if [ "$what" = test ] || [ "$what" = web ]; then
  command -v redis-server >/dev/null || missing+=(redis)
  command -v node >/dev/null || { echo "Node.js is missing: the tests of protocols and pages need Node.js 20 or newer with npm." >&2; exit 1; }
fi
if [ "$what" = web ] && [ -z "${CHROMIUM:-}" ] && ! command -v chromium >/dev/null; then missing+=(chromium); fi
[ ${#missing[@]} -eq 0 ] && exit 0

echo "Installing: ${missing[*]}"
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if command -v apt-get >/dev/null; then
  packages=()
  for one in "${missing[@]}"; do case $one in redis) packages+=(redis-server) ;; chromium) packages+=(chromium fonts-dejavu) ;; *) packages+=("$one") ;; esac; done
  # No cluster and no service is wanted: the programs alone are used.
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/orgmap.conf >/dev/null
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
elif command -v dnf >/dev/null; then
  packages=()
  for one in "${missing[@]}"; do case $one in postgresql) packages+=(postgresql-server) ;; *) packages+=("$one") ;; esac; done
  as_root dnf install -y -q "${packages[@]}"
elif command -v brew >/dev/null; then
  brew install "${missing[@]}"
else
  echo "Cannot install here: there is no apt-get, dnf or brew. Install by hand: ${missing[*]}" >&2
  exit 1
fi
