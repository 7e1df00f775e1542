/**
 * Random task sequences, as people could write them. `anySequence` is the whole language; `runnableSequence` keeps to what
 * the simulated machine can run without being prepared for it.
 */
import fc from 'fast-check';
import { READINESS_CHECKS } from '../../src/target/contract.js';
import type { SequenceMedia } from '../../src/task-sequence/model.js';
import { COMPARISONS } from '../../src/task-sequence/schema/conditions.js';
import type { ConditionYaml, SequenceYaml, StepYaml } from '../../src/task-sequence/schema.js';
import { FREE_SWITCHES } from '../../src/task-sequence/setup-switches.js';

/** The media that the packages and variables of `anySequence` are on. */
export const SEQUENCE_MEDIA: SequenceMedia = {
  packages: [
    { id: 'TOOLS', kind: 'files' },
    { id: 'OFFICE', kind: 'application', install: 'setup.exe /quiet' },
    { id: 'AGENT', kind: 'application', install: 'agent.cmd' },
    { id: 'DRIVERS', kind: 'drivers' },
  ],
  variables: [
    { name: 'Site', value: 'Oslo' },
    { name: 'ProductKey', value: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE', secret: true },
  ],
};

/** Text of one line with everything that YAML, cmd and JSON make something of. */
const line = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(maxLength, 20) }),
      fc.constantFrom(
        ...[
          'true',
          'null',
          '~',
          '0012',
          '1.10',
          '- a',
          'a: b',
          '# c',
          '%Site%',
          '"',
          "'",
          ' a ',
          '*x',
          '&x',
          '!x',
          '|',
        ],
        ...[
          'C:\\Program Files\\x',
          '%_SMSTSLogPath%\\a.log',
          'msiexec /x {1} /qn',
          '[1, 2]',
          `\${env:X}`,
          `$\${env:Y} \${env:`,
          '2026-11-24',
        ],
      ),
    )
    .filter((text) => /^[^\p{Cc}]+$/u.test(text) && text.length <= maxLength && isPlain(text));

/** Product keys are refused wherever they stand. */
const isPlain = (text: string): boolean => !/\p{Cs}/u.test(text) && !/[A-Z0-9]{5}-[A-Z0-9]{5}/i.test(text);

const script = fc
  .array(line(60), { minLength: 1, maxLength: 4 })
  .map((lines) => lines.join('\n'))
  .filter((text) => text.length > 0);

const value = fc.oneof(line(80), fc.constantFrom('', '0', '3010', 'true', '10.0.19045'));
const variable = fc.constantFrom('Site', 'Ring', 'a', 'A-b_1', '_SMSTSSetupRollback', '_SMSTSLastActionRetCode');
const ownVariable = fc.constantFrom('Site', 'Ring', 'a', 'A-b_1', 'X9');
const version = fc.constantFrom('10', '10.0', '10.0.19045', '6.1.7601.24545');
const package_ = fc.constantFrom('TOOLS', 'OFFICE', 'AGENT', 'DRIVERS');
const duration = fc
  .tuple(fc.integer({ min: 1, max: 999 }), fc.constantFrom(' s', ' min', ' h', 's', 'min'))
  .map(([count, unit]) => `${count}${unit}`);
const size = fc
  .tuple(fc.integer({ min: 1, max: 512 }), fc.constantFrom(' GB', ' MB', '.5 GB', 'G', ' GiB', 'mb'))
  .map(([count, unit]) => `${count}${unit}`);
const guid = fc.uuid().map((text) => `{${text.toUpperCase()}}`);
const oneTest = fc.tuple(fc.constantFrom(...COMPARISONS), value).map(([operator, other]) => ({ [operator]: other }));

/** A record of which each field may be missing. */
const some = <T extends Record<string, unknown>>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const operatingSystem = some({
  type: fc.constantFrom('client' as const, 'server' as const),
  architecture: fc.constantFrom('x86' as const, 'x64' as const, 'arm64' as const),
  minimum: version,
  maximum: version,
  language: fc.constantFrom('en-US', 'nb-NO', 'zh-Hans-CN'),
}).filter((test) => Object.keys(test).length > 0);

