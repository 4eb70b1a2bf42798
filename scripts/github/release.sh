#!/usr/bin/env bash
# A step of slipway-release.yml: runs a command of slipway that writes to git, with a branch of its own, and leaves its name in the step's outputs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/step.sh"

case "${SLIPWAY_COMMAND:-}" in
  release | promote | rollback | hold | unhold | render) ;;
  *)
    printf 'slipway: the input command is release, promote, rollback, hold, unhold or render, found %q\n' "${SLIPWAY_COMMAND:-}" >&2
    exit 2
    ;;
esac
# Whoever fills in the arguments may be anybody who can start the workflow: where the token goes, and into which branch, isn't theirs to say.
for argument in ${arguments[@]+"${arguments[@]}"}; do
  case "$argument" in
    --remote | --remote=* | --branch | --branch=* | --merge-request | --pull-request | --dry-run)
      printf 'slipway: the argument %q is not for this workflow: its input branch names the branch, its remote is origin, and it always pushes a branch for a pull request\n' "$argument" >&2
      exit 2
      ;;
  esac
done

export GIT_ASKPASS=$here/askpass.sh GIT_TERMINAL_PROMPT=0
printed=$RUNNER_TEMP/slipway-release.txt
# What is printed names apps and versions from outside, and the runner would take some texts for commands.
pause=$(node -p 'crypto.randomUUID()')
echo "::stop-commands::$pause"
status=0
npx --no-install slipway "$SLIPWAY_COMMAND" --pull-request ${SLIPWAY_TARGET:+--branch "$SLIPWAY_TARGET"} ${arguments[@]+"${arguments[@]}"} |
  tee "$printed" || status=$?
echo "::$pause::"
[ "$status" -eq 0 ] || exit "$status"
output branch "$(sed -n 's/^branch //p' "$printed" | tail -n 1)"
