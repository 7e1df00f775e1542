/** The one source of a sequence file (design/task-sequence.md): its types, its checks and its JSON Schema. */
import { z } from 'zod';
import { publishSchema } from '../yaml/json-schema.js';
import { notBuilt } from '../yaml/not-built.js';

/** Only Windows Setup runs from the media in this version; every other step needs the engine. */
const NO_ENGINE = 'the media starts Windows Setup and nothing else, because the engine is not part of this version';

const NO_STEP = 'Remove the step; do its work by hand before or after the upgrade';

/** A type of step that the design has and the bootstrap cannot run. */
function laterStep(description: string): z.ZodOptional<z.ZodUnknown> {
  return notBuilt(description, NO_ENGINE, NO_STEP);
}

/** A field of all steps that only the engine could honour. */
function laterField(description: string): z.ZodOptional<z.ZodUnknown> {
  return notBuilt(description, NO_ENGINE, 'Remove it');
}

/** ConfigMgr: 100 characters in the class (facts/configmgr.md, B.4). */
const name = z
  .string()
  .regex(/^[^\p{Cc}]{1,100}$/u, 'expected 1 to 100 characters in one line')
  .describe('What people see while the step runs.');

const description = z.string().max(255, 'expected at most 255 characters').describe('A note for those who read this.');

/** The options of the upgrade step. */
export const upgradeOptions = z
  .strictObject({
    edition: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/, 'expected an edition id such as Enterprise, Professional or ServerStandard')
      .optional()
      .describe('Upgrade to this edition: Enterprise, Professional … Left out: Windows Setup takes the one that fits.'),
    scanOnly: z.boolean().default(false).describe('Only ask Windows Setup whether it would upgrade this machine.'),
    drivers: z
      .string()
      .optional()
      .describe('Package with drivers that Windows Setup installs. Left out: the driver packages of the media.'),
    ignoreDismissible: z
      .boolean()
      .optional()
      .describe('Go on where Windows Setup warns of something a person could click away. Left out: on servers only.'),
    reflectDrivers: z
      .string()
      .optional()
      .describe('Package with the drivers of a disk encryption product, which Windows Setup needs to read the disk.'),
    migrateDrivers: z
      .enum(['all', 'none'])
      .optional()
      .describe('Keep all or none of the drivers of the machine. Left out: Windows Setup decides for each.'),
    key: z.string().optional().describe('Name of the variable that holds the product key.'),
    expect: laterField('How long the upgrade may take before somebody is told.'),
  })
  .nullable()
  .describe('Run the Windows Setup of this media as an in-place upgrade.');

/** Steps that the design has and this version cannot run. */
const laterSteps = {
  checkReadiness: laterStep('What must hold before anything is changed.'),
  runCommand: laterStep('Runs a command line.'),
  runPowerShell: laterStep('Runs a PowerShell script.'),
  installApplication: laterStep('Installs an application package.'),
  installPackage: laterStep('Installs a package.'),
  installUpdates: laterStep('Installs .msu and .cab files from the media.'),
  installDrivers: laterStep('Installs drivers from the media.'),
  copyFiles: laterStep('Copies files from the media.'),
  setVariable: laterStep('Sets a task sequence variable.'),
  setDynamicVariables: laterStep('Sets variables by rules.'),
  disableBitLocker: laterStep('Suspends BitLocker.'),
  enableBitLocker: laterStep('Resumes BitLocker.'),
  restart: notBuilt('Restarts the machine.', NO_ENGINE, 'Remove the step: Windows Setup restarts by itself'),
  runTaskSequence: laterStep('Runs another task sequence.'),
  collectLogs: laterStep('Copies logs to the media.'),
  stop: laterStep('Ends the sequence with a message.'),
};

/** Fields of steps and groups that the design has and this version cannot honour. */
const laterFields = {
  when: laterField('The condition under which the step runs.'),
  continueOnError: laterField('Whether the sequence goes on when the step fails.'),
  timeout: laterField('How long the step may take.'),
  retry: laterField('How often the step is tried again.'),
  repeatable: laterField('Whether the step may run twice.'),
  disabled: laterField('Whether the step is left out.'),
  onFailure: laterField('Whether the group runs after a failure.'),
  package: laterField('The package the step runs from.'),
  successCodes: laterField('The exit codes that mean success.'),
};

/** The keys that name the type of a step; `group` makes it a group. */
export const STEP_TYPES: readonly string[] = ['upgrade', 'group', ...Object.keys(laterSteps)];

const stepFields = z.strictObject({
  upgrade: upgradeOptions.optional(),
  group: name.optional().describe('A group of steps, by its name.'),
  name: name.optional(),
  description: description.optional(),
  ...laterSteps,
  ...laterFields,
});

export type StepYaml = z.infer<typeof stepFields> & { readonly steps?: readonly StepYaml[] | undefined };

/** A step or a group, but for the rule that exactly one key names its type: see `checkSteps`. */
export const stepSchema: z.ZodType<StepYaml> = stepFields.extend({
  steps: z
    .lazy(() => z.array(stepSchema))
    .optional()
    .describe('The steps of the group, in their order.'),
});

z.globalRegistry.add(stepSchema, {
  description: 'A step, or a group of steps. One key names its type.',
  oneOf: STEP_TYPES.map((type) => ({ required: [type] })),
  dependentRequired: { group: ['steps'], steps: ['group'] },
});

/** A sequence file. */
export const sequenceSchema = z.strictObject({
  name: name.optional().describe('What the sequence is, in your words. Left out: the name of the file.'),
  description: description.optional(),
  steps: z
    .array(stepSchema)
    .describe('The steps, in their order. In this version: one upgrade step, in groups or alone.'),
});

export type SequenceYaml = z.infer<typeof sequenceSchema>;

/** The JSON Schema of a sequence file, draft 2020-12, for editors. */
export function taskSequenceJsonSchema(): object {
  return publishSchema(sequenceSchema, {
    id: 'urn:inplace:schema:task-sequence',
    title: 'Task sequence of inplace',
  });
}
