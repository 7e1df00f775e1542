#!/bin/bash
# signed-loaders.sh FOLDER: fetches Debian's boot loaders that Microsoft and Debian signed, once: FOLDER/shimx64.efi (two signatures of
# Microsoft), FOLDER/grubx64.efi (Debian's). Needs apt-get with package lists and dpkg-deb. Nothing is installed and nothing outside FOLDER touched.
set -euo pipefail

folder=$1
mkdir -p "$folder"
exec 9>"$folder/lock" # tests run side by side; the first one does the work
flock 9
[ -f "$folder/stamp" ] && exit 0

work=$(mktemp -d "$folder/setup.XXXXXX")
trap 'rm -rf "$work"' EXIT
if ! (cd "$work" && apt-get -q download shim-signed grub-efi-amd64-signed >apt.log 2>&1); then
  echo "signed loaders: cannot download: $(tail -3 "$work/apt.log")" >&2
  exit 1
fi
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/files"; done
cp "$work/files/usr/lib/shim/shimx64.efi.signed" "$folder/shimx64.efi"
cp "$work/files/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$folder/grubx64.efi"
touch "$folder/stamp"
