# guest-fill.sh: runs in the lab's guest. Mounts the disc for writing with the file system FILE_SYSTEM, runs /tmp/fill in its root, and unmounts it,
# so that a volume written by Linux itself comes out.
set -e
mount -t "$FILE_SYSTEM" -o "rw,iocharset=utf8" /dev/sda /mnt
cd /mnt
sh -e /tmp/fill
cd /
sync
umount /mnt
dmesg | grep -iE 'udf|I/O error' || true
