#!/usr/bin/env bash
# A step of slipway-release.yml: runs a command of slipway that writes to git, with a branch of its own, and leaves its name in the step's outputs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

case "${SLIPWAY_COMMAND:-}" in
  release | promote | rollback | hold | unhold | render) ;;
  *)
    echo "slipway: the input command is release, promote, rollback, hold, unhold or render, found \"${SLIPWAY_COMMAND:-}\"" >&2
    exit 2
    ;;
esac
arguments=()
while IFS= read -r line; do
  [ -z "$line" ] || arguments+=("$line")
done <<<"${SLIPWAY_ARGUMENTS:-}"

export GIT_ASKPASS=$here/askpass.sh GIT_TERMINAL_PROMPT=0
printed=$RUNNER_TEMP/slipway-release.txt
# What is printed names apps and versions from outside, and the runner would take some texts for commands.
pause=$(node -p 'crypto.randomUUID()')
echo "::stop-commands::$pause"
status=0
npx --no-install slipway "$SLIPWAY_COMMAND" --pull-request ${arguments[@]+"${arguments[@]}"} | tee "$printed" || status=$?
echo "::$pause::"
[ "$status" -eq 0 ] || exit "$status"
printf 'branch=%s\n' "$(sed -n 's/^branch //p' "$printed" | tail -n 1)" >>"$GITHUB_OUTPUT"
