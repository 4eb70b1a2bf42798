#!/bin/sh
# Answers git's questions from the environment, so that a token stands in no address, argument or file.
case "$1" in
  Username*) printf '%s\n' "${SLIPWAY_GIT_USER:-oauth2}" ;;
  *) printf '%s\n' "$SLIPWAY_GIT_TOKEN" ;;
esac
