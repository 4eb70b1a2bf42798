#!/usr/bin/env bash
# Installs the Debian packages that the tests use: Chromium for the pages, openssl for the servers' certificates, a registry for releases, Redis for Argo CD, rsync, curl and buildah for pipelines, zsh and fish for completion, Python for cfn-lint. Does nothing where they are there, or where apt isn't.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v openssl >/dev/null || missing+=(openssl)
for name in rsync curl buildah zsh fish; do command -v "$name" >/dev/null || missing+=("$name"); done
command -v docker-registry >/dev/null || missing+=(docker-registry)
command -v redis-server >/dev/null || missing+=(redis-server)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
[ ${#missing[@]} -gt 0 ] || exit 0
if ! command -v apt-get >/dev/null; then
  echo "install-packages: no apt-get here; tests that need ${missing[*]} will say that they are skipped" >&2
  exit 0
fi
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
