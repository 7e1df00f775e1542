#!/bin/bash
# setup.sh FOLDER: makes the lab's guest, once: Debian's kernel as FOLDER/vmlinuz and a small RAM disk as FOLDER/initrd.gz, which holds busybox,
# the kernel modules for discs and file systems, and guest-init.sh. Needs apt-get with package lists, busybox-static, cpio, kmod and xz. About 15 s;
# done again only when this script, guest-init.sh or the kernel changes. Nothing is installed and nothing outside FOLDER is touched.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

here=$(cd "$(dirname "$0")" && pwd)
folder=$1
modules=(virtio_pci virtio_scsi virtio_blk sr_mod sd_mod xhci_pci usb_storage isofs udf vfat exfat nls_cp437 nls_iso8859-1 nls_ascii nls_utf8)

fail() {
  echo "lab setup: $1" >&2
  exit 1
}

mkdir -p "$folder"
exec 9>"$folder/lock" # tests run side by side; the first one does the work
flock 9

stamp=$(cat "$here/setup.sh" "$here/guest-init.sh" | sha256sum)
[ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ] && exit 0

busybox=$(command -v busybox) || fail "busybox is not installed (package busybox-static)"
if ldd "$busybox" >/dev/null 2>&1; then fail "busybox needs libraries; install the package busybox-static"; fi
package=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image-/ { print $2; exit }')
[ -n "$package" ] || fail "apt knows no linux-image-amd64: run 'apt-get update' (the lab's kernel is Debian's)"
version=${package#linux-image-}

work=$(mktemp -d "$folder/setup.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get -q download "$package" >apt.log 2>&1) || fail "cannot download $package: $(tail -3 "$work/apt.log")"

# The kernel, and of its modules only the kinds that can matter here
mkdir "$work/kernel"
dpkg-deb --fsys-tarfile "$work/$package"_*.deb | tar -x -C "$work/kernel" --wildcards \
  './boot/vmlinuz-*' './lib/modules/*/modules.*' './lib/modules/*/kernel/fs/*' './lib/modules/*/kernel/lib/*' './lib/modules/*/kernel/crypto/*' \
  './lib/modules/*/kernel/arch/*' './lib/modules/*/kernel/block/*' './lib/modules/*/kernel/drivers/scsi/*' './lib/modules/*/kernel/drivers/block/*' \
  './lib/modules/*/kernel/drivers/virtio/*' './lib/modules/*/kernel/drivers/cdrom/*' './lib/modules/*/kernel/drivers/usb/*'
depmod -b "$work/kernel" "$version" 2>/dev/null || true

# The RAM disk: busybox as everything, the modules in the order in which they must be loaded, and init
root=$work/root
mkdir -p "$root"/{bin,modules,proc,sys,dev,mnt,tmp}
cp "$busybox" "$root/bin/busybox"
cp "$here/guest-init.sh" "$root/init"
chmod +x "$root/init"
for module in "${modules[@]}"; do
  modprobe -d "$work/kernel" -S "$version" --show-depends "$module" 2>/dev/null | awk '/^insmod/ { print $2 }' || true # "builtin" prints no insmod
done | awk '!seen[$0]++' >"$work/load"
[ -s "$work/load" ] || fail "no module found in $package"
while read -r file; do
  name=$(basename "$file" .xz)
  case $file in
  *.xz) xz -dc "$file" >"$root/modules/$name" ;;
  *) cp "$file" "$root/modules/$name" ;;
  esac
  echo "$name"
done <"$work/load" >"$root/modules/order"
(cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$work/initrd.gz"

mv "$work/initrd.gz" "$folder/initrd.gz"
mv "$work/kernel/boot/vmlinuz-$version" "$folder/vmlinuz"
echo "$stamp" >"$folder/stamp"
