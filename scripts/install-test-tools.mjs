#!/usr/bin/env node
// Called by `npm test`: installs the programs the tests use as independent witnesses, on Debian and Ubuntu, as root or with a sudo that asks no
// password. Elsewhere it says what is missing and how to get it; tests that need it are then skipped and say so. With CI=true everything must be
// there, and what is missing ends with exit code 1.
// @ts-check
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The Debian package of each program or file that tests use, and what for.
 * @type {readonly (readonly [needed: string, debianPackage: string, use: string])[]}
 */
const NEEDED = [
  ['qemu-system-x86_64', 'qemu-system-x86', 'boots media and runs the kernel that mounts them'],
  ['/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf', 'the UEFI firmware for QEMU'],
  ['genisoimage', 'genisoimage', 'makes ISOs for our reader to read'],
  ['isoinfo', 'genisoimage', 'reads ISO 9660'],
  ['xorriso', 'xorriso', 'reports El Torito entries'],
  ['mkudffs', 'udftools', 'makes UDF volumes for Linux to fill'],
  ['udfinfo', 'udftools', 'reads UDF'],
  ['7z', 'p7zip-full', 'lists, tests and extracts images'],
  ['nasm', 'nasm', 'assembles the demo programs'],
  ['wine', 'wine', 'runs upgrade.cmd'],
  ['/usr/share/i18n/locales/ja_JP', 'locales', 'describes languages, for Wine in other code pages'],
  ['/usr/lib/wine/wine64', 'wine64', 'runs upgrade.cmd and the Windows build of Node'],
  ['x86_64-w64-mingw32-gcc', 'gcc-mingw-w64-x86-64', 'builds the UEFI probe and Windows stand-ins'],
  ['wimlib-imagex', 'wimtools', 'judges WIM files'],
  ['mkntfs', 'ntfs-3g', 'makes NTFS volumes for wimlib to capture'],
  ['ntfscp', 'ntfs-3g', 'writes alternate streams'],
  ['ntfscat', 'ntfs-3g', 'reads alternate streams'],
  ['sbsign', 'sbsigntool', 'signs boot files and checks their signatures'],
  ['mcopy', 'mtools', 'reads FAT'],
  ['fsck.fat', 'dosfstools', 'judges FAT'],
  ['fsck.exfat', 'exfatprogs', 'judges exFAT'],
  ['mkfs.exfat', 'exfatprogs', 'makes exFAT volumes for Linux to fill'],
  ['dump.exfat', 'exfatprogs', 'reads exFAT'],
  ['sgdisk', 'gdisk', 'judges GPT'],
  ['sfdisk', 'fdisk', 'judges MBR'],
  ['grub-fstest', 'grub-common', 'reads hybrid images'],
  ['busybox', 'busybox-static', 'is the system of the kernel that mounts images'],
  ['cpio', 'cpio', 'packs the RAM disk of that kernel'],
  ['modprobe', 'kmod', 'orders the modules of that kernel'],
  ['xz', 'xz-utils', 'unpacks the modules of that kernel'],
  ['gcc', 'gcc', 'builds the library that injects I/O errors'],
  ['/usr/include/stdio.h', 'libc6-dev', 'builds the library that injects I/O errors'],
  ['script', 'bsdutils', 'gives a program of Wine a console'],
  ['unzip', 'unzip', 'judges zip files'],
  ['xmllint', 'libxml2-utils', 'reads the XML of scheduled tasks'],
  ['openssl', 'openssl', 'makes pseudo-random data and checks ours'],
];

const options = ['-q', '-y', '-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=120'];

let missing = NEEDED.filter(([needed]) => !present(needed));
const lists = aptKnowsTheKernel();
if (missing.length === 0 && lists) process.exit(0);

const prefix = present('apt-get') ? administrator() : undefined;
if (prefix !== undefined) {
  install(prefix, [...new Set(missing.map(([, debianPackage]) => debianPackage))]);
  missing = NEEDED.filter(([needed]) => !present(needed));
}
if (missing.length > 0) {
  report(missing);
  if (process.env['CI'] === 'true') process.exit(1);
}

/**
 * @param {string} needed the name of a program, or the full path of a file
 */
function present(needed) {
  if (isAbsolute(needed)) return existsSync(needed);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => isExecutable(join(folder, needed)));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Without package lists, scripts/lab/setup.sh cannot download the kernel of the lab. */
function aptKnowsTheKernel() {
  if (!present('apt-cache')) return true; // no Debian: nothing to be done about it here
  const result = spawnSync('apt-cache', ['show', 'linux-image-amd64'], { stdio: 'ignore' });
  return result.status === 0;
}

/**
 * What to put before a command so that it runs as an administrator; undefined when that is not possible without asking.
 * @returns {string[] | undefined}
 */
function administrator() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

/**
 * @param {string[]} prefix
 * @param {string[]} packages
 */
function install(prefix, packages) {
  aptGet(prefix, ['update', '-q']);
  if (packages.length === 0) return;
  console.log(`Installing for the tests: ${packages.join(' ')}`);
  aptGet(prefix, ['install', '--no-install-recommends', ...options, ...packages]);
}

/**
 * Quiet unless it fails; a failure is not the end, for what is still missing is reported afterwards.
 * @param {string[]} prefix
 * @param {string[]} args
 */
function aptGet(prefix, args) {
  const [command = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  const result = spawnSync(command, rest, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0)
    console.log(`apt-get ${args[0]} ended with ${result.status}\n${result.stdout}\n${result.stderr}`);
}

/** @param {readonly (readonly [string, string, string])[]} programs */
function report(programs) {
  console.log('Not on this computer; tests that need it are skipped:');
  for (const [needed, , use] of programs) console.log(`  ${needed.padEnd(32)} ${use}`);
  const packages = [...new Set(programs.map(([, debianPackage]) => debianPackage))].join(' ');
  console.log(
    `On Debian and Ubuntu, this gets all of it:\n  sudo apt-get update && sudo apt-get install --no-install-recommends ${packages}`,
  );
}
