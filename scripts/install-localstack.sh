#!/usr/bin/env bash
# Installs LocalStack, which stands for AWS in test/e2e/aws (pinned in test/tools/localstack-requirements.txt), into a virtual environment beside the other tools. Needs Python 3.10 or newer with venv.
#   scripts/install-localstack.sh    prints the folder of the environment; SLIPWAY_TOOLS names another place
set -euo pipefail
pinned=$(dirname "${BASH_SOURCE[0]}")/../test/tools/localstack-requirements.txt
bin=${SLIPWAY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/tools}
folder=localstack-$(sha256sum "$pinned" | cut -c1-16)
# The last thing that is made: an installation that was cut off is made again.
if [ ! -e "$bin/$folder/installed" ]; then
  command -v python3 >/dev/null || { echo "install-localstack: Python is missing: https://www.python.org/downloads/" >&2; exit 1; }
  rm -rf "$bin"/localstack*
  mkdir -p "$bin"
  python3 -m venv "$bin/$folder"
  # The list names every package that these tests need. LocalStack's own list has more, for services that slipway's stacks don't use.
  "$bin/$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$pinned"
  touch "$bin/$folder/installed"
fi
ln -sfn "$folder" "$bin/localstack"
echo "$bin/localstack"
