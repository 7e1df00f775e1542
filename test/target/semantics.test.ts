/**
 * The semantics table: one test for each rule of facts/configmgr.md B.4 and for each decision of design/task-sequence.md
 * about groups, failures, restarts and rollback, named after it. Conditions (B.5) are in conditions.test.ts.
 */
import { describe, expect, it } from 'vitest';
import type { Draft } from './support/engine-run.js';
import { command, commandsOf, group, MODEL, RESTART, runSequence, setVariable, UPGRADE } from './support/engine-run.js';

const on = { continueOnError: true };
const FAILS = commandsOf({ bad: 5 });
const never = { when: [{ type: 'variable', variable: 'Missing', exists: true }] };
const ROLLBACK = { setup: { ...MODEL.setup, rollback: 0x30018 } };

function run(steps: readonly Draft[], commands = FAILS) {
  return runSequence({ steps, model: { commands } });
}

/** The value of a variable as a step sees it: shown in a message. */
function shown(end: ReturnType<typeof run>, path: string) {
  return end.records.find((record) => record.path === path)?.variables?.['Seen'];
}

const see = (text: string): Draft => setVariable('Seen', text);

describe('facts B.4: steps and groups', () => {
  it('steps run in order, and groups where they stand', () => {
    const end = run([command('a'), group('G', [command('b'), group('H', [command('c')])]), command('d')]);
    expect(end.outcomes).toEqual([
      '1 success',
      '2.1 success',
      '2.2.1 success',
      '2.2 success',
      '2 success',
      '3 success',
    ]);
    expect(end.summary).toMatchObject({ outcome: 'success', restarts: 0 });
  });

  it('the sequence stops at the first step that fails', () => {
    const end = run([command('bad'), command('a')]);
    expect(end.outcomes).toEqual(['1 failed']);
    expect(end.summary).toMatchObject({ outcome: 'failed', failedAt: { path: '1', name: 'bad' } });
  });

  it('a disabled step is skipped', () => {
    const end = run([command('bad', { disabled: true }), command('a')]);
    expect(end.outcomes).toEqual(['1 skipped', '2 success']);
    expect(end.records[0]).toMatchObject({ reason: 'disabled', attempt: 0 });
  });

  it('a disabled group is skipped with everything in it', () => {
    expect(run([group('G', [command('bad')], { disabled: true }), command('a')]).outcomes).toEqual([
      '1 skipped',
      '2 success',
    ]);
  });

  it('a step with continue on error fails, and the next step runs', () => {
    const end = run([command('bad', on), command('a')]);
    expect(end.outcomes).toEqual(['1 ignored', '2 success']);
    expect(end.summary?.outcome).toBe('success');
  });

  it('a failing step fails its group, and the group its parent, up to the root', () => {
    const end = run([group('G', [group('H', [command('bad'), command('a')]), command('b')]), command('c')]);
    expect(end.outcomes).toEqual(['1.1.1 failed', '1.1 failed', '1 failed']);
    expect(end.summary?.outcome).toBe('failed');
  });

  it('of a failing group with continue on error the rest is skipped, and the sequence goes on with its next sibling', () => {
    const end = run([group('G', [command('bad'), command('a')], on), command('b')]);
    expect(end.outcomes).toEqual(['1.1 failed', '1 ignored', '2 success']);
    expect(end.summary?.outcome).toBe('success');
  });

  it('continue on error of a group around forgives a failing group in it', () => {
    const end = run([group('G', [group('H', [command('bad')]), command('a')], on), command('b')]);
    expect(end.outcomes).toEqual(['1.1.1 failed', '1.1 failed', '1 ignored', '2 success']);
  });

  it('a step or a group whose condition does not hold is skipped, and the record says why', () => {
    const end = run([command('bad', never), group('G', [command('bad')], never), command('a')]);
    expect(end.outcomes).toEqual(['1 skipped', '2 skipped', '3 success']);
    expect(end.records[0]?.reason).toBe('Missing has no value');
  });

  it('conditions are evaluated when the step is about to run', () => {
    const when = [{ type: 'variable', variable: 'Late', test: { operator: 'equals', value: '1' } }];
    expect(run([setVariable('Late', '1'), command('a', { when })]).outcomes).toEqual(['1 success', '2 success']);
  });

  it('the condition of a group is asked once: what its steps change does not end it', () => {
    const when = [{ type: 'variable', variable: 'Inside', exists: false }];
    const end = run([group('G', [setVariable('Inside', '1'), RESTART, command('a')], { when })]);
    expect(end.outcomes).toEqual(['1.1 success', '1.2 restarted', '1.3 success', '1 success']);
  });

  it('a group without steps succeeds', () => {
    expect(run([group('G', []), command('a')]).outcomes).toEqual(['1 success', '2 success']);
  });

  it('the steps of a child sequence are its own, the variables are shared', () => {
    const child = { type: 'runTaskSequence', name: 'Child', sequence: 'c', steps: [setVariable('X', '1')] } as never;
    const end = run([child, see('%X%')]);
    expect(end.outcomes).toEqual(['1.1 success', '1 success', '2 success']);
    expect(end.records[1]?.type).toBe('runTaskSequence');
    expect(shown(end, '2')).toBe('1');
  });

  it('a failing child sequence fails the step that runs it', () => {
    const child = {
      type: 'runTaskSequence',
      name: 'Child',
      sequence: 'c',
      steps: [command('bad'), command('a')],
      ...on,
    };
    expect(run([child as never, command('b')]).outcomes).toEqual(['1.1 failed', '1 ignored', '2 success']);
  });
});

