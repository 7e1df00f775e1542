import type { Argv, CommandModule } from 'yargs';
import {
  type CheckResult,
  check,
  type Finding,
  formatFinding,
  InplaceError,
  lintRules,
  type MediaFormat,
} from '../../index.js';
import { formatOption } from '../format-option.js';
import { validityText } from '../media-rules-page.js';
import { rulesPage } from '../rules-page.js';
import { type CommonArguments, Session } from '../session.js';
import { count, formatBytes } from '../units.js';
import { upgradeLines } from '../upgrade-lines.js';

interface CheckArguments extends CommonArguments {
  definition: string | undefined;
  format: MediaFormat | undefined;
  rules: boolean;
}

export const checkCommand: CommandModule<CommonArguments, CheckArguments> = {
  command: 'check [definition]',
  describe: 'Find everything that is wrong before building, and show the plan',
  builder: (yargs) =>
    (yargs as Argv<CommonArguments>)
      .positional('definition', { type: 'string', describe: 'media.yaml' })
      .option('format', formatOption)
      .option('rules', { type: 'boolean', default: false, describe: 'List the rules of task sequences instead' }),
  handler: async (args) => {
    const session = new Session(args);
    await session.run(async () => {
      if (args.rules) return await showRules(session);
      const { format, definition } = args;
      if (definition === undefined) {
        throw new InplaceError({
          code: 'USAGE',
          message: 'A path is missing behind the command',
          hint: 'inplace check media.yaml',
        });
      }
      const options = { ...session.surroundings, ...session.work, ...(format === undefined ? {} : { format }) };
      const result = await check(definition, options);
      session.warnings(result.warnings);
      session.page(planPage(result));
      session.detail(acknowledgedPage(result.acknowledged));
      session.listing(result.listing);
      session.result({ ok: true, ...result });
    });
  },
};

/** Every rule, in place of a check. */
async function showRules(session: Session): Promise<void> {
  const rules = await lintRules();
  session.page(rulesPage(rules));
  session.result({ ok: true, rules });
}

/** What the sequence acknowledges: not said again and again, and not hidden either. */
function acknowledgedPage(findings: readonly Finding[]): string {
  return findings.map((finding) => `  acknowledged: ${formatFinding(finding).split('\n')[0]}`).join('\n');
}

function planPage(result: CheckResult): string {
  const { windows, otherWindows, packages, boots, sequence, validity, prestart } = result;
  const boot = [boots.bios ? 'BIOS' : '', boots.uefi ? 'UEFI' : ''].filter((name) => name !== '').join(' and ');
  const image = result.imageBytes === undefined ? '' : `; image ${formatBytes(result.imageBytes)}`;
  const shared = result.sharedBytes ? `; ${formatBytes(result.sharedBytes)} of them alike, stored once` : '';
  return [
    `${result.name}: nothing stands in the way of a build`,
    `  format      ${result.format}, label ${result.label}`,
    `  media id    ${result.mediaId}`,
    `  content     ${count(result.files, 'file')}, ${formatBytes(result.fileBytes)}${shared}${image}`,
    ...(result.bootCopyBytes === undefined
      ? []
      : [
          `  partitions  exFAT with everything, and FAT32 with what boots: ${formatBytes(result.bootCopyBytes)} are on both`,
        ]),
    `  boots       ${boot === '' ? 'nothing: start upgrade.cmd in Windows' : boot}`,
    ...(result.bootImage === undefined ? [] : bootImageLines(result.bootImage)),
    ...(result.savedBytes === undefined
      ? []
      : [`  saved       ${formatBytes(result.savedBytes)} of the install image that are not wanted`]),
    ...result.split.map(
      ({ path, parts }) =>
        `  split       ${path} into ${count(parts.length, 'part')} (.swm): on FAT32 a file has less than 4 GiB`,
    ),
    ...(validity ? [`  valid       ${validityText(validity)}`] : []),
    ...[windows, ...otherWindows].flatMap((one) => windowsLines(one, otherWindows.length > 0)),
    ...(prestart
      ? [`  prestart    ${prestart.command} (${count(prestart.files, 'file')}, ${formatBytes(prestart.bytes)})`]
      : []),
    ...packages.map(
      ({ id, kind, files, bytes }) => `  package     ${id} (${kind}): ${count(files, 'file')}, ${formatBytes(bytes)}`,
    ),
    `  steps       ${sequence.name}${sequence.file === undefined ? ' (built in)' : ''}:`,
    ...sequence.steps.map((step) => `                ${stepLine(step)}`),
    ...(result.acknowledged.length === 0
      ? []
      : [`  acknowledged ${count(result.acknowledged.length, 'warning')}; --verbose shows them`]),
    `  runs        ${result.setup}`,
  ].join('\n');
}

/** @param named several packages: each says which it is, and where it lies */
function windowsLines(
  { id, path, product, architectures, languages, upgrades }: CheckResult['windows'],
  named: boolean,
): string[] {
  const place = path === '' ? 'at the root' : `in ${path}`;
  const what = `${product ?? 'Windows'} ${architectures.join(', ')}`;
  return [
    named ? `  upgrades    ${id}, ${place}, to ${what}, ${languages.join(', ')}:` : `  upgrades    to ${what}:`,
    ...upgradeLines(upgrades).map((words) => `                ${words}`),
  ];
}

/** What is put into boot.wim. */
function bootImageLines(change: NonNullable<CheckResult['bootImage']>): string[] {
  const name = change.name === undefined ? '' : ` (${change.name})`;
  const drivers = `${count(change.drivers, 'driver')}, ${formatBytes(change.driverBytes)}`;
  return [
    `  boot image  ${change.path}: ${formatBytes(change.addedBytes)} are put into image ${change.image}${name}:`,
    ...change.files.map((path) => `                ${path}`),
    ...(change.kept === undefined ? [] : [`                its own winpeshl.ini is kept as ${change.kept}`]),
    ...(change.drivers === 0 ? [] : [`                ${drivers}, loaded at start`]),
  ];
}

/** `  1.2  Restart (restart)`: indented as deep as the step stands. */
function stepLine({ number, type, name, conditional, disabled }: CheckResult['sequence']['steps'][number]): string {
  const depth = number.split('.').length - 1;
  const notes = [type, ...(conditional ? ['conditional'] : []), ...(disabled ? ['disabled'] : [])];
  return `${'  '.repeat(depth)}${number} ${name} (${notes.join(', ')})`;
}
