#!/usr/bin/env bash
# Gets the program: a release's, proven by its digest, or built from the sources beside this file.
set -euo pipefail
sources=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$(dirname "$PROGRAM")"

if [ -n "$VERSION" ]; then
  if ! [[ $VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
    echo "::error::version is no version such as 0.2.0"
    exit 2
  fi
  if ! [[ $SHA256 =~ ^[0-9a-f]{64}$ ]]; then
    echo "::error::version needs sha256, the digest of the release's archive"
    exit 2
  fi
  # Bash of macOS has no expansion for small letters.
  system=$(printf '%s-%s' "$RUNNER_OS" "$RUNNER_ARCH" | tr '[:upper:]' '[:lower:]')
  archive=paracle-$VERSION-$system.tar.gz
  curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --retry 3 --output "$work/archive" \
    "https://github.com/paracle-hub/paracle-hub/releases/download/v$VERSION/$archive"
  if [ "$(openssl dgst -sha256 -r "$work/archive" | cut -c1-64)" != "$SHA256" ]; then
    echo "::error::the archive of that release has another digest"
    exit 1
  fi
  tar -xzf "$work/archive" -C "$work"
  mv "$work/$(basename "$PROGRAM")" "$PROGRAM"
  exit
fi

# In the sources' folder, so that they say which toolchain and which profile; the output stays out of it.
cd "$sources"
rustup toolchain install --no-self-update
export CARGO_TARGET_DIR=$work/target
export PARACLE_SEARCH_MODULE=none
if [ "$GALLERY" = true ]; then
  rustup component add rust-src
  cargo xtask wasm
  export PARACLE_SEARCH_MODULE=$CARGO_TARGET_DIR/search-wasm/search.wasm
fi
cargo build --locked --release --package paracle-hub --bin paracle
mv "$CARGO_TARGET_DIR/release/$(basename "$PROGRAM")" "$PROGRAM"