describe('facts B.4: result variables', () => {
  const RESULT = '%_SMSTSLastActionName% %_SMSTSLastActionRetCode% %_SMSTSLastActionSucceeded%';

  it('_SMSTSLastActionRetCode and _SMSTSLastActionSucceeded hold the result of the previous step', () => {
    expect(shown(run([command('a'), see(RESULT)]), '2')).toBe('a 0 true');
    expect(shown(run([command('bad', on), see(RESULT)]), '2')).toBe('bad 5 false');
  });

  it('a skipped step does not change them', () => {
    const steps = [command('bad', on), command('a', never), command('b', { disabled: true }), see(RESULT)];
    expect(shown(run(steps), '4')).toBe('bad 5 false');
  });

  it('a group does not change them', () => {
    expect(shown(run([group('G', [command('bad', on)]), see(RESULT)]), '2')).toBe('bad 5 false');
  });

  it('a failure without an exit code is 1', () => {
    const stop = { type: 'stop', name: 'Stop', message: 'no', ...on } as never;
    expect(shown(run([stop, see(RESULT)]), '2')).toBe('Stop 1 false');
  });

  it('_SMSTSCurrentActionName, table size and instruction pointer tell where the sequence is', () => {
    const end = run([
      group('G', [command('a')]),
      see('%_SMSTSCurrentActionName% %_SMSTSInstructionTableSize% %_SMSTSNextInstructionPointer%'),
    ]);
    expect(shown(end, '2')).toBe('set Seen 3 2');
  });

  it('they survive a restart', () => {
    expect(shown(run([command('bad', on), group('G', [RESTART], never), RESTART, see(RESULT)]), '4')).toBe(
      'Restart 0 true',
    );
  });
});

