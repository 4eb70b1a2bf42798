#!/usr/bin/env bash
# Runs the tests that ask real servers, in phases: see jest.e2e.config.mjs. Takes Jest's arguments.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0
for phase in servers kills fleet; do SLIPWAY_E2E_PHASE=$phase npx jest --config jest.e2e.config.mjs "$@" || status=$?; done
exit "$status"
