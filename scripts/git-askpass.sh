#!/bin/sh
# Answers git's questions about this repository's host, so that the token stands in no address, argument or file. Any other question has no answer.
repository=$("$(dirname "$0")/repository.sh") || exit 1
case "$repository" in
  https://*) host=${repository#https://} host=${host%%/*} ;;
  *) exit 1 ;;
esac
case "$1" in
  "Username for 'https://$host': ") printf '%s\n' oauth2 ;;
  "Password for 'https://oauth2@$host': ") printf '%s\n' "${SLIPWAY_GIT_TOKEN:?}" ;;
  *)
    echo "git-askpass: no token for anything but https://$host" >&2
    exit 1
    ;;
esac
