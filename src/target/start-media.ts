/** The media as /start finds them: read and checked before anything is decided. */
import type { CompiledSequence, MediaPrestart, MediaValidity } from './contract.js';
import { checkFile, type FileCheck } from './file-checks.js';
import { reasonOf } from './gone.js';
import { type Json, parseJson } from './json.js';
import type { Machine } from './machine.js';
import { type ManifestEntry, type MediaManifest, parseManifest } from './manifest-lines.js';
import type { Refusal } from './step.js';
import { beginsWith, contains } from './text.js';

/** Paths on the media that the engine itself needs (design/media.md, What is on the media). */
export const CONTROL_FILES = {
  engine: 'deploy/engine.js',
  sequence: 'deploy/sequence.json',
  variables: 'deploy/variables.json',
  media: 'deploy/media.json',
} as const;

/** Files of the prestart command. */
export const PRESTART_FOLDER = 'deploy/prestart';

const MANIFEST = 'deploy/manifest.json';
const AGAIN = 'Make the media again; a stick or disc that damages one file may damage others';

export interface StartMedia {
  /** root without a backslash at its end: `E:`, `\\server\share\media` */
  readonly root: string;
  readonly name: string;
  readonly mediaId: string;
  /** when they were made, ISO 8601; empty when they do not say */
  readonly made: string;
  readonly validity?: MediaValidity;
  readonly prestart?: MediaPrestart;
  readonly sequence: CompiledSequence;
  readonly manifest: MediaManifest;
}

export type MediaRead = { readonly media: StartMedia } | { readonly problems: readonly Refusal[] };

/** Control files are checked before they are believed; every problem is listed. */
export function readStartMedia(machine: Machine): MediaRead {
  const root = machine.environment.startedFrom.replace(/\\+$/, '');
  const path = (name: string): string => onMedia(root, name);
  try {
    const manifest = parseManifest(machine.files.readText(path(MANIFEST)));
    const problems = controlProblems(machine, root, manifest);
    if (problems.length > 0) return { problems };
    const sequence = parseJson(machine.files.readText(path(CONTROL_FILES.sequence)));
    const about = parseJson(machine.files.readText(path(CONTROL_FILES.media)));
    const name = textOf(about, 'name');
    const mediaId = textOf(about, 'mediaId');
    if (mediaId !== manifest.mediaId) {
      return { problems: [damaged('media.json and manifest.json are of different media')] };
    }
    if (!isSequence(sequence)) {
      return { problems: [damaged('sequence.json is not of the format that this engine runs')] };
    }
    const strays = straysOf(manifest, sequence);
    if (strays.length > 0) return { problems: strays };
    const rules = about as Json & Pick<StartMedia, 'validity' | 'prestart'>;
    const { validity, prestart } = rules;
    const made = textOf(about, 'time');
    return {
      media: {
        root,
        name,
        mediaId,
        made,
        ...(validity ? { validity } : {}),
        ...(prestart ? { prestart } : {}),
        sequence,
        manifest,
      },
    };
  } catch (error) {
    return { problems: [damaged(`The media cannot be read: ${reasonOf(error)}`)] };
  }
}

/** Full path of a file of the media. */
export function onMedia(root: string, path: string): string {
  return `${root}\\${path.replace(/\//g, '\\')}`;
}

function controlProblems(machine: Machine, root: string, manifest: MediaManifest): Refusal[] {
  const problems: Refusal[] = [];
  for (const name of [CONTROL_FILES.engine, CONTROL_FILES.media, CONTROL_FILES.sequence, CONTROL_FILES.variables]) {
    const entry = entryOf(manifest, name);
    const check = entry ? checkFile(machine, onMedia(root, name), entry, true) : 'missing';
    const problem = fileProblem(onMedia(root, name), check);
    if (problem) problems.push(problem);
  }
  return problems;
}

/**
 * Entries of our folder that belong to nothing: nobody vouches for the manifest itself, and an entry of which one changed
 * byte names another package would be a file that is neither checked nor missed.
 */
function straysOf(manifest: MediaManifest, { packages, upgradePackages }: CompiledSequence): Refusal[] {
  const known: string[] = [`${PRESTART_FOLDER}/`];
  for (const { path } of packages) known.push(`${path}/`);
  for (const { path } of upgradePackages) {
    // media of two architectures have a Setup in a folder of each
    const folder = /^deploy\/os\/[^/]+/.exec(path);
    if (folder) known.push(`${folder[0]}/`);
  }
  const strays: Refusal[] = [];
  for (const { path } of manifest.files) {
    if (beginsWith(path, 'deploy/') && !belongs(path, known)) {
      strays.push(damaged(`manifest.json lists "${path}", which belongs to nothing on this media`));
    }
  }
  return strays;
}

function belongs(path: string, known: readonly string[]): boolean {
  for (const folder of known) if (beginsWith(path, folder)) return true;
  const { engine, sequence, variables, media } = CONTROL_FILES;
  return contains([engine, sequence, variables, media], path);
}

/** The entry of one file; undefined when the manifest has none. */
export function entryOf(manifest: MediaManifest, path: string): ManifestEntry | undefined {
  for (const entry of manifest.files) if (entry.path === path) return entry;
  return undefined;
}

/** What is wrong with a file, for people; undefined when nothing is. */
export function fileProblem(path: string, check: FileCheck): Refusal | undefined {
  switch (check) {
    case 'good':
      return undefined;
    case 'missing':
      return damaged(`"${path}" is missing`);
    case 'damaged':
      return damaged(`"${path}" is damaged`);
    case 'unchecked':
      return {
        rule: 'unchecked',
        message: `"${path}" could not be checked: certutil.exe gave no SHA-256`,
        advice: 'See whether a security product blocks certutil.exe, and allow it for the upgrade',
      };
  }
}

function damaged(message: string): Refusal {
  return { rule: 'media', message, advice: AGAIN };
}

function textOf(json: Json, key: string): string {
  const value = typeof json === 'object' && json !== null ? (json as Readonly<Record<string, Json>>)[key] : '';
  return typeof value === 'string' ? value : '';
}

/** Its hash was right, so it is what `build` wrote; only the version of the format is asked. */
function isSequence(json: Json): json is Json & CompiledSequence {
  return typeof json === 'object' && json !== null && (json as Readonly<Record<string, Json>>)['format'] === 2;
}
