#!/bin/sh
# Makes sure a system tool is there: need.sh COMMAND-OR-PATH DEBIAN-PACKAGE [WHY]
# Installs it where we are root on a Debian-like system; else says in one line what to install.
set -eu
tool=$1 package=$2 why=${3:-pyagent}
found() { command -v "$tool" >/dev/null 2>&1 || [ -e "$tool" ] || ls $tool >/dev/null 2>&1; }
if found; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing $package ($why)" >&2
    log=$(mktemp)
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package"; } >"$log" 2>&1 \
        || { tail -n 5 "$log" >&2; rm -f "$log"; echo "could not install $package: install it by hand and run make again" >&2; exit 5; }
    rm -f "$log"
    found && exit 0
fi
echo "$why needs $tool: install the package $package (on Debian: sudo apt-get install $package) and run make again" >&2
exit 5
