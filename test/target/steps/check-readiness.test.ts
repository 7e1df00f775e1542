/** The step around the checks: what it tells the sequence and the log. */
import { describe, expect, it } from 'vitest';
import type { StepContext } from '../../../src/target/step.js';
import { checkReadiness } from '../../../src/target/steps/check-readiness.js';
import { checkUpgrade, upgradeSource } from '../../../src/target/upgrade-check.js';
import { VariableStore } from '../../../src/target/variables.js';
import type { FakeMachine } from '../support/fake-machine.js';
import { CONTROL, pc, upgradePackage } from '../support/machines.js';
import { READINESS, sequenceOf, UPGRADE } from '../support/start-media.js';

function runStep(machine: FakeMachine, steps = [READINESS, UPGRADE]) {
  const lines: string[] = [];
  const say = (kind: string) => (text: string) => void lines.push(`${kind} ${text}`);
  const { chosen, refusals } = checkUpgrade(upgradeSource(machine), [upgradePackage()], [{ hasKey: false }]);
  const variables = new VariableStore(
    { variables: [{ name: '_TS_CRTPMENABLED', value: '1' }], formerSecrets: [] },
    () => '',
  );
  const asked: string[] = [];
  const upgradeFolder = ({ id }: { id: string }) => {
    asked.push(id);
    return 'E:';
  };
  const content = { sequence: sequenceOf(steps), upgradeFolder };
  const log = { info: say('info'), warning: say('warning'), error: say('error') };
  const context = {
    step: READINESS,
    machine,
    variables,
    log,
    content,
    chosen,
    refusals,
  } as unknown as StepContext<never>;
  return { result: checkReadiness(context), lines, variables, asked };
}

describe('checkReadiness', () => {
  it('succeeds on a machine that is ready, and sets the results of ConfigMgr', () => {
    const { result, lines, variables, asked } = runStep(pc());
    expect(result).toEqual({ outcome: 'success', exitCode: 0 });
    expect(asked).toEqual(['windows']);
    expect(['_TS_CRMEMORY', '_TS_CRDISK', '_TS_CRACPOWER'].map((name) => variables.get(name))).toEqual(['1', '1', '1']);
    expect(variables.get('_TS_CRTPMENABLED'), 'of an earlier step').toBe('');
    expect(lines).toContain('info Which processor models Windows takes is left to the scan of Windows Setup');
    expect(lines.some((line) => line.startsWith('warning Not checked:'))).toBe(true);
  });

  it('fails with 4316 and every reason, each with its advice in the log', () => {
    const machine = pc({
      registry: {
        [`${CONTROL}\\SafeBoot\\Option|OptionValue`]: 1,
        [`${CONTROL}\\Nls\\Language|InstallLanguage`]: '0407',
      },
      wmi: { Win32_Battery: [{ BatteryStatus: 1 }] },
    });
    const { result, lines, variables } = runStep(machine);
    expect(result).toMatchObject({ outcome: 'failed', exitCode: 4316 });
    expect(result.message).toBe(
      'The computer runs on its battery; The base language of this Windows is de-DE, and the media holds en-US; Windows runs in Safe Mode',
    );
    expect(result.advice).toContain('Plug the power supply in');
    expect(lines.filter((line) => line.startsWith('error '))).toHaveLength(3);
    expect(variables.get('_TS_CRACPOWER')).toBe('0');
  });

  it('lets encryption of others pass when an upgrade step reflects its drivers', () => {
    const driver = 'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\veracrypt|Start';
    const machine = pc({ registry: { [driver]: 0 } });
    expect(runStep(machine).result.outcome).toBe('failed');
    expect(runStep(machine, [READINESS, { ...UPGRADE, reflectsDrivers: true } as never]).result.outcome).toBe(
      'success',
    );
  });
});
