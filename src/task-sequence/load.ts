import { stat } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finding, isError, type Place } from '../errors.js';
import { checkChoices } from '../yaml/choice.js';
import { type Environment, fillEnvironment } from '../yaml/environment.js';
import type { YamlPath } from '../yaml/field-name.js';
import { maskFindings, quoteValue } from '../yaml/product-keys.js';
import { checkSchema } from '../yaml/schema-findings.js';
import { readYamlDocument, type YamlDocument } from '../yaml/yaml-document.js';
import { valuesAsWritten } from './as-written.js';
import { checkMedia } from './check-media.js';
import { checkSteps, rawSteps } from './check-steps.js';
import { lint } from './lint/lint.js';
import { readPackageScripts } from './lint/read-scripts.js';
import { replaceSchemaFindings } from './lint/schema-rules.js';
import { type LintFile, lintSequence } from './lint/sequence.js';
import type { SequenceMedia, TaskSequence } from './model.js';
import { type SequenceYaml, sequenceSchema } from './schema.js';

/** Most steps of a sequence with its children: children that are run twice by children that are run twice multiply. */
const MOST_STEPS = 10_000;

/** The same place seen from src/task-sequence and from dist/task-sequence. */
const TEMPLATES = new URL('../../templates/task-sequences/', import.meta.url);

/** What a sequence file holds, and what is wrong with it. */
export interface LoadedSequence {
  /** left out when a finding is an error */
  readonly sequence?: TaskSequence;
  readonly findings: readonly Finding[];
}

/**
 * Reads and checks a sequence file and those that its steps run: YAML, schema, what it names on the media, and the lint.
 * @param environment what `${env:NAME}` in it stands for
 */
export async function loadTaskSequence(
  file: string,
  media: SequenceMedia,
  environment: Environment,
): Promise<LoadedSequence> {
  const loaded = await new Loader(media, environment).load(resolve(file), []);
  const scripts = await readPackageScripts(lintSequence(loaded.lintFile, { media }));
  const { findings, acknowledged } = lint(loaded.lintFile, { media, scripts });
  const all = maskFindings(
    byFile([...loaded.findings, ...findings.filter((one) => !loaded.isBroken(one))], loaded.lintFile),
  );
  if (loaded.sequence === undefined || all.some(isError)) return { findings: all };
  return { sequence: { ...loaded.sequence, acknowledged: maskFindings(acknowledged) }, findings: all };
}

/**
 * The sequence of a definition that names none: the template of its product.
 * @param where the place in the definition that a problem with its packages is reported at
 */
export async function builtInSequence(
  kind: 'client' | 'server',
  media: SequenceMedia,
  where: Place,
): Promise<LoadedSequence> {
  const { sequence, findings } = await loadTaskSequence(builtInFile(kind), media, {});
  // The template itself is right; what does not fit is the media. One problem is not told once for every step.
  const own = new Map(findings.map((finding) => [finding.message, { ...finding, where }]));
  return { ...(sequence ? { sequence } : {}), findings: [...own.values()] };
}

/** Host path of a built-in sequence. */
export function builtInFile(kind: 'client' | 'server'): string {
  return fileURLToPath(new URL(`${kind}.yaml`, TEMPLATES));
}

/** Checks a document of a sequence that runs no other one, and makes the sequence of it. The lint is left out. */
export function compileDocument(read: YamlDocument, media: SequenceMedia, environment: Environment): LoadedSequence {
  const { document, data, findings } = checkDocument(read, media, environment);
  return finish(document, data, findings, {});
}

interface CheckedDocument {
  readonly document: YamlDocument;
  readonly data: SequenceYaml | undefined;
  readonly findings: readonly Finding[];
}

/** Everything that can be said of one file alone. */
function checkDocument(read: YamlDocument, media: SequenceMedia, environment: Environment): CheckedDocument {
  const code = 'SEQUENCE_INVALID';
  const filled = fillEnvironment(read, { environment, schema: sequenceSchema, code, isExempt: isScript });
  const document = valuesAsWritten(filled.document);
  const schema = checkSchema(document, sequenceSchema, code, isValueOfSecret(document));
  // What a reference that could not be filled in does not fit is no second problem.
  const unfilled = new Set(filled.findings.map(({ where }) => where?.field));
  const checks = [
    ...schema.findings,
    // Where the YAML is broken, steps are not what they seem.
    ...(document.findings.length === 0 ? checkChoices(document, sequenceSchema, code) : []),
    ...checkSteps(document),
    ...checkMedia(document, media),
  ].filter(({ where }) => (where?.field === undefined || !unfilled.has(where.field)) && !document.isBroken(where));
  const findings = replaceSchemaFindings(document, checks);
  return { document, data: schema.data, findings: [...document.findings, ...filled.findings, ...findings] };
}

/** PowerShell writes its own variables of the environment as `${env:NAME}`: the text of a script stays as it is. */
function isScript(path: YamlPath): boolean {
  return path.includes('runPowerShell');
}

/** A message never repeats the value of a variable: which of them are secret may be what is mistyped. */
function isValueOfSecret(document: YamlDocument): (path: YamlPath) => boolean {
  const paths = rawSteps(document).flatMap(({ path, type }) =>
    type === 'setVariable' || type === 'setDynamicVariables' ? [[...path, type]] : [],
  );
  const below = (path: YamlPath, parent: YamlPath): boolean => parent.every((part, index) => path[index] === part);
  return (path) => paths.some((parent) => below(path, parent)) && (path.includes('set') || path.at(-1) === 'value');
}

