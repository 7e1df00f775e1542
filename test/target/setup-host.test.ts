/** SetupHost.exe is waited for, also while WMI does not answer. */
import { describe, expect, it } from 'vitest';
import { waitForSetupHost } from '../../src/target/setup-host.js';
import { FakeEnd, FakeMachine } from './support/fake-machine.js';

/** @param answers what each look sees; the last one holds on */
function machineThat(answers: readonly (boolean | Error)[]) {
  const machine = new FakeMachine({});
  let looks = 0;
  machine.processes.isImageRunning = (image) => {
    const answer = image === 'SetupHost.exe' && answers[Math.min(looks++, answers.length - 1)]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const seconds: number[] = [];
  return { machine, seconds, end: () => waitForSetupHost(machine, 10, (time) => void seconds.push(time)) };
}

const SILENT = new Error('WMI cannot answer: error 0x80070422');

describe('SetupHost.exe', () => {
  it('that does not run is not waited for', () => {
    const { seconds, end } = machineThat([false]);
    expect([end(), seconds]).toEqual([true, []]);
  });

  it('is waited for however long it takes', () => {
    const { machine, seconds, end } = machineThat([...Array(1000).fill(true), false]);
    const before = machine.clock.now();
    expect([end(), seconds.length, seconds[0], seconds.at(-1)]).toEqual([true, 1000, 10, 10_000]);
    expect(machine.clock.now() - before).toBe(10_000_000);
  });

  it('is waited for over times in which WMI does not answer', () => {
    const silence = Array(29).fill(SILENT) as Error[];
    const { seconds, end } = machineThat([true, ...silence, true, ...silence, false]);
    expect([end(), seconds.length]).toEqual([true, 60]);
  });

  it('is not waited for for ever where WMI never answers, and nobody knows', () => {
    const { seconds, end } = machineThat([SILENT]);
    expect([end(), seconds.length]).toEqual([false, 29]);
  });

  it('is no reason to go on after the end of this engine', () => {
    expect(machineThat([new FakeEnd('off')]).end).toThrow('off');
  });
});
