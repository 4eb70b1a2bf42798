#!/usr/bin/env bash
# A step of action.yml: runs `slipway review` or `slipway check`, and leaves the report in the job's summary and the step's outputs.
set -euo pipefail
slipway() { node "$(dirname "${BASH_SOURCE[0]}")/../../bin/slipway.js" "$@"; }
. "$(dirname "${BASH_SOURCE[0]}")/step.sh"
# Characters that a job's summary takes (1 MiB), with room for what stands around them.
most=1000000

# The commit that a pull request's merge was made on: the event of a job that is run again may name an older one, and what others merged
# since would count as this pull request's. A shallow clone names a commit's parents too, in the commit itself.
merged_onto() {
  local parents
  mapfile -t parents < <(git cat-file commit HEAD | sed -n '/^$/q; s/^parent //p')
  [ "${#parents[@]}" -eq 2 ] && [ "${parents[1]}" = "${SLIPWAY_HEAD:-}" ] && printf '%s\n' "${parents[0]}"
}

review() {
  local report=$RUNNER_TEMP/slipway-review.md json=$RUNNER_TEMP/slipway-review.json asked base status=0
  asked=${SLIPWAY_BASE:-$(merged_onto || true)}
  asked=${asked:-${SLIPWAY_EVENT_BASE:-}}
  if [ -z "$asked" ]; then
    echo "slipway: there is no base to compare with: run it on pull_request, or set the input base" >&2
    return 2
  fi
  # A shallow clone of a pull request doesn't hold its base.
  if ! base=$(git rev-parse --quiet --verify "$asked^{commit}"); then
    git fetch --quiet --no-tags --depth=1 origin "$asked"
    base=$(git rev-parse FETCH_HEAD)
  fi
  slipway review --base "$base" ${arguments[@]+"${arguments[@]}"} ${SLIPWAY_FAIL_ON:+--fail-on "$SLIPWAY_FAIL_ON"} \
    --output "markdown=$report" --output "json=$json" >/dev/null || status=$?
  # Nothing of a report goes to the log, where the runner would take some texts for commands. 2 is wrong input: there is no report of it. 1 is what --fail-on, --strict or --expect asked for.
  [ "$status" -lt 2 ] || return "$status"
  output impact "$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).summary.impact' "$json")"
  output changes "$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).changes.length' "$json")"
  output report "$report"
  head -c "$most" "$report" >>"$GITHUB_STEP_SUMMARY"
  return "$status"
}

check() {
  local report=$RUNNER_TEMP/slipway-check.json text=$RUNNER_TEMP/slipway-check.txt status=0
  slipway check ${arguments[@]+"${arguments[@]}"} --format github --output "json=$report" --output "text=$text" \
    ${SLIPWAY_SARIF:+--output "sarif=$SLIPWAY_SARIF"} || status=$?
  # 2 is wrong input: there is no report of it.
  [ "$status" -lt 2 ] || return "$status"
  output report "$report"
  { echo '``````text'; head -c "$most" "$text"; echo '``````'; } >>"$GITHUB_STEP_SUMMARY"
  return "$status"
}

case "${SLIPWAY_COMMAND:-}" in
  review | check) "$SLIPWAY_COMMAND" ;;
  *)
    printf 'slipway: the input command is review or check, found %q\n' "${SLIPWAY_COMMAND:-}" >&2
    exit 2
    ;;
esac