describe('facts B.4: exit codes and restarts', () => {
  it.each([
    [0, '1 success'],
    [3010, '1 restarted'],
    [1, '1 failed'],
  ])('exit code %d with the default success codes: %s', (code, outcome) => {
    expect(run([command('x')], commandsOf({ x: code })).outcomes[0]).toBe(outcome);
  });

  it('3010 restarts the computer, and the sequence continues with the next step', () => {
    const end = run([command('x'), command('a')], commandsOf({ x: 3010 }));
    expect(end.outcomes).toEqual(['1 restarted', '2 success']);
    expect(end.ends).toEqual(['restarting', 'ended']);
    expect(end.boots).toBe(2);
    expect(end.summary?.restarts).toBe(1);
  });

  it('the same number is success, signed or unsigned', () => {
    const codes = { successCodes: [0xc1900210] };
    expect(run([command('x', codes)], commandsOf({ x: -1047526896 })).outcomes).toEqual(['1 success']);
  });

  it('SMSTSRebootRequested restarts after the step, and is cleared', () => {
    const end = run([setVariable('SMSTSRebootRequested', 'HD'), see('[%SMSTSRebootRequested%]')]);
    expect(end.outcomes).toEqual(['1 restarted', '2 success']);
    expect(shown(end, '2')).toBe('[]');
    expect(end.boots).toBe(2);
  });

  it('SMSTSRetryRequested runs the same step again after that restart, but not for ever', () => {
    const both = { type: 'setDynamicVariables', name: 'both', rules: [{ set: [] }] } as never;
    const rules = [
      {
        set: [
          { name: 'SMSTSRebootRequested', value: 'HD' },
          { name: 'SMSTSRetryRequested', value: 'true' },
        ],
      },
    ];
    const end = run([{ ...(both as object), rules } as never, command('a')]);
    expect(end.outcomes).toEqual(['1 restarted', '2 success']);
    expect(end.records[0]?.attempt).toBe(4);
    expect(end.boots).toBe(5);
  });

  it('SMSTSRebootDelay and SMSTSRebootMessage say how the restart is announced', () => {
    const steps = [setVariable('SMSTSRebootDelay', '7'), setVariable('SMSTSRebootMessage', 'Soon'), command('x')];
    expect(run(steps, commandsOf({ x: 3010 })).log).toContain('Restart in 7 s: Soon');
  });

  it('SMSTSRebootDelayNext is the delay of every restart after the first', () => {
    const delays = [setVariable('SMSTSRebootDelay', '3600'), setVariable('SMSTSRebootDelayNext', '7')];
    const { log, summary } = run(
      [...delays, command('x'), command('x'), command('x')],
      commandsOf({ x: [3010, 3010, 3010] }),
    );
    expect(log.match(/Restart in \d+ s/g)).toEqual(['Restart in 3600 s', 'Restart in 7 s', 'Restart in 7 s']);
    expect(summary?.restarts).toBe(3);
  });

  it('SMSTSPostAction is started when the sequence has ended, and its end is not waited for', () => {
    const steps = [setVariable('SMSTSPostAction', 'post.exe'), command('a')];
    const end = run(steps, commandsOf({ 'post.exe': { exitCodes: [0], hangs: true } }));
    expect(end.summary?.outcome).toBe('success');
    expect(end.log).toContain('Post action: post.exe');
  });
});

describe('retry', () => {
  const retry = { retry: { count: 2, delay: 30 } };

  it('a step is tried again after a failure, as often as it says', () => {
    const end = run([command('x', retry)], commandsOf({ x: [1, 1, 0] }));
    expect(end.records).toMatchObject([{ outcome: 'success', attempt: 3 }]);
    expect(run([command('x', retry)], commandsOf({ x: [1, 1, 1, 0] })).records).toMatchObject([
      { outcome: 'failed', attempt: 3 },
    ]);
  });

  it('waits before each attempt', () => {
    const end = run([command('x', retry)], commandsOf({ x: [1, 1, 0] }));
    const { start, end: ended } = end.records[0]!;
    expect((Date.parse(ended) - Date.parse(start)) / 1000).toBeGreaterThanOrEqual(90);
  });
});

describe('design: failure', () => {
  const FAILURE = group('Failure', [command('f')], { onFailure: true });

  it('groups with onFailure do not run when nothing fails', () => {
    expect(run([command('a'), FAILURE]).outcomes).toEqual(['1 success']);
  });

  it('groups with onFailure run once, after the first unhandled failure, wherever they stand', () => {
    const end = run([FAILURE, command('bad'), command('a'), group('Second', [command('g')], { onFailure: true })]);
    expect(end.outcomes).toEqual(['2 failed', '1.1 success', '1 success', '4.1 success', '4 success']);
  });

  it('a failure that is handled does not run them', () => {
    expect(run([command('bad', on), FAILURE]).outcomes).toEqual(['1 ignored']);
  });

  it('they never change the outcome, whether they fail or not', () => {
    const broken = group('Broken', [command('bad'), command('x')], { onFailure: true });
    const end = run([command('bad'), broken, FAILURE]);
    expect(end.outcomes).toEqual(['1 failed', '2.1 failed', '2 failed', '3.1 success', '3 success']);
    expect(end.summary).toMatchObject({ outcome: 'failed', failedAt: { path: '1' } });
  });

  it('their conditions count, and see the result of the step that failed', () => {
    const when = [{ type: 'variable', variable: '_SMSTSLastActionRetCode', test: { operator: 'equals', value: '5' } }];
    const end = run([command('bad'), group('F', [command('f')], { onFailure: true, when })]);
    expect(end.outcomes).toEqual(['1 failed', '2.1 success', '2 success']);
  });

  it('a restart in them is done, and they go on after it', () => {
    const end = run([command('bad'), group('F', [RESTART, command('f')], { onFailure: true })]);
    expect(end.outcomes).toEqual(['1 failed', '2.1 restarted', '2.2 success', '2 success']);
    expect(end.summary?.outcome).toBe('failed');
  });

  it('stop ends the sequence as failed, in the words of who wrote it', () => {
    const end = run([setVariable('Who', 'PC'), { type: 'stop', name: 'Stop', message: 'Not %Who%' } as never]);
    expect(end.summary).toMatchObject({ outcome: 'failed', message: expect.stringContaining('Not PC') });
  });
});

