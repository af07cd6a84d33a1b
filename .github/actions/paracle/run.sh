#!/usr/bin/env bash
# One command over a folder, as it would be typed.
set -euo pipefail

registry=()
if [ -n "$REGISTRY" ]; then registry=(--registry "$REGISTRY"); fi

case $COMMAND in
  check) words=(template check --format github -- "$FOLDER") ;;
  publish) words=(template publish --yes --no-input ${registry[@]+"${registry[@]}"} -- "$FOLDER") ;;
  verify) words=(template verify --into "$FOLDER" ${registry[@]+"${registry[@]}"}) ;;
  audit) words=(template audit --into "$FOLDER" ${registry[@]+"${registry[@]}"}) ;;
  *)
    echo "::error::command is none of check, publish, verify, audit"
    exit 2
    ;;
esac

if [ -z "$GITHUB_TOKEN" ]; then unset GITHUB_TOKEN; fi
if paracle "${words[@]}"; then
  echo "result=ok" >>"$GITHUB_OUTPUT"
else
  code=$?
  echo "result=failed" >>"$GITHUB_OUTPUT"
  exit "$code"
fi
