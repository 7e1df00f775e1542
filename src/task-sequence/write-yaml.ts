import { Document, isMap, isNode, visit } from 'yaml';
import { escapeReferences } from '../yaml/environment.js';
import { isMapping, type YamlPath } from '../yaml/field-name.js';
import type { SequenceYaml } from './schema.js';
import { stepType } from './walk.js';

/** A comment above a part of a sequence. */
export interface SequenceComment {
  /** of a step, or a field of one; empty for the head of the file */
  readonly path: YamlPath;
  /** lines without the # */
  readonly text: string;
}

/** Keys of a step that come before its type, and in which order; all others stand behind it. */
const FIRST = ['name', 'group'];

/**
 * Writes a sequence as YAML that reads back as the same sequence.
 * @param comments what stands above its parts
 */
export function renderSequenceYaml(sequence: SequenceYaml, comments: readonly SequenceComment[] = []): string {
  const { steps, ...head } = sequence;
  const document = new Document(
    { ...(escaped(head, []) as object), steps: steps.map((step, index) => ordered(step, ['steps', index])) },
    { aliasDuplicateObjects: false },
  );
  for (const { path, text } of comments) addComment(document, path, text);
  visit(document, {
    // lists of numbers and other short things read better in one line
    Seq: (_, node) => {
      if (node.items.length > 0 && node.items.every((item) => isNode(item) && typeof item.toJSON() === 'number')) {
        node.flow = true;
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

function addComment(document: Document, path: YamlPath, text: string): void {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => ` ${line}`.trimEnd())
    .join('\n');
  if (path.length === 0) {
    document.commentBefore = lines;
    return;
  }
  const parent = document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  const pair = isMap(parent) ? parent.items.find((item) => isNode(item.key) && item.key.toJSON() === key) : undefined;
  const node = pair ? pair.key : document.getIn(path, true);
  if (isNode(node)) node.commentBefore = lines;
}

/** A step with its name first, then its type, then the rest as it was. */
function ordered(step: SequenceYaml['steps'][number], path: YamlPath): Record<string, unknown> {
  const type = stepType(step);
  const { steps, ...fields } = step;
  const keys = Object.keys(fields);
  const order = [...FIRST, type].filter((key, index, all) => keys.includes(key) && all.indexOf(key) === index);
  const sorted = [...order, ...keys.filter((key) => !order.includes(key))];
  const result: Record<string, unknown> = {};
  for (const key of sorted) {
    const value = (fields as Readonly<Record<string, unknown>>)[key];
    if (value !== undefined) result[key] = escaped(value, [...path, key]);
  }
  if (steps !== undefined) {
    result['steps'] = steps.map((inner, index) => ordered(inner as typeof step, [...path, 'steps', index]));
  }
  return result;
}

/** A copy without fields that are undefined, and with texts that would be taken for references to the environment escaped. */
function escaped(value: unknown, path: YamlPath): unknown {
  if (typeof value === 'string') return path.includes('runPowerShell') ? value : escapeReferences(value);
  if (Array.isArray(value)) return value.map((item, index) => escaped(item, [...path, index]));
  if (!isMapping(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (value[key] !== undefined) copy[key] = escaped(value[key], [...path, key]);
  }
  return copy;
}
