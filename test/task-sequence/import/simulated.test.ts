/**
 * Imported sequences run: the lint refuses each as long as a step waits for review; with the answers of a person it
 * refuses nothing, the sequence compiles, and the engine runs it on machines to the end that is expected there.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatFinding, InplaceError, isError } from '../../../src/errors.js';
import { simulate } from '../../../src/library/simulate.js';
import { assumedMedia } from '../../../src/task-sequence/assumed-media.js';
import { importExport } from '../../../src/task-sequence/import/import-export.js';
import { loadTaskSequence } from '../../../src/task-sequence/load.js';
import { renderSequenceYaml } from '../../../src/task-sequence/write-yaml.js';
import { FIXTURE_NAMES, fixture } from '../../support/import.js';
import { temporaryFolder } from '../../support/tools.js';
import { ANSWERS, type Answer, type PlainStep } from './answers.js';

const folder = temporaryFolder();

/** The steps with the answers in place of the reviews. @param used gets the names of the answers that were given */
function answered(steps: readonly PlainStep[], answers: Readonly<Record<string, Answer>>, used: string[]): PlainStep[] {
  return steps.flatMap((step): PlainStep[] => {
    if (step.steps) return [{ ...step, steps: answered(step.steps, answers, used) }];
    const review = step['review'] as { readonly reason: string } | undefined;
    if (!review) return [step];
    const name = String(step['name'] ?? review.reason);
    const answer = answers[name];
    if (!answer) throw new Error(`Nobody has dealt with "${name}": ${review.reason}`);
    used.push(name);
    return 'without' in answer ? [] : [structuredClone(answer) as PlainStep];
  });
}

describe.each(FIXTURE_NAMES)('%s', (name) => {
  const base = name.replace(/\.\w+$/, '');
  const { reviewed, finish, machines } = ANSWERS[name];
  const file = join(folder, base, `${base}.yaml`);
  const used: string[] = [];
  let imported = '';

  const write = (path: string, text: string): void => writeFileSync(join(folder, base, path), text);

  beforeAll(async () => {
    const { files } = await importExport(await fixture(name), name, `${base}.yaml`);
    mkdirSync(join(folder, base), { recursive: true });
    for (const [path, text] of files) if (path.endsWith('.yaml')) write(basename(path), text);
    imported = readFileSync(file, 'utf8');
    const sequence = parse(imported) as { steps: PlainStep[] };
    sequence.steps = answered(sequence.steps, reviewed, used);
    finish?.(sequence.steps);
    write('answered.yaml', JSON.stringify(sequence));
  });

  it('is refused as long as steps wait for review', async () => {
    const error = await simulate(file, { machines: ['windows-10-22h2-pro'] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InplaceError);
    const rules = (error as InplaceError).findings.filter(isError).map(({ rule }) => rule);
    expect(rules.filter((rule) => /^(review-)?step(-|$)/.test(rule ?? '')).length).toBeGreaterThanOrEqual(used.length);
    expect(used.toSorted()).toEqual(Object.keys(reviewed).toSorted());
  });

  it('with the answers of a person is refused by nothing, and written again it says the same', async () => {
    const answeredFile = join(folder, base, 'answered.yaml');
    const load = async (path: string) => await loadTaskSequence(path, await assumedMedia(path), {});
    const { sequence, findings } = await load(answeredFile);
    expect(findings.filter(isError).map(formatFinding)).toEqual([]);
    write('again.yaml', renderSequenceYaml(sequence!.yaml));
    const again = await load(join(folder, base, 'again.yaml'));
    expect(again.sequence!.yaml).toEqual(sequence!.yaml);
  });

  it.each(Object.entries(machines))('ends as it should: %s', async (machine, text) => {
    write(`${machine}.yaml`, text);
    const options = { machines: [join(folder, base, `${machine}.yaml`)] };
    const { machines: reports, findings } = await simulate(join(folder, base, 'answered.yaml'), options);
    expect(findings.map(formatFinding)).toEqual([]);
    expect(reports[0]!.passed).toBe(true);
  });
});
