#!/bin/sh
# Prints the address of this repository, or its branch, as the committed Applications have them: no variable of a job says where tokens go.
#   scripts/repository.sh           the address
#   scripts/repository.sh branch    the branch
folder=$(cd "$(dirname "$0")/.." && pwd) || exit 1
values() { sed -n "s/^ *$1: \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$folder"/dist/*/argocd/Application.*.k8s.yaml | sort -u; }
if [ "${1:-}" = branch ]; then
  branch=$(values targetRevision)
  case "$branch" in
    "" | HEAD | [!A-Za-z0-9_]* | *[!A-Za-z0-9._/-]*) ;;
    *)
      printf '%s\n' "$branch"
      exit 0
      ;;
  esac
  echo "repository: the Applications in dist have to name one branch; they name: ${branch:-none}. Set argocd.revision to a branch, and run npm run synth." >&2
  exit 1
fi
addresses=$(values repoURL)
case "$addresses" in
  "" | *[!A-Za-z0-9._~:/%-]*) ;;
  https://?*/?* | file:///?*)
    printf '%s\n' "$addresses"
    exit 0
    ;;
esac
echo "repository: the Applications in dist have to name one repository by an https address; they name: ${addresses:-none}" >&2
exit 1
