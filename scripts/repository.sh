#!/bin/sh
# Prints the address of this repository, as the committed Applications have it: no variable of a job says where tokens go.
folder=$(cd "$(dirname "$0")/.." && pwd) || exit 1
addresses=$(sed -n 's/^ *repoURL: "\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$folder"/dist/*/argocd/Application.*.k8s.yaml | sort -u)
case "$addresses" in
  "" | *[!A-Za-z0-9._~:/%-]*) ;;
  https://?*/?* | file:///?*)
    printf '%s\n' "$addresses"
    exit 0
    ;;
esac
echo "repository: the Applications in dist have to name one repository by an https address; they name: ${addresses:-none}" >&2
exit 1
