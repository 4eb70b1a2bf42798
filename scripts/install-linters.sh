#!/usr/bin/env bash
# Installs cfn-lint, which the templates of aws.ts are held against, and check-jsonschema, which holds the published schemas of workflows and pipelines (pinned in test/tools/requirements.txt), into a virtual environment beside the other tools. Needs Python with venv.
#   scripts/install-linters.sh    prints the programs' paths; SLIPWAY_TOOLS names another folder
set -euo pipefail
pinned=$(dirname "${BASH_SOURCE[0]}")/../test/tools/requirements.txt
bin=${SLIPWAY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/tools}
folder=linters-$(sha256sum "$pinned" | cut -c1-16)
# The last thing that is made: an installation that was cut off is made again.
if [ ! -e "$bin/$folder/installed" ]; then
  command -v python3 >/dev/null || { echo "install-linters: Python is missing: https://www.python.org/downloads/" >&2; exit 1; }
  rm -rf "$bin"/cfn-lint* "$bin"/linters-*
  mkdir -p "$bin"
  python3 -m venv "$bin/$folder"
  "$bin/$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$pinned"
  touch "$bin/$folder/installed"
fi
for program in cfn-lint check-jsonschema; do
  ln -sfn "$folder/bin/$program" "$bin/$program"
  echo "$bin/$program"
done
