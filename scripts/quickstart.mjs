#!/usr/bin/env node
// `npm run quickstart`: from a fresh checkout to a bootable demo ISO. Needs Node and npm and nothing else; every step says what it does, and
// the commands it runs can be typed by hand. The demo's Windows media are made by scripts/fixtures/demo-package.mjs: Windows cannot be shipped.
// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const STEPS = 7;
let number = 0;

const DEFINITION = `# What goes onto the media. Written by the quickstart; "inplace init" writes one with every option explained.
name: inplace demo
label: INPLACE
upgradePackage:
  source: windows          # here a stand-in; with real media, the Windows ISO or the folder it was extracted to
packages:
  - id: NOTES
    kind: files
    source: notes
variables:
  Site: Oslo
`;

checkNode();
if (!packagesInstalled()) {
  step('Installing the packages this project needs');
  npm(
    ['ci', '--include=dev', '--no-audit', '--no-fund'],
    'Is this computer connected to the internet, or is a proxy needed (npm config set proxy)?',
  );
} else step('The packages this project needs are installed');
step('Building the program');
npm(['run', '--silent', 'build'], 'The source in src/ does not compile. Is this checkout changed (git status)?');
step('Making small demo media in out/demo: a stand-in for a Windows ISO, and a media definition');
await makeDemo();
step('Checking the definition: everything that can be known before building');
inplace(['check', 'out/demo/media.yaml']);
step('Building the ISO');
inplace(['build', 'out/demo/media.yaml', '-o', 'out/demo.iso']);
step('Verifying the ISO: every file, every structure');
inplace(['verify', 'out/demo.iso']);
step('Looking into the ISO');
inplace(['inspect', 'out/demo.iso']);
sayWhatNext();

/** Stops with clear words on a Node that is too old; package.json says which one is needed. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
  const [needMajor = 0, needMinor = 0] = String(wanted).replace('>=', '').split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  fail(
    `This project needs Node ${wanted}, and this is Node ${process.versions.node}`,
    'Install a newer Node from https://nodejs.org',
  );
}

/** Whether node_modules is there and not older than the list of what belongs in it. */
function packagesInstalled() {
  const stamp = join(root, 'node_modules/.package-lock.json');
  return existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

async function makeDemo() {
  const { writeDemoPackage } = await import('./fixtures/demo-package.mjs');
  const { writeTree } = await import('./fixtures/write-tree.mjs');
  const folder = join(root, 'out/demo');
  rmSync(folder, { recursive: true, force: true });
  const files = writeDemoPackage(join(folder, 'windows'));
  writeTree(join(folder, 'notes'), [['read-me-first.txt', 'A note that travels with the media.\r\n']]); // of a fixed time: everybody's demo.iso is the same
  writeFileSync(join(folder, 'media.yaml'), DEFINITION);
  console.log(
    `${files.length} files in out/demo/windows, and out/demo/media.yaml:\n\n${DEFINITION.trimEnd().replace(/^(?=.)/gm, '    ')}`,
  );
}

function sayWhatNext() {
  const mebibytes = (statSync(join(root, 'out/demo.iso')).size / 1024 ** 2).toFixed(1);
  console.log(`
Done. out/demo.iso (${mebibytes} MiB) is bootable media of the form that real ones have; its programs only say that it is a demo.
It is a disc and a disk at once: burn it, attach it to a virtual machine, or copy it to a stick with any tool.
With QEMU you can watch it start:   qemu-system-x86_64 -m 64 -cdrom out/demo.iso

Next, with a real Windows:
  1. Get the ISO of the Windows you want to upgrade to, the same language and edition as what is installed.
  2. node dist/cli/main.js init my-media              makes a folder with a commented media.yaml
  3. Open my-media/media.yaml and name the ISO:       upgradePackage: { source: Win11_24H2_English_x64.iso }
  4. node dist/cli/main.js check my-media/media.yaml
  5. node dist/cli/main.js build my-media/media.yaml -o out/upgrade.iso
  6. node dist/cli/main.js verify out/upgrade.iso
  7. On the computer to be upgraded, open the ISO (or the disc or stick made from it) and start upgrade.cmd as an administrator.
Try it on a computer you can spare first. README.md tells more.`);
}

/**
 * @param {string[]} args
 * @param {string} hint
 */
function npm(args, hint) {
  // Under `npm run`, npm says where it is; by hand, it is a command, which on Windows only a shell can start.
  const script = process.env['npm_execpath'] ?? '';
  const [command, all] = script.endsWith('npm-cli.js') ? [process.execPath, [script, ...args]] : ['npm', args];
  const shell = command === 'npm' && process.platform === 'win32';
  run(shell ? ['npm', ...args].join(' ') : command, shell ? [] : all, { shell, shown: `npm ${args.join(' ')}`, hint });
}

/** @param {string[]} args of the command line program */
function inplace(args) {
  const shown = `node dist/cli/main.js ${args.join(' ')}`;
  run(process.execPath, ['dist/cli/main.js', ...args], {
    shell: false,
    shown,
    hint: 'This is a fault of the program: please report it',
  });
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ shell: boolean, shown: string, hint: string }} options shown: the command as a person would type it
 */
function run(command, args, { shell, shown, hint }) {
  console.log(`$ ${shown}`);
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell });
  if (result.error !== undefined) fail(`"${shown}" could not be started: ${result.error.message}`, hint);
  if (result.signal !== null) fail(`"${shown}" was stopped by ${result.signal}`, 'Run "npm run quickstart" again');
  if (result.status !== 0) fail(`"${shown}" ended with exit code ${result.status}`, hint);
}

/** @param {string} title */
function step(title) {
  number++;
  console.log(`\n[${number}/${STEPS}] ${title}`);
}

/**
 * @param {string} message
 * @param {string} hint
 * @returns {never}
 */
function fail(message, hint) {
  console.error(`\nThe quickstart stopped at step ${number} of ${STEPS}. ${message}.\n${hint}.`);
  process.exit(1);
}
