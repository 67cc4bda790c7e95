#!/bin/sh
# Writes sample files by "$1" and opens them in ParaView; ends with 77 (skipped) where that is not installed.
command -v pvbatch > /dev/null && command -v xvfb-run > /dev/null || exit 77
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
"$1" "$folder" && timeout 60 xvfb-run -a pvbatch "$(dirname "$0")/open_in_paraview.py" "$folder"
