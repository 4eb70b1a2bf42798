#!/bin/sh
# Answers git's questions about GitHub, so that the token stands in no address, argument or file. Any other question has no answer.
case "${GITHUB_SERVER_URL:-}" in
  https://*) host=${GITHUB_SERVER_URL#https://} ;;
  *) exit 1 ;;
esac
case "$1" in
  "Username for 'https://$host': ") printf '%s\n' x-access-token ;;
  "Password for 'https://x-access-token@$host': ") printf '%s\n' "${SLIPWAY_GITHUB_TOKEN:?}" ;;
  *)
    echo "askpass: no token for anything but https://$host" >&2
    exit 1
    ;;
esac
