#!/usr/bin/env bash
# Holds check and review to more versions of Kubernetes than `npm run test:e2e` does: builds the control plane of each and runs the tests that compare with it. Needs Go.
#   scripts/prove-versions.sh           every version that has a folder test/e2e/servers/kubernetes-VERSION
#   scripts/prove-versions.sh 1.36
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
versions=("$@")
if [ $# -eq 0 ]; then mapfile -t versions < <(basename -a test/e2e/servers/kubernetes-* | sed 's/^kubernetes-//'); fi
for version in "${versions[@]}"; do
  [ -d "test/e2e/servers/kubernetes-$version" ] || { echo "prove-versions: there is no test/e2e/servers/kubernetes-$version" >&2; exit 1; }
  export SLIPWAY_KUBERNETES=$version
  scripts/build-servers.sh
  npx jest --config jest.e2e.config.mjs agreement server-warnings verdicts
done
# What an upgrade does: from the version of npm run servers to the newest that is here.
unset SLIPWAY_KUBERNETES
npx jest --config jest.e2e.config.mjs e2e/upgrade
