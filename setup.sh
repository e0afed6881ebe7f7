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

echo "Missing: ${missing[*]}"

# Runs a command as root; what it is was said by ask_for_root.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Says what is about to run as root, and asks first if somebody is there to answer.
ask_for_root() {
  if [ "$(id -u)" = 0 ]; then echo "Running: $*"; return; fi
  command -v sudo >/dev/null || { echo "Run this as root: $*" >&2; exit 1; }
  echo "Running with sudo: $*"
  if [ -t 0 ] && [ -z "${CI:-}" ]; then
    read -r -p "Continue? [y/N] " answer
    case $answer in [yY]*) ;; *) echo "Nothing was installed." >&2; exit 1 ;; esac
  fi
}

# Debian makes and starts a cluster when Postgres is installed, unless a file says otherwise. No cluster is wanted here: the programs
# alone are used. The file is there during the installation and is removed however that ends, so that later ones are as always.
no_cluster=/etc/postgresql-common/createcluster.d/orgmap.conf
made_folders=()
forbid_cluster() {
  local folder
  [ -e "$no_cluster" ] && return
  for folder in /etc/postgresql-common /etc/postgresql-common/createcluster.d; do
    [ -d "$folder" ] || { as_root mkdir "$folder"; made_folders=("$folder" "${made_folders[@]}"); }
  done
  trap allow_cluster EXIT
  echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
}
allow_cluster() {
  local folder
  as_root rm -f "$no_cluster"
  for folder in "${made_folders[@]}"; do # unless a package has it by now
    dpkg -S "$folder" >/dev/null 2>&1 || as_root rmdir --ignore-fail-on-non-empty "$folder"
  done
}

if command -v apt-get >/dev/null; then
  packages=()
  for one in "${missing[@]}"; do case $one in redis) packages+=(redis-server) ;; chromium) packages+=(chromium fonts-dejavu) ;; *) packages+=("$one") ;; esac; done
  ask_for_root "apt-get update, apt-get install ${packages[*]}"
  case " ${packages[*]} " in *" postgresql "*) forbid_cluster ;; esac
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
elif command -v dnf >/dev/null; then
  packages=()
  for one in "${missing[@]}"; do case $one in postgresql) packages+=(postgresql-server) ;; *) packages+=("$one") ;; esac; done
  ask_for_root "dnf install ${packages[*]}"
  as_root dnf install -y -q "${packages[@]}"
elif command -v brew >/dev/null; then
  brew install "${missing[@]}"
else
  echo "Cannot install here: there is no apt-get, dnf or brew. Install by hand: ${missing[*]}" >&2
  exit 1
fi
