#!/bin/sh
# Unpacks Debian's or Ubuntu's own Prometheus into .tools/, without root. Never fails: the sandbox works without, and says so.
set -u
later="PromQL steps will say that Prometheus is not reachable. To have it: install the package 'prometheus', or put the binary on PATH."
if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
  echo "No Prometheus on this machine. $later"
  exit 0
fi
mkdir -p .tools/apt/lists/partial .tools/apt/cache/archives/partial .tools/deb
state="$PWD/.tools/apt"
apt="-qq -o Dir::State::Lists=$state/lists -o Dir::Cache=$state/cache -o Debug::NoLocking=1 -o APT::Sandbox::User= -o APT::Get::List-Cleanup=0"
echo "Fetching Prometheus into .tools (once)"
# shellcheck disable=SC2086  # the options are words
(cd .tools/deb && { apt-get -qq download prometheus || { apt-get $apt update && apt-get $apt download prometheus; }; }) >.tools/apt/log 2>&1
for deb in .tools/deb/prometheus_*.deb; do
  [ -f "$deb" ] && dpkg-deb -x "$deb" .tools
done
rm -rf .tools/deb .tools/apt/lists .tools/apt/cache
test -x .tools/usr/bin/prometheus || echo "Prometheus could not be fetched (.tools/apt/log). $later"
exit 0
