/** Steps and groups: one key names the type, and says which other keys may stand beside it. */
import { z } from 'zod';
import { when } from './conditions.js';
import { delay, duration } from './durations.js';
import { stepOptions } from './options.js';
import { acknowledge, description, line, name, ownVariableName, packageId } from './texts.js';

/** The steps that may not run again after a power cut unless they say so (design/task-sequence.md, Resume after a cut). */
export const NOT_REPEATABLE: readonly string[] = [
  'runCommand',
  'runPowerShell',
  'installApplication',
  'installPackage',
];

const commonFields = {
  name: name.optional(),
  description: description.optional(),
  when: when.optional(),
  continueOnError: z.boolean().optional().describe('Whether the sequence goes on when this fails.'),
  disabled: z.boolean().optional().describe('Whether this is left out.'),
  acknowledge: acknowledge.optional(),
};

const retry = z
  .union([
    z.int().min(1).max(100),
    z.strictObject({
      count: z.int().min(1).max(100).describe('How often it is tried again.'),
      delay: delay.optional().describe('How long to wait before. Left out: 60 s.'),
    }),
  ])
  .describe('How often the step is tried again when it fails: 2, or { count: 2, delay: 5 min }.');

const stepFields = z.strictObject({
  group: name.optional().describe('A group of steps, by its name.'),
  ...stepOptions,
  ...commonFields,
  timeout: duration.optional().describe('A program that takes longer is ended: 60 s, 20 min.'),
  retry: retry.optional(),
  repeatable: z.boolean().optional().describe('Whether the step may run again when the power was cut inside it.'),
  onFailure: z
    .boolean()
    .optional()
    .describe('Whether the group runs once, after the first failure or a rollback. Only on the top level.'),
  package: packageId.optional().describe('Package in whose folder the program runs.'),
  startIn: line(256)
    .optional()
    .describe('Folder in which the program runs; relative to the package when there is one.'),
  successCodes: z
    .array(z.int().min(-2_147_483_648).max(4_294_967_295))
    .min(1, 'expected at least one exit code')
    .optional()
    .describe('Exit codes that mean success. Left out: 0, and 3010, which restarts the machine.'),
  outputVariable: ownVariableName.optional().describe('Variable that gets the last 1000 characters of the output.'),
});

/** A step or a group as it is written in YAML: exactly one key of `STEP_TYPES`. */
export type StepYaml = z.infer<typeof stepFields> & { readonly steps?: readonly StepYaml[] | undefined };

/** A step or a group. Which keys exclude each other is checked by `checkChoices`. */
export const stepSchema: z.ZodType<StepYaml> = stepFields.extend({
  steps: z
    .lazy(() => z.array(stepSchema))
    .optional()
    .describe('The steps of the group, in their order.'),
});

const ofSteps = ['name', 'timeout', 'retry', 'repeatable'];
const ofPrograms = [...ofSteps, 'package', 'startIn', 'successCodes', 'outputVariable'];
const ofInstallers = [...ofSteps, 'successCodes'];

const siblings: Readonly<Record<string, readonly string[]>> = {
  runCommand: ofPrograms,
  runPowerShell: ofPrograms,
  installApplication: ofInstallers,
  installPackage: ofInstallers,
  // a time limit never ends Windows Setup: "expect" says when somebody is told
  upgrade: ['name', 'retry', 'repeatable'],
};

/** The keys that name the type of a step; `group` makes it a group. */
export const STEP_TYPES: readonly string[] = ['group', ...Object.keys(stepOptions)];

z.globalRegistry.add(stepSchema, {
  description: 'A step, or a group of steps. One key names its type.',
  choice: {
    noun: 'step',
    of: Object.fromEntries(
      STEP_TYPES.map((type) => [
        type,
        type === 'group' ? { needs: ['steps'], with: ['onFailure'] } : { with: siblings[type] ?? ofSteps },
      ]),
    ),
    common: ['description', 'when', 'continueOnError', 'disabled', 'acknowledge'],
    hint: 'Write a step such as "- upgrade: {}", or "- group: NAME" with "steps:" below it',
  },
});