const leafCondition: fc.Arbitrary<ConditionYaml> = fc.oneof(
  fc.tuple(variable, oneTest).map(([name, test]) => ({ variable: name, ...test })),
  fc.record({ variable, exists: fc.boolean() }),
  fc.record({ operatingSystem }),
  fc.record({ file: line(60), exists: fc.boolean(), version: oneTest, modified: oneTest }, { requiredKeys: ['file'] }),
  fc.record({ folder: line(60), exists: fc.boolean(), modified: oneTest }, { requiredKeys: ['folder'] }),
  fc
    .tuple(
      fc.record({ key: line(60), value }, { requiredKeys: ['key'] }),
      fc.oneof(oneTest, some({ exists: fc.boolean() })),
    )
    .map(([key, asked]) => ({ registry: { ...key, ...asked } })),
  fc.record({ wmi: line(60), namespace: line(30) }, { requiredKeys: ['wmi'] }),
  fc
    .tuple(fc.oneof(fc.record({ productCode: guid }), fc.record({ upgradeCode: guid })), some({ version: oneTest }))
    .map(([code, more]) => ({ software: { ...code, ...more } })),
);

/** Any condition, some levels deep. */
export const anyCondition: fc.Arbitrary<ConditionYaml> = nest(leafCondition);

/** Conditions in `all`, `any` and `none`. */
function nest(leaf: fc.Arbitrary<ConditionYaml>): fc.Arbitrary<ConditionYaml> {
  return fc.letrec<{ condition: ConditionYaml; list: ConditionYaml[] }>((tie) => ({
    list: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    condition: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf,
      fc.record({ all: tie('list') }),
      fc.record({ any: tie('list') }),
      fc.record({ none: tie('list') }),
    ),
  })).condition;
}

const whenOf = (condition: fc.Arbitrary<ConditionYaml>) =>
  fc.oneof(condition, fc.array(condition, { minLength: 1, maxLength: 3 }));

const anyWhen = whenOf(anyCondition);

const successCodes = fc.array(fc.integer({ min: -2_147_483_648, max: 4_294_967_295 }), { minLength: 1, maxLength: 3 });
const ofGroups = {
  description: line(100),
  when: anyWhen,
  continueOnError: fc.boolean(),
  disabled: fc.boolean(),
  acknowledge: fc.array(fc.constantFrom('not-repeatable', 'command-restarts'), { maxLength: 2 }),
};
const ofAll = { name: line(50), ...ofGroups };
const retry = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.record({ count: fc.integer({ min: 1, max: 5 }), delay: duration }, { requiredKeys: ['count'] }),
);
const ofSteps = { ...ofAll, timeout: duration, retry, repeatable: fc.boolean() };
const ofPrograms = { ...ofSteps, package: package_, startIn: line(60), successCodes, outputVariable: ownVariable };

/** A step with its options and some of the fields that may stand beside it. */
const step = (
  options: fc.Arbitrary<StepYaml>,
  fields: { readonly [key: string]: fc.Arbitrary<unknown> } = ofSteps,
): fc.Arbitrary<StepYaml> => fc.tuple(options, some(fields)).map(([own, more]) => ({ ...own, ...more }) as StepYaml);

const rule = fc.record(
  {
    set: fc.dictionary(
      ownVariable,
      fc.oneof(value, fc.record({ value, secret: fc.boolean() }, { requiredKeys: ['value'] })),
      { maxKeys: 3 },
    ),
    name: line(50),
    computer: some({ assetTag: line(20), macAddress: line(20), serialNumber: line(20), uuid: line(40) }).filter(
      (computer) => Object.keys(computer).length > 0,
    ),
    make: line(20),
    model: line(20),
    defaultGateway: line(20),
    when: anyWhen,
  },
  { requiredKeys: ['set'] },
);

const switches = fc.array(
  fc
    .constantFrom(...Object.entries(FREE_SWITCHES))
    .chain(([name, { values }]) =>
      fc
        .constantFrom(...(Array.isArray(values) ? (values as string[]) : [values === 'drive' ? 'D:' : 'C:\\Packs']))
        .map((text) => `/${name} ${text}`),
    ),
  { maxLength: 3 },
);

