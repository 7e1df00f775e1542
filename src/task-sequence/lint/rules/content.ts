/** Content: everything a step needs is on the media, and in a package, so that the engine can copy it. */
import { type Hit, type LintRule, PAGES } from '../rule.js';
import { inFailureGroup, upgrades } from '../sequence.js';
import { commandTexts } from '../texts.js';

const NO_DYNAMIC = {
  page: PAGES.media,
  says: 'Content that is downloaded or found dynamically, by a list of variables, is not supported on stand-alone media',
};

/** Found by `checkMedia`, which knows what is on the media. */
export const CONTENT_NOT_ON_MEDIA: LintRule = {
  id: 'content-not-on-media',
  severity: 'refusal',
  family: 'content',
  reason: 'The machine has no network: what a step needs and the media does not carry cannot be had.',
  hint: 'Add the package to "packages" of the media definition',
  source: {
    page: PAGES.media,
    says: 'All content that the sequence refers to must be available when the media is made',
  },
};

/** Found by `checkMedia`. */
export const DYNAMIC_CONTENT: LintRule = {
  id: 'dynamic-content',
  severity: 'refusal',
  family: 'content',
  reason: 'Which package is meant is known only on the machine, so that nobody can see to it that it is on the media.',
  hint: 'Write one step for each package, each with a condition ("when")',
  source: NO_DYNAMIC,
};

const INSTALLERS = ['installApplication', 'installPackage', 'installUpdates'];

const softwareBefore: LintRule = {
  id: 'software-before-upgrade',
  severity: 'advice',
  family: 'content',
  reason:
    'What is installed before the upgrade must survive it, lengthens it, and may leave a restart pending that Windows Setup refuses.',
  hint: 'Move it behind the restart, unless the upgrade needs it',
  source: {
    page: PAGES.media,
    says: 'Software cannot be installed from stand-alone media before the operating system is deployed',
  },
  find: (sequence) => {
    const upgrade = upgrades(sequence)[0];
    if (!upgrade) return [];
    return sequence.steps
      .slice(0, upgrade.index)
      .filter(({ enabled, type }) => enabled && INSTALLERS.includes(type ?? ''))
      .filter((step) => !inFailureGroup(step))
      .map((step) => ({ message: 'Software is installed before the upgrade', step, at: [step.type!], key: true }));
  },
};

const relativePath: LintRule = {
  id: 'relative-path-without-package',
  severity: 'advice',
  family: 'content',
  reason: 'Without a package there is no folder in which the program could be found.',
  hint: 'Add "package: ID", or write the whole path',
  source: { page: PAGES.steps, says: 'A command that uses files of its own names the package they are in' },
  find: ({ steps }) =>
    steps
      .filter((step) => step.enabled && step.value['package'] === undefined && step.value['startIn'] === undefined)
      .flatMap((step): Hit[] => {
        const command = step.value['runCommand'];
        if (typeof command !== 'string' || !isRelative(command)) return [];
        return [{ message: 'The command is a file, and nothing says in which folder it is', step, at: ['runCommand'] }];
      }),
};

/** `.\x.cmd`, `tools\x.exe`, `x.cmd`; a bare program name is searched in the path. */
function isRelative(command: string): boolean {
  const [, quoted, plain] = /^\s*(?:"([^"]{1,500})"|([^\s"]{1,500}))/.exec(command) ?? [];
  const program = quoted ?? plain ?? '';
  if (/^(?:[a-z]:|\\|%)/i.test(program)) return false;
  return (
    /^\.{1,2}[\\/]/.test(program) || /^[^\\/]+[\\/][^\\/]/.test(program) || /\.(?:cmd|bat|msi|msu)$/i.test(program)
  );
}

const mediaPath: LintRule = {
  id: 'media-path-in-command',
  severity: 'advice',
  family: 'content',
  reason:
    'After the restart the media may be gone, or have another drive letter; only packages that a step names are copied.',
  hint: 'Name the package as "package", and write paths relative to it',
  source: {
    page: PAGES.inplace,
    says: 'The content that a step names is copied to the machine and checked before the upgrade; a path in a command is not seen',
  },
  find: (sequence) =>
    sequence.steps.flatMap((step): Hit[] => {
      if (!step.enabled) return [];
      return commandTexts(step, sequence)
        .filter(({ text }) => /\bdeploy[\\/](?:packages|prestart|os)\b/i.test(text))
        .map(({ at, where }) => ({ message: `The command names a path on the media${where}`, step, at }));
    }),
};

export const contentRules: readonly LintRule[] = [
  CONTENT_NOT_ON_MEDIA,
  DYNAMIC_CONTENT,
  softwareBefore,
  relativePath,
  mediaPath,
];
