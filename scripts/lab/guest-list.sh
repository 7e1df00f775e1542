# guest-list.sh: runs in the lab's guest. Mounts every disc read-only with each file system named in FILE_SYSTEMS and prints what the Linux kernel
# reads, a record a line, tab between fields:  MOUNT device fs options | NOMOUNT device fs message | D path | F size mtime links inode path |
# S sha256 path (MODE sum) | END files directories | KERNEL line. MODE tar streams the tree to vdc as well, for the host to hash: faster than
# hashing in an emulated machine when the tree is big.
tab=$(printf '\t')
for device in $(ls /sys/block | grep -E '^(sr|sd)'); do
  [ -e "/sys/block/$device/${device}1" ] && devices="$devices $(cd "/sys/block/$device" && echo "$device"[0-9]*)" || devices="$devices $device"
done

list() {
  find . -type d | sed -n "s/^\.\//D$tab/p"
  find . ! -type d -exec stat -c "F$tab%s$tab%Y$tab%h$tab%i$tab%n" {} +
  case $MODE in
  sum) find . ! -type d -print0 | xargs -0 -r -n 256 sha256sum | sed "s/^\([0-9a-f]\{64\}\)  /S$tab\1$tab/" ;;
  tar) tar -cf /dev/vdc . || echo "TARFAILED" ;;
  esac
  echo "END$tab$(find . ! -type d | wc -l)$tab$(find . -mindepth 1 -type d | wc -l)"
}

for device in $devices; do
  for fs in $FILE_SYSTEMS; do
    case $fs in
    vfat) options=ro,utf8,shortname=mixed,iocharset=utf8 ;;
    udf | iso9660 | exfat) options=ro,iocharset=utf8 ;;
    *) options=ro ;;
    esac
    if ! message=$(mount -t "$fs" -o $options "/dev/$device" /mnt 2>&1); then
      echo "NOMOUNT$tab$device$tab$fs$tab$message"
      continue
    fi
    echo "MOUNT$tab$device$tab$fs$tab$(awk '$2 == "/mnt" { print $4 }' /proc/mounts)"
    (cd /mnt && list)
    umount /mnt
  done
done
dmesg | grep -iE 'udf|isofs|iso9660|FAT-fs|exfat|I/O error' | sed "s/^/KERNEL$tab/" | head -100