const upgradeOptions = some({
  edition: fc.constantFrom('Enterprise', 'ServerStandard'),
  scanOnly: fc.boolean(),
  drivers: fc.constant('DRIVERS'),
  ignoreDismissible: fc.boolean(),
  reflectDrivers: fc.constant('DRIVERS'),
  migrateDrivers: fc.constantFrom('all' as const, 'none' as const),
  key: fc.constant('ProductKey'),
  expect: duration,
  switches,
});

const withInstall = fc.constantFrom('OFFICE', 'AGENT');
const installers = fc.array(withInstall, { minLength: 1, maxLength: 3 });
const drive = fc.constantFrom('C:', 'd:');
const orNull = <T>(options: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(options, { freq: 4 });

/** Every type of step but groups and runTaskSequence, each with options of its own. */
export const STEP_ARBITRARIES: Readonly<Record<string, fc.Arbitrary<StepYaml>>> = {
  checkReadiness: step(
    fc.record({
      checkReadiness: orNull(
        some({
          memory: size,
          processorSpeed: fc.integer({ min: 1, max: 9000 }),
          freeSpace: size,
          acPower: fc.constant(true as const),
          pendingRestart: fc.constant(false as const),
          operatingSystem,
          networkConnected: fc.boolean(),
          networkWired: fc.boolean(),
          uefi: fc.boolean(),
          tpm: fc.boolean(),
          skip: fc.array(fc.constantFrom(...READINESS_CHECKS), { maxLength: 3 }),
        }),
      ),
    }),
  ),
  runCommand: step(fc.record({ runCommand: line(100) }), ofPrograms),
  runPowerShell: step(
    fc.record({
      runPowerShell: fc.oneof(
        script,
        fc
          .tuple(
            fc.oneof(fc.record({ script }), fc.record({ file: line(60) })),
            some({
              parameters: line(60),
              executionPolicy: fc.constantFrom('bypass' as const, 'allSigned' as const, 'undefined' as const),
            }),
          )
          .map(([source, more]) => ({ ...source, ...more })),
      ),
    }),
    ofPrograms,
  ),
  installApplication: step(
    fc.record({
      installApplication: fc.oneof(
        withInstall,
        installers,
        fc.record({ packages: installers, continueOnInstallError: fc.boolean() }, { requiredKeys: ['packages'] }),
      ),
    }),
    { ...ofSteps, successCodes },
  ),
  installPackage: step(fc.record({ installPackage: fc.record({ package: package_, program: line(60) }) }), {
    ...ofSteps,
    successCodes,
  }),
  installUpdates: step(fc.record({ installUpdates: package_ })),
  installDrivers: step(fc.record({ installDrivers: fc.constant('DRIVERS') })),
  copyFiles: step(
    fc.record({
      copyFiles: fc.record({ package: package_, from: line(60), to: line(60) }, { requiredKeys: ['package', 'to'] }),
    }),
  ),
  setVariable: step(
    fc.record({
      setVariable: fc.record({ name: ownVariable, value, secret: fc.boolean() }, { requiredKeys: ['name', 'value'] }),
    }),
  ),
  setDynamicVariables: step(
    fc.record({ setDynamicVariables: fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 3 }) }) }),
  ),
  disableBitLocker: step(
    fc.record({
      disableBitLocker: orNull(
        some({ drive, restarts: fc.oneof(fc.integer({ min: 1, max: 15 }), fc.constant('untilResumed' as const)) }),
      ),
    }),
  ),
  enableBitLocker: step(fc.record({ enableBitLocker: orNull(some({ drive })) })),
  upgrade: step(fc.record({ upgrade: orNull(upgradeOptions) }), { ...ofAll, retry }),
  restart: step(
    fc.record({ restart: orNull(some({ message: line(100), delay: fc.oneof(duration, fc.constant('0 s')) })) }),
    { ...ofAll, timeout: duration, retry },
  ),
  collectLogs: step(fc.record({ collectLogs: orNull(some({ include: fc.array(line(60), { maxLength: 2 }) })) })),
  stop: step(fc.record({ stop: line(100) })),
};

