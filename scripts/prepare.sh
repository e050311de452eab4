# Sourced by the scripts beside it: from a machine with any Node from 20 on, npm and git to a built checkout.
# The caller has already changed into the root of the checkout.

say() { printf '%s\n' "$*" >&2; }

# Debian packages behind the commands that are missing; without them something is skipped or not compiled, and says so.
# usage: want_commands COMMAND=PACKAGE …
want_commands() {
  missing=''
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || missing="$missing ${pair#*=}"
  done
  [ -z "$missing" ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "prepare: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # one word a package
    { apt-get install -y --no-install-recommends $missing || { apt-get update && apt-get install -y --no-install-recommends $missing; }; } \
      </dev/null >/dev/null 2>&1 || say "prepare: apt-get could not install$missing; going on without"
  else
    say "prepare:$missing not installed (needs root and apt-get); going on without"
  fi
}

# The lock file is newer than what npm wrote when it last installed from it.
install_packages() {
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say 'prepare: npm ci'
    npm ci --loglevel=error </dev/null >&2
  fi
  node scripts/pinned.mjs -e 0
}

build() {
  npm run --silent build </dev/null >&2
}

for tool in node npm; do
  command -v $tool >/dev/null 2>&1 || { say "prepare: $tool is missing: install Node 20 or newer, with npm"; exit 2; }
done
