#!/bin/busybox sh
# guest-init.sh: the first program of the lab's guest. It loads the modules, takes a shell script from the second virtio disk (vdb, as many bytes as
# the kernel command line says in lab.script=), runs it, and writes to the first one (vda): "<bytes> <exit code>", a newline, what it printed.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs -o size=75% tmpfs /tmp

while read -r module; do insmod "/modules/$module"; done </modules/order

# SCSI discs are found in the background; lab.discs= says how many there are
option() { sed -n "s/.*\blab\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
tries=0
while [ "$(ls /sys/block | grep -cE '^(sr|sd)')" -lt "$(option discs)" ] && [ $tries -lt 100 ]; do
  usleep 100000
  tries=$((tries + 1))
done

head -c "$(option script)" /dev/vdb >/tmp/script
sh /tmp/script >/tmp/output 2>&1
code=$?
{
  echo "$(wc -c </tmp/output) $code"
  cat /tmp/output
} >/dev/vda
sync
poweroff -f
