#!/bin/sh
# wine10.sh FOLDER: Wine 10 of the next Debian in FOLDER/trixie, for `npm run test:long` (shared/facts/lab.md); as root, with debootstrap, about 3 min
# and 1.5 GB. Leaves FOLDER/wine10/wine64 and wineserver64, which start it with this computer's /tmp, /proc and /dev. They mount those in a
# namespace of their own: whoever removes FOLDER removes nothing else.
set -e
root=$1/trixie
if [ ! -x "$root/usr/lib/wine/wine64" ]; then
  rm -rf "$root" "$root.making"
  mkdir -p "$1"
  debootstrap --variant=minbase --include=wine64 trixie "$root.making" >&2
  mv "$root.making" "$root"
fi
mkdir -p "$1/wine10"
for program in wine64 wineserver64; do
  real=/usr/lib/wine/$program
  [ -x "$root$real" ] || real=/usr/lib/wine/${program%64}
  cat > "$1/wine10/$program" <<EOF
#!/bin/sh
export INPLACE_CWD="\$PWD"
exec unshare --mount /bin/sh -c '
  for folder in proc dev tmp; do mount --bind "/\$folder" "$root/\$folder"; done
  exec chroot "$root" /bin/sh -c "cd \"\\\$INPLACE_CWD\" 2>/dev/null; exec $real \"\\\$@\"" sh "\$@"' sh "\$@"
EOF
  chmod +x "$1/wine10/$program"
done
