/** Reads machine files: every problem at once, with its line and the nearest known key. */
import { type Finding, InplaceError } from '../errors.js';
import { isMapping } from '../yaml/field-name.js';
import { checkSchema } from '../yaml/schema-findings.js';
import { parseYamlDocument, readYamlDocument, type YamlDocument } from '../yaml/yaml-document.js';
import { machineName } from './machine-files.js';
import { type MachineYaml, machineSchema } from './machine-schema.js';

/** A machine file that was read and checked. */
export interface MachineFile {
  /** the name of the file, without the ending */
  readonly name: string;
  /** host path */
  readonly file: string;
  readonly yaml: MachineYaml;
}

export interface LoadedMachine {
  /** left out when a finding is an error */
  readonly machine?: MachineFile;
  readonly findings: readonly Finding[];
}

/** @throws InplaceError with everything that is wrong in all the files */
export async function loadMachines(files: readonly string[]): Promise<readonly MachineFile[]> {
  const loaded = await Promise.all(files.map((file) => readYamlDocument(file, 'MACHINE_INVALID').then(checkMachine)));
  const findings = loaded.flatMap((one) => one.findings);
  if (findings.length > 0) throw new InplaceError(findings);
  return loaded.map(({ machine }) => machine!);
}

/** A machine of a text. @param file host path for messages */
export function parseMachine(text: string, file: string): LoadedMachine {
  return checkMachine(parseYamlDocument(text, file, 'MACHINE_INVALID'));
}

function checkMachine(document: YamlDocument): LoadedMachine {
  const { data, findings } = checkSchema(document, machineSchema, 'MACHINE_INVALID');
  const all = [...document.findings, ...findings, ...(data ? contradictions(data, document) : [])].sort(byPlace);
  if (all.length > 0 || data === undefined) return { findings: all };
  return { findings: [], machine: { name: machineName(document.file), file: document.file, yaml: data } };
}

function byPlace(a: Finding, b: Finding): number {
  return (a.where?.line ?? 0) - (b.where?.line ?? 0) || (a.where?.column ?? 0) - (b.where?.column ?? 0);
}

/** What each field may say alone, but not together. */
function contradictions({ computer, expect, commands = [] }: MachineYaml, document: YamlDocument): Finding[] {
  const wrong = (path: readonly (string | number)[], message: string, hint: string): Finding => ({
    code: 'MACHINE_INVALID',
    message,
    where: document.place(path),
    hint,
  });
  return [
    ...(computer?.firmware === 'bios' && computer.secureBoot
      ? [wrong(['computer', 'secureBoot'], 'A machine with BIOS has no Secure Boot', 'Remove one of the two')]
      : []),
    ...(expect?.failedAt !== undefined && expect.outcome !== 'failed' && expect.outcome !== 'rolledBack'
      ? [wrong(['expect', 'failedAt'], 'A run that succeeds fails at no step', 'Add "outcome: failed"')]
      : []),
    ...commands.flatMap(({ hangs, vanishes, exitCode }, index) =>
      (hangs || vanishes) && exitCode !== undefined
        ? [wrong(['commands', index, 'exitCode'], 'A program that hangs or vanishes has no exit code', 'Remove it')]
        : [],
    ),
    ...duplicateNames(document),
  ];
}

/** Two machines of one name cannot be told apart on a page; within a file only drives have names. */
function duplicateNames(document: YamlDocument): Finding[] {
  const drives = document.at(['drives']);
  if (!Array.isArray(drives)) return [];
  const names = drives.map((drive) => (isMapping(drive) ? drive['name'] : undefined));
  return names.flatMap((name, index) =>
    name !== 'C:' && names.indexOf(name) === index
      ? []
      : [
          {
            code: 'MACHINE_INVALID' as const,
            message: `The drive "${String(name)}" is there twice`,
            where: document.place(['drives', index, 'name']),
            hint: name === 'C:' ? 'The drive of Windows is "disk"' : 'Give it another letter',
          },
        ],
  );
}