/** Steps and groups in groups. @param top fields that only groups of the top level may have */
function stepsOf(
  leaf: fc.Arbitrary<StepYaml>,
  groupFields: { readonly [key: string]: fc.Arbitrary<unknown> },
  top: { readonly [key: string]: fc.Arbitrary<unknown> } = {},
): fc.Arbitrary<StepYaml[]> {
  const { node } = fc.letrec<{ node: StepYaml }>((tie) => {
    const group = fc
      .record({ group: line(40), steps: fc.array(tie('node'), { maxLength: 3 }) })
      .chain((own) => some(groupFields).map((more) => ({ ...own, ...more }) as StepYaml));
    return {
      node: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        { arbitrary: leaf, weight: 3 },
        { arbitrary: group, weight: 1 },
      ),
    };
  });
  const outer = node.chain((found) =>
    found.group === undefined ? fc.constant(found) : some(top).map((more) => ({ ...found, ...more }) as StepYaml),
  );
  return fc.array(outer, { maxLength: 6 });
}

/** A sequence of the whole language but child sequences; with an upgrade and the restart behind it. */
export const anySequence: fc.Arbitrary<SequenceYaml> = fc
  .tuple(
    some({
      name: line(60),
      description: line(100),
      acknowledge: fc.array(fc.constant('no-failure-group'), { maxLength: 1 }),
    }),
    stepsOf(fc.oneof(...Object.values(STEP_ARBITRARIES)), ofGroups, { onFailure: fc.boolean() }),
    STEP_ARBITRARIES['upgrade']!,
    STEP_ARBITRARIES['restart']!,
  )
  .map(([head, steps, upgrade, restart]) => ({ ...head, steps: [...steps, upgrade, restart] }));

const simpleVariable = fc.constantFrom('A', 'B', 'C');
const simpleCondition = nest(
  fc.oneof(
    fc.record({ variable: simpleVariable, equals: fc.constantFrom('1', '2', '') }),
    fc.record({ variable: simpleVariable, exists: fc.boolean() }),
    fc.record({ variable: fc.constant('_SMSTSSetupRollback'), notEquals: fc.constant('true') }),
    fc.record({ variable: simpleVariable, greater: fc.constantFrom('0', '1') }),
  ),
);

const simpleFields = {
  when: whenOf(simpleCondition),
  continueOnError: fc.boolean(),
  disabled: fc.constantFrom(false, false, false, true),
};

/** A command line that a simulated machine is told the behaviour of by its text: `ok`, `fail`, `restart`. */
export const RUNNABLE_COMMANDS = ['cmd /c exit 0', 'cmd /c exit 1', 'cmd /c exit 3010'] as const;

const runnableStep = (repeatable: fc.Arbitrary<boolean>): fc.Arbitrary<StepYaml> =>
  fc.oneof(
    step(
      fc.record({
        setVariable: fc.record({ name: simpleVariable, value: fc.constantFrom('1', '2', '', '%A%%B%') }),
      }),
      simpleFields,
    ),
    fc
      .tuple(
        step(fc.record({ runCommand: fc.constantFrom(...RUNNABLE_COMMANDS) }), {
          ...simpleFields,
          retry: fc.integer({ min: 1, max: 2 }),
        }),
        repeatable,
      )
      .map(([own, again]): StepYaml => ({ ...own, repeatable: again })),
    step(fc.constant<StepYaml>({ restart: { delay: '1 s' } }), simpleFields),
    step(fc.constant<StepYaml>({ stop: 'Enough' }), { when: simpleFields.when }),
    step(fc.constant<StepYaml>({ collectLogs: null }), simpleFields),
  );

/**
 * A sequence that a simulated machine can run: groups, conditions on variables, setVariable, runCommand, restart, stop and
 * collectLogs around one upgrade with its restart.
 * @param options `repeatable`: every command says that it may run twice
 */
export function runnableSequence(options: { readonly repeatable?: boolean } = {}): fc.Arbitrary<SequenceYaml> {
  const steps = stepsOf(runnableStep(options.repeatable ? fc.constant(true) : fc.boolean()), simpleFields);
  return fc
    .record({ before: steps, after: steps, failure: fc.option(steps, { freq: 2 }) })
    .map(({ before, after, failure }) => ({
      name: 'Random',
      steps: [
        ...before,
        { upgrade: { expect: '60 min' } },
        { restart: { delay: '1 s' } },
        ...after,
        ...(failure === null ? [] : [{ group: 'Failure', onFailure: true, steps: failure }]),
      ],
    }));
}
