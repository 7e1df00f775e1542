import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeExtendCode, describeSetupCode, formatSetupCode, SETUP_CODES } from '../../src/target/setup-codes.js';

describe('exit codes of Windows Setup (facts/configmgr.md, E.3)', () => {
  it.each([
    [0, '0', 'restartPending', /prepared the upgrade/],
    [3, '3', 'restartPending', /prepared the upgrade/],
    [5, '5', 'refused', /not compatible/],
    [7, '7', 'failed', /could not do the upgrade/],
    [0xc1900210, '0xC1900210', 'compatible', /Nothing stands in the way/],
    [0xc1900208, '0xC1900208', 'refused', /application or a driver/],
    [0xc1900204, '0xC1900204', 'refused', /cannot keep the applications/],
    [0xc1900200, '0xC1900200', 'refused', /does not meet the requirements/],
    [0xc190020e, '0xC190020E', 'refused', /not enough free disk space/],
    [0xc1900107, '0xC1900107', 'refused', /earlier attempt/],
    [0xc1900101, '0xC1900101', 'failed', /rolled back/],
    [0x80070070, '0x80070070', 'refused', /disk is full/],
    [0xc19001e2, '0xC19001E2', 'failed', /preinstall\.cmd/],
    [0xc19001e3, '0xC19001E3', 'failed', /precommit\.cmd/],
    [0xc19001e4, '0xC19001E4', 'failed', /failure\.cmd/],
  ])('%d is %s: %s', (code, text, outcome, meaning) => {
    expect(describeSetupCode(code)).toMatchObject({ code, text, outcome });
    expect(describeSetupCode(code).meaning).toMatch(meaning);
  });

  it('are the same signed and unsigned: logs show both', () => {
    expect(describeSetupCode(-1047526896)).toBe(describeSetupCode(3247440400));
    expect(describeSetupCode(-1047526896).outcome).toBe('compatible');
  });

  it.each([
    [0xc1900999, '0xC1900999', /a code of its own/],
    [0x80070002, '0x80070002', /Windows error 2$/],
    [1, '1', /not known/],
    [0xdeadbeef, '0xDEADBEEF', /not known/],
  ])('%d has no row, and its range is said', (code, text, meaning) => {
    const described = describeSetupCode(code);
    expect(described).toMatchObject({ code, text, outcome: 'failed' });
    expect(described.meaning).toMatch(meaning);
    expect(described.advice).toMatch(/setuperr\.log/);
  });

  it('every row is ASCII without what cmd would expand, because the bootstrap prints it', () => {
    for (const { meaning, advice } of SETUP_CODES) expect(meaning + advice).toMatch(/^[A-Za-z0-9 .,;:()*$~\\-]+$/);
  });

  it('any number is described', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (code) => {
        const { text, meaning } = describeSetupCode(code);
        expect(Number(text)).toBe(code >>> 0);
        expect(formatSetupCode(code)).toBe(text);
        expect(meaning).not.toBe('');
      }),
    );
  });
});

describe('extend codes', () => {
  it.each([
    [0x30018, '0x30018: stopped in the first boot of the new Windows, at preparing the system (sysprep)'],
    [0x20017, '0x20017: stopped in the offline phase (SafeOS), at booting'],
    [0x4000d, '0x4000D: stopped in the second boot (OOBE), at migrating data'],
    [0x10003, '0x10003: stopped in the preparation in the old Windows, at installing updates'],
    [0x50020, '0x50020: stopped in the uninstallation of the new Windows, at adding a provisioning package'],
    [0, '0x00000: stopped in an unknown phase, at an unknown operation'],
    [0xffffffff, '0xFFFFFFFF: stopped in an unknown phase, at an unknown operation'],
  ])('%d', (code, meaning) => {
    expect(describeExtendCode(code).meaning).toBe(meaning);
  });

  it('have words for every operation from 0 to 20 (hexadecimal), each its own', () => {
    const words = Array.from({ length: 0x21 }, (_, operation) => describeExtendCode(0x10000 + operation).operation);
    expect(new Set(words).size).toBe(0x21);
  });
});