describe('design: upgrade and rollback', () => {
  const POST = [
    UPGRADE,
    RESTART,
    group('Post', [command('p')], { when: [rollbackIs('notEquals')] }),
    group('Rollback', [command('r')], { when: [rollbackIs('equals')] }),
    group('Failure', [command('f')], { onFailure: true }),
  ];

  function rollbackIs(operator: 'equals' | 'notEquals') {
    return { type: 'variable', variable: '_SMSTSSetupRollback', test: { operator, value: 'true' } };
  }

  it('the upgrade step succeeds when Setup asks for the restart; after it the new Windows is found', () => {
    const end = runSequence({ steps: [...POST, see('%_SMSTSSetupRollback%')] });
    expect(end.outcomes).toEqual(['1 success', '2 restarted', '3.1 success', '3 success', '4 skipped', '6 success']);
    expect(shown(end, '6')).toBe('false');
    expect(end.summary).toMatchObject({ outcome: 'success', before: { build: 19045 }, after: { build: 26100 } });
    expect(end.summary?.setupCode).toBe(0);
  });

  it('a rollback: the sequence goes on at the next step, and has failed even though every later step succeeds', () => {
    const end = runSequence({ steps: POST, model: ROLLBACK });
    expect(end.outcomes).toEqual([
      '1 success',
      '2 restarted',
      '1 rolledBack',
      '3 skipped',
      '4.1 success',
      '4 success',
      '5.1 success',
      '5 success',
    ]);
    expect(end.summary).toMatchObject({
      outcome: 'rolledBack',
      extendCode: '0x30018',
      failedAt: { path: '1', name: 'Upgrade' },
    });
  });

  it('a rollback is found without the hooks, which an OEM licence ignores', () => {
    const model = { setup: { ...MODEL.setup, rollback: 0x30018, ignoresHooks: true } };
    expect(runSequence({ steps: POST, model }).summary?.outcome).toBe('rolledBack');
  });

  it('after a rollback a failure is still a rollback, and the groups for failures run once', () => {
    const end = runSequence({ steps: POST, model: { ...ROLLBACK, commands: commandsOf({ r: 5 }) } });
    expect(end.summary).toMatchObject({ outcome: 'rolledBack', failedAt: { name: 'Upgrade' } });
    expect(end.outcomes.filter((line) => line === '5.1 success')).toHaveLength(1);
  });

  it('an upgrade that failed and was forgiven is no success, whatever the steps behind it do', () => {
    const model = { setup: { ...MODEL.setup, upgrade: { ...MODEL.setup.upgrade, exitCodes: [5] } } };
    const forgiving = group('Upgrade', [UPGRADE, RESTART], on);
    const end = runSequence({ steps: [forgiving, command('a')], model });
    expect(end.outcomes).toEqual(['1.1 failed', '1 ignored', '2 success']);
    expect(end.summary).toMatchObject({ outcome: 'failed', failedAt: { path: '1.1', name: 'Upgrade' } });
    expect(end.summary?.message).toContain('and went on');
    const second = { setup: { ...MODEL.setup, upgrade: { ...MODEL.setup.upgrade, exitCodes: [5, 0] } } };
    const again = runSequence({ steps: [forgiving, { ...UPGRADE, name: 'Second' }, RESTART], model: second });
    expect(again.summary).toMatchObject({ outcome: 'success', after: { build: 26100 } });
  });

  it('a run that upgrades nothing does not say that it did', () => {
    expect(run([command('a')]).summary?.message).toContain('it has not upgraded Windows');
    expect(runSequence({ steps: [UPGRADE, RESTART] }).summary?.message).toContain('the upgrade to');
  });

  it('without a restart step the engine restarts the computer itself: Setup is never left waiting', () => {
    const end = runSequence({ steps: [UPGRADE] });
    expect(end.summary).toMatchObject({ outcome: 'success', after: { build: 26100 } });
    expect(end.boots).toBe(2);
  });

  it('a failure between Setup and the restart says that the next restart begins the upgrade', () => {
    const end = runSequence({ steps: [UPGRADE, command('bad'), RESTART], model: { commands: FAILS } });
    expect(end.summary?.outcome).toBe('failed');
    expect(end.summary?.advice).toContain('the next restart of the computer begins it');
  });

  it('SetupCompletePause waits before the sequence resumes', () => {
    const pause = [setVariable('SetupCompletePause', '600'), UPGRADE, RESTART, command('p')];
    const plain = [setVariable('Other', '600'), UPGRADE, RESTART, command('p')];
    const difference = runSequence({ steps: pause }).seconds - runSequence({ steps: plain }).seconds;
    expect(Math.round(difference / 10)).toBe(60);
  });

  it('_SMSTSOSUpgradeActionReturnCode is the exit code of Setup, unsigned', () => {
    const scan = { ...(UPGRADE as object), scanOnly: true } as never;
    expect(shown(runSequence({ steps: [scan, see('%_SMSTSOSUpgradeActionReturnCode%')] }), '2')).toBe('3247440400');
  });
});

