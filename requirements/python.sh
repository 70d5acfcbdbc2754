#!/bin/sh
# Name the Python that sets Meetlat up: the system's own where that will do, else whatever `python3` is.
# The one of a Linux distribution is built for speed and mended with the rest of the system; one that was
# compiled by hand mostly is neither (docs/decisions/005-set-up.md).
system=/usr/bin/python3
if test "$(uname)" = Linux &&
	"$system" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
	echo "$system"
else
	echo python3
fi
