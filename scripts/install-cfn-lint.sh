#!/usr/bin/env bash
# Installs cfn-lint, which the templates of aws.ts are held against (pinned in test/tools/cfn-lint.txt), into a virtual environment beside the other tools. Needs Python with venv.
#   scripts/install-cfn-lint.sh    prints the program's path; SLIPWAY_TOOLS names another folder
set -euo pipefail
pinned=$(dirname "${BASH_SOURCE[0]}")/../test/tools/cfn-lint.txt
bin=${SLIPWAY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/tools}
folder=cfn-lint-$(sha256sum "$pinned" | cut -c1-16)
if [ ! -x "$bin/$folder/bin/cfn-lint" ]; then
  command -v python3 >/dev/null || { echo "install-cfn-lint: Python is missing: https://www.python.org/downloads/" >&2; exit 1; }
  rm -rf "$bin"/cfn-lint*
  mkdir -p "$bin"
  python3 -m venv "$bin/$folder"
  "$bin/$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$pinned"
fi
ln -sfn "$folder/bin/cfn-lint" "$bin/cfn-lint"
echo "$bin/cfn-lint"
