import type { Finding } from '../errors.js';
import { isMapping, type YamlPath } from '../yaml/field-name.js';
import { quoteValue } from '../yaml/product-keys.js';
import type { YamlDocument } from '../yaml/yaml-document.js';
import { STEP_TYPES } from './schema/steps.js';
import { parseSwitch } from './setup-switches.js';

/** A step of a file that is no sequence yet: it was not checked against the schema. */
export interface RawStep {
  readonly path: YamlPath;
  /** the key that names the type; undefined where there is none, or several */
  readonly type: string | undefined;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Every step and group of a document that can be recognised, in its order. */
export function rawSteps(document: YamlDocument): RawStep[] {
  const walk = (path: YamlPath): RawStep[] => {
    const steps = document.at(path);
    if (!Array.isArray(steps)) return [];
    return steps.flatMap((value: unknown, index) => {
      if (!isMapping(value)) return [];
      const types = Object.keys(value).filter((key) => STEP_TYPES.includes(key));
      const own = { path: [...path, index], type: types.length === 1 ? types[0] : undefined, value };
      return [own, ...walk([...path, index, 'steps'])];
    });
  };
  return walk(['steps']);
}

/** What the schema cannot say of steps: what depends on the type, and on where a group stands. */
export function checkSteps(document: YamlDocument): readonly Finding[] {
  return rawSteps(document).flatMap((step) => [
    ...checkRepeatable(document, step),
    ...checkOnFailure(document, step),
    ...checkSwitches(document, step),
  ]);
}

/** A power loss after Setup or before a restart is the restart: there is nothing that could be run only once. */
function checkRepeatable(document: YamlDocument, { path, type, value }: RawStep): readonly Finding[] {
  if (value['repeatable'] !== false || (type !== 'upgrade' && type !== 'restart')) return [];
  return [
    {
      code: 'SEQUENCE_INVALID',
      message: `Found false, but a step of type "${type}" is always repeatable`,
      where: document.place([...path, 'repeatable']),
      hint: 'Remove it: a power cut inside the step is what its restart would have been',
    },
  ];
}

function checkOnFailure(document: YamlDocument, { path, value }: RawStep): readonly Finding[] {
  if (value['onFailure'] !== true || path.length === 2) return [];
  return [
    {
      code: 'SEQUENCE_INVALID',
      message: 'A group that runs after a failure stands inside another group, expected it on the top level',
      where: document.keyPlace([...path, 'onFailure']),
      hint: 'Move it to the end of the sequence, or remove "onFailure"',
    },
  ];
}

function checkSwitches(document: YamlDocument, { path, type }: RawStep): readonly Finding[] {
  const switches = type === 'upgrade' ? document.at([...path, 'upgrade', 'switches']) : undefined;
  if (!Array.isArray(switches)) return [];
  return switches.flatMap((text: unknown, index): Finding[] => {
    const found = typeof text === 'string' ? parseSwitch(text) : undefined;
    if (found === undefined || !('wrong' in found)) return [];
    const where = document.place([...path, 'upgrade', 'switches', index]);
    return [{ code: 'SEQUENCE_INVALID', message: `The switch ${quoteValue(text as string)} ${found.wrong}`, where }];
  });
}
