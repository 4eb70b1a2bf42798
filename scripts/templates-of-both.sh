#!/usr/bin/env bash
# Writes the CloudFormation templates of a commit to base.out, and those of the working tree to cdk.out, for `slipway review --templates-base base.out`.
# Runs the code of both, and needs neither account nor network where the lock files are the same. Prints nothing where the repository has no aws.ts.
set -euo pipefail
base=${1:?"usage: scripts/templates-of-both.sh COMMIT"}
root=$PWD
folder=$(mktemp -d)
trap 'git worktree remove --force "$folder/base" 2>/dev/null || true; rm -rf "$folder"' EXIT
git worktree add --quiet --detach "$folder/base" "$base"
# What an earlier run left isn't of this commit: an environment may have been removed.
rm -rf base.out cdk.out
mkdir base.out cdk.out
# Writes the templates of a folder's app. Where it has none, there are none.
synth() {
  [ ! -f "$1/aws.ts" ] || (cd "$1" && npx cdk synth --quiet --output "$2" >/dev/null)
}
if cmp -s package-lock.json "$folder/base/package-lock.json"; then
  ln -s "$root/node_modules" "$folder/base/node_modules"
elif [ -f "$folder/base/aws.ts" ]; then
  (cd "$folder/base" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >/dev/null)
fi
synth "$folder/base" "$root/base.out"
synth "$root" "$root/cdk.out"
