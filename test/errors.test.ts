import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, formatFinding, formatPlace, InplaceError, throwFindings } from '../src/errors.js';

const root = fileURLToPath(new URL('..', import.meta.url));

function textOf(folder: string, except: string): string {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.ts') && name !== except);
  return files.map((name) => readFileSync(join(root, folder, name), 'utf8')).join('\n');
}

describe('every code of the table', () => {
  const [sources, tests] = [textOf('src', 'errors.ts'), textOf('test', 'errors.test.ts')];
  it.each(Object.keys(ERROR_CODES))('%s is used in src and named in a test', (code) => {
    expect([sources.includes(`'${code}'`), tests.includes(code)]).toEqual([true, true]);
  });
});

it('says where a problem is with what is known', () => {
  expect(formatPlace({ file: 'media.yaml', line: 3, column: 5, field: 'label' })).toBe('media.yaml:3:5, label');
  expect(formatPlace({ path: 'sources/install.wim', offset: 12 })).toBe('sources/install.wim, byte 12');
  expect(formatPlace(undefined)).toBe('');
});

it('puts the hint on a line of its own', () => {
  const finding = { code: 'USAGE', message: 'It is wrong', where: { file: 'x' }, hint: 'Do better' } as const;
  expect(formatFinding(finding)).toBe('x: It is wrong\n    Do better');
});

it('throws all findings at once when one is an error, and nothing for warnings alone', () => {
  const warning = { code: 'SECRET_READABLE', message: 'w', severity: 'warning' } as const;
  expect(() => throwFindings([warning])).not.toThrow();
  const findings = [warning, { code: 'MEDIA_NAME', message: 'a' }, { code: 'USAGE', message: 'b' }] as const;
  try {
    throwFindings(findings);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InplaceError);
    expect((error as InplaceError).message).toBe('w\na\nb');
    expect([(error as InplaceError).code, (error as InplaceError).kind]).toEqual(['MEDIA_NAME', 'definition']);
  }
});