describe('design: variables in records and logs', () => {
  it('a record lists what its step changed, and no secret value', () => {
    const end = run([setVariable('Key', 'AAAA-BBBB', { secret: true }), setVariable('Ring', '2'), command('a')]);
    expect(end.records.map(({ variables }) => variables)).toEqual([{ Key: '***' }, { Ring: '2' }, undefined]);
  });

  it('secret values reach no log, no record and no summary', () => {
    const secret = [{ name: 'Token', value: 'hunter2-secret', secret: true }];
    const steps = [command('use %Token%', on), { type: 'stop', name: 'Stop', message: 'said %Token%' } as never];
    const model = { commands: commandsOf({ use: { exitCodes: [5], output: 'token is hunter2-secret' } }) };
    const end = runSequence({ steps, variables: secret, model });
    const reports = JSON.stringify([end.log, end.records, end.summary]);
    expect(reports).not.toContain('hunter2');
    expect(reports).toContain('***');
  });

  it('after the end no secret value is left in the local folder', () => {
    const end = runSequence({
      steps: [command('a')],
      variables: [{ name: 'T', value: 'hunter2-secret', secret: true }],
    });
    const { files } = end.machine;
    for (const name of ['journal-a.json', 'journal-b.json', 'sequence.json']) {
      expect(files.readText(`C:\\Inplace\\${name}`)).not.toContain('hunter2');
    }
    expect(files.stat('C:\\Inplace\\variables.json')).toBeUndefined();
  });

  it('%Name% expands anywhere, the value of the media included', () => {
    const variables = [{ name: 'Site', value: 'Bern' }];
    const end = runSequence({ steps: [see('%SITE% %_SMSTSMachineName%')], variables });
    expect(shown(end, '1')).toBe('Bern PC-1');
  });

  it('the read-only variables of ConfigMgr that can be known are set', () => {
    const names = [
      '_SMSTSMediaType',
      '_SMSTSLaunchMode',
      '_SMSTSInWinPE',
      '_SMSTSBootUEFI',
      '_SMSTSPackageName',
      '_SMSTSType',
    ];
    expect(shown(run([see('%_SMSTSTimezone%')]), '1')).toBe(
      '-60,0,-60,0,10,0,5,3,0,0,0,0,3,0,5,2,0,0,0,Central European Standard Time,Central European Summer Time',
    );
    const text = [...names, '_TSSecureBoot', '_SMSTSLogPath'].map((name) => `%${name}%`).join(' ');
    expect(shown(run([see(text)]), '1')).toBe('FullMedia UFD false true Test 2 Enabled C:\\Inplace\\Reports\\run-1');
  });
});
