#!/usr/bin/env bash
# Runs the tests that ask real servers: most of them two at a time, then those that need the machine to themselves. Takes Jest's arguments.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0
npx jest --config jest.e2e.config.mjs "$@" || status=$?
SLIPWAY_E2E=alone npx jest --config jest.e2e.config.mjs "$@" || status=$?
exit "$status"
