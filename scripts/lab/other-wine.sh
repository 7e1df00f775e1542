#!/bin/sh
# other-wine.sh FOLDER wine10|wine32: another Wine for `npm run test:long` (shared/facts/lab.md): Wine 10 of the next Debian, or the Wine 8 of this one
# with 32 bits and a compiler for programs of 32 bits. As root, with debootstrap, about 3 min and 1.5 GB each. Leaves FOLDER/NAME/wine64 and wineserver64
# (wine32: and cc), which start it with this computer's /tmp, /proc and /dev. They mount those in a namespace of their own: whoever removes FOLDER
# removes nothing else.
set -e
case $2 in
  wine10) suite=trixie architecture=amd64 packages=wine64 root=$1/trixie ;;
  wine32) suite=bookworm architecture=i386 packages=wine32,gcc-mingw-w64-i686-win32 root=$1/bookworm-i386 ;;
  *) exit 2 ;;
esac
if [ ! -d "$root" ]; then
  rm -rf "$root.making"
  mkdir -p "$1"
  debootstrap --variant=minbase --arch=$architecture --include=$packages $suite "$root.making" >&2
  mv "$root.making" "$root"
fi
mkdir -p "$1/$2"

# wrapper NAME PROGRAM...: FOLDER/NAME/NAME starts the first of the programs that is there
wrapper() {
  name=$1
  shift
  for real in "$@"; do [ -x "$root$real" ] && break; done
  cat > "$folder/$name" <<EOF
#!/bin/sh
export INPLACE_CWD="\$PWD"
exec unshare --mount /bin/sh -c '
  for folder in proc dev tmp; do mount --bind "/\$folder" "$root/\$folder"; done
  exec chroot "$root" /bin/sh -c "cd \"\\\$INPLACE_CWD\" 2>/dev/null; exec $real \"\\\$@\"" sh "\$@"' sh "\$@"
EOF
  chmod +x "$folder/$name"
}
folder=$1/$2
wrapper wine64 /usr/lib/wine/wine64 /usr/lib/wine/wine
wrapper wineserver64 /usr/lib/wine/wineserver64 /usr/lib/wine/wineserver32 /usr/lib/wine/wineserver
if [ "$2" = wine32 ]; then wrapper cc /usr/bin/i686-w64-mingw32-gcc-win32 /usr/bin/i686-w64-mingw32-gcc; fi