function finish(
  document: YamlDocument,
  data: SequenceYaml | undefined,
  found: readonly Finding[],
  children: TaskSequence['children'],
): LoadedSequence {
  const { file } = document;
  const own = found.filter(({ where }) => where?.file === file);
  const others = found.filter((finding) => !own.includes(finding));
  const findings = maskFindings([...own.sort(byPlace), ...others]);
  if (findings.some(isError) || data === undefined) return { findings };
  const sequence: TaskSequence = {
    file,
    name: data.name ?? basename(file, extname(file)),
    ...(data.description === undefined ? {} : { description: data.description }),
    yaml: data,
    children,
    acknowledged: [],
    place: (path) => document.place(path),
    keyPlace: (path) => document.keyPlace(path),
  };
  return { findings, sequence };
}

function byPlace(a: Finding, b: Finding): number {
  return (a.where?.line ?? 0) - (b.where?.line ?? 0) || (a.where?.column ?? 0) - (b.where?.column ?? 0);
}

/** A file that was loaded, as the lint sees it too. */
interface LoadedFile extends LoadedSequence {
  readonly lintFile: LintFile;
  /** whether a finding lies where YAML could not be read */
  isBroken(finding: Finding): boolean;
}

/** Loads a sequence and those that it runs, each file once. */
class Loader {
  readonly #loaded = new Map<string, LoadedFile>();

  constructor(
    readonly media: SequenceMedia,
    readonly environment: Environment,
  ) {}

  /** @param above files that led here, outermost first */
  async load(file: string, above: readonly string[]): Promise<LoadedFile> {
    const read = await readYamlDocument(file, 'SEQUENCE_INVALID');
    const { document, data, findings } = checkDocument(read, this.media, this.environment);
    const all: Finding[] = [...findings];
    const loaded: Record<string, LoadedFile> = Object.create(null);
    const inner: Finding[] = [];
    for (const { path } of rawSteps(document).filter(({ type }) => type === 'runTaskSequence')) {
      const at = [...path, 'runTaskSequence'];
      const text = document.textAt(at);
      if (text === undefined || text === '') continue;
      const child = await this.#child(resolve(dirname(file), text), [...above, file]);
      if ('message' in child) all.push({ ...child, where: document.place(at) });
      else {
        inner.push(...child.findings.filter((finding) => !inner.includes(finding)));
        loaded[text] = child;
      }
    }
    const children: Record<string, TaskSequence> = Object.create(null);
    for (const [text, { sequence }] of Object.entries(loaded)) if (sequence) children[text] = sequence;
    const result = finish(document, data, [...all, ...inner], children);
    const rest = { lintFile: lintFileOf(document, loaded), isBroken: brokenIn(document, Object.values(loaded)) };
    if (!result.sequence || countSteps(result.sequence) <= MOST_STEPS) return { ...result, ...rest };
    return { findings: [...result.findings, tooMany(result.sequence)], ...rest };
  }

  async #child(file: string, above: readonly string[]): Promise<LoadedFile | Finding> {
    const code = 'SEQUENCE_INVALID';
    if (above.includes(file)) {
      const way = [...above.slice(above.indexOf(file)), file].map((name) => basename(name)).join(' → ');
      return { code, message: `The sequence runs itself: ${way}`, hint: 'Remove one of the steps' };
    }
    const known = this.#loaded.get(file);
    if (known) return known;
    const found = file.includes('\0') ? undefined : await stat(file).catch(() => undefined);
    if (!found?.isFile()) {
      return {
        code: 'SOURCE_MISSING',
        message: `No such file: ${quoteValue(file)}`,
        hint: 'Write the path relative to this file',
      };
    }
    const loaded = await this.load(file, above);
    this.#loaded.set(file, loaded);
    return loaded;
  }
}

function lintFileOf(document: YamlDocument, loaded: Readonly<Record<string, LoadedFile>>): LintFile {
  const children: Record<string, LintFile> = Object.create(null);
  for (const [text, { lintFile }] of Object.entries(loaded)) children[text] = lintFile;
  return {
    file: document.file,
    value: document.value,
    children,
    readable: document.brokenFrom === Infinity && document.findings.length === 0,
    place: (path) => document.place(path),
    keyPlace: (path) => document.keyPlace(path),
  };
}

function brokenIn(document: YamlDocument, loaded: readonly LoadedFile[]): LoadedFile['isBroken'] {
  return (finding) =>
    finding.where?.file === document.file
      ? document.isBroken(finding.where)
      : loaded.some((child) => child.isBroken(finding));
}

/** Findings in the order of the files, each before those that it runs, and in the order of each file. */
function byFile(findings: readonly Finding[], root: LintFile): Finding[] {
  const files = new Set<string | undefined>();
  const walk = ({ file, children }: LintFile): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const child of Object.values(children)) walk(child);
  };
  walk(root);
  for (const { where } of findings) files.add(where?.file);
  return [...files].flatMap((file) => findings.filter(({ where }) => where?.file === file).sort(byPlace));
}

/** Steps and groups of a sequence; a child counts every time it is run. */
function countSteps(sequence: TaskSequence, known = new Map<TaskSequence, number>()): number {
  const seen = known.get(sequence);
  if (seen !== undefined) return seen;
  const count = (steps: SequenceYaml['steps']): number =>
    steps.reduce((sum, { steps: own = [], runTaskSequence }) => {
      const child = runTaskSequence === undefined ? undefined : sequence.children[runTaskSequence];
      return sum + 1 + count(own as SequenceYaml['steps']) + (child ? countSteps(child, known) : 0);
    }, 0);
  const total = count(sequence.yaml.steps);
  known.set(sequence, total);
  return total;
}

function tooMany({ file }: TaskSequence): Finding {
  return {
    code: 'SEQUENCE_INVALID',
    message: `The sequence and those that it runs have more than ${MOST_STEPS} steps`,
    where: { file },
    hint: 'Run each sequence fewer times',
  };
}
