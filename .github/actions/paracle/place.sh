#!/usr/bin/env bash
# Where the program goes, and the digest of what it is made of.
set -euo pipefail
sources=$(cd "$(dirname "$0")/../../.." && pwd)

# Cargo's own folder of programs is on the PATH of every runner that has Cargo.
folder=${CARGO_HOME:-$HOME/.cargo}/bin
name=paracle
if [ "${RUNNER_OS:-}" = Windows ]; then name=paracle.exe; fi

if [ -n "$VERSION" ]; then
  # With the digest it is proven by: another digest is another program.
  digest=$(printf '%s %s' "$VERSION" "${SHA256:-}" | openssl dgst -sha256 -r | cut -c1-64)
else
  # All but the packages and the docs: a contribution does not change the program.
  digest=$(cd "$sources" && find .cargo Cargo.lock Cargo.toml rust-toolchain.toml cli crates registry-index/Cargo.toml \
    registry-index/src site-gen .github/actions/paracle -type f -not -path '*/target/*' -print0 |
    LC_ALL=C sort -z | xargs -0 openssl dgst -sha256 -r | openssl dgst -sha256 -r | cut -c1-64)
fi
flavour=plain
if [ "$GALLERY" = true ]; then flavour=gallery; fi

{
  echo "program=$folder/$name"
  echo "key=paracle-${RUNNER_OS:-any}-${RUNNER_ARCH:-any}-$flavour-$digest"
} >>"$GITHUB_OUTPUT"
