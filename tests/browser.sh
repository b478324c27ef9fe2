#!/usr/bin/env bash
# Print the path of a Chromium, installing one if there is none; or, where `firefox` is asked for, that
# of a Firefox, if there can be one. Talks on stderr.
set -euo pipefail
python="$1"
browser="${2:-chromium}"

find_chromium() {
  local name
  for name in "${LOKET_TEST_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name"; then return 0; fi
  done
  "$python" - <<'PYTHON'
import pathlib
import sys

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
if not pathlib.Path(path).exists():
    sys.exit(1)
print(path)
PYTHON
}

find_firefox() {
  command -v "${LOKET_TEST_FIREFOX:-firefox-esr}"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install_package() {
  if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    as_root apt-get update >&2 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >&2 || true
  fi
}

if "find_$browser"; then exit 0; fi

if [ "$browser" = firefox ]; then
  echo "No Firefox found, installing one for the tests ..." >&2
  install_package firefox-esr
  if find_firefox; then exit 0; fi
  echo "Nothing is tested in Firefox: install the package 'firefox-esr', or set LOKET_TEST_FIREFOX to a Firefox." >&2
  exit 0
fi

echo "No Chromium found, installing one for the tests ..." >&2
"$python" -m playwright install chromium >&2 || echo "Playwright could not fetch it." >&2
if find_chromium; then exit 0; fi

install_package chromium
if find_chromium; then exit 0; fi

echo "The tests need Chromium: install the package 'chromium', or set LOKET_TEST_BROWSER to a Chrome." >&2
exit 1
