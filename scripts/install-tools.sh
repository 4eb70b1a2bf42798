#!/usr/bin/env bash
# Builds the programs that tests use beside slipway (pinned in test/tools/go.mod and in the folders beside it) into a cache outside the tree. Needs Go.
#   scripts/install-tools.sh    prints the folder; SLIPWAY_TOOLS names another one
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../test/tools"
bin=${SLIPWAY_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway/tools}
stamp=$bin/$(cat go.mod go.sum helm/go.mod helm/go.sum helm4/go.mod helm4/go.sum actionlint/go.mod actionlint/go.sum yaml2json/*.go | sha256sum | cut -c1-16).built
mkdir -p "$bin"
if [ ! -e "$stamp" ]; then
  command -v go >/dev/null || { echo "install-tools: Go is missing: https://go.dev/doc/install" >&2; exit 1; }
  CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$bin/" ./yaml2json sigs.k8s.io/kustomize/kustomize/v5
  (cd helm && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$bin/" helm.sh/helm/v3/cmd/helm)
  (cd helm4 && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$bin/helm4/" helm.sh/helm/v4/cmd/helm)
  (cd actionlint && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$bin/" github.com/rhysd/actionlint/cmd/actionlint)
  rm -f "$bin"/*.built
  touch "$stamp"
fi
echo "$bin"
