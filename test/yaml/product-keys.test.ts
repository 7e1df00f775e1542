import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsProductKey, maskProductKeys } from '../../src/yaml/product-keys.js';

const KEY = 'VK7JG-NPHTM-C97JM-9MPGT-3V66T';
const MASK = 'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX';

describe('what looks like a product key is masked', () => {
  it.each([
    ['as it is', KEY],
    ['in small letters', KEY.toLowerCase()],
    ['without dashes', KEY.replaceAll('-', '')],
    ['with one dash missing', KEY.replace('-', '')],
    ['with two dashes missing', KEY.replace('-', '').replace('M-9', 'M9')],
    ['with underscores', KEY.replaceAll('-', '_')],
    ['with long dashes', KEY.replaceAll('-', '\u2013')],
    ['with blanks', KEY.replaceAll('-', ' ')],
    ['with a character missing', KEY.slice(1)],
    ['with a character too many', `${KEY}9`],
    ['with a character missing and without dashes', KEY.replaceAll('-', '').slice(1)],
    ['with a group missing', KEY.slice(6)],
    ['without digits', 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE'],
  ])('%s', (_, text) => {
    expect(maskProductKeys(text)).toBe(MASK);
    for (const around of [
      `"${text}"`,
      `No such file: /home/me/${text}.txt`,
      `ProductKey:${text}`,
      `(${text}, ${text})`,
    ]) {
      expect(maskProductKeys(around)).toBe(around.replaceAll(text, MASK));
    }
    expect(maskProductKeys(`LATITUDE-${text}-x`)).not.toContain('PHTM');
    expect(holdsProductKey(text)).toBe(true);
  });

  it.each([
    'Win11_24H2_EnglishInternational_x64.iso',
    'Win11_24H2_English_x64v2.iso',
    'en-us_windows_11_business_editions_version_24h2_x64_dvd_59a1851e.iso',
    '26100.1742.240906-0331.ge_release_svc_refresh_SERVER_EVAL_x64FRE_en-us.iso',
    'ServerStorageStandardEval',
    'ServerStorageWorkgroupEval',
    'LATITUDE-5440',
    'DELL-5440-WIN11-DRIVERS-2024',
    'HP-ELITEBOOK-840-G10-W11-2024',
    'W11_24H2_FIELD_UPGRADE_2026',
    '550e8400-e29b-41d4-a716-446655440000',
    '4d2f'.repeat(16),
    'The media has several driver packages (P0, P1) among others, and Windows Setup takes one folder',
    '/tmp/inplace-test-AbC12x/project-4fGh1K/media.yaml',
  ])('%s is left alone', (text) => {
    expect(maskProductKeys(text)).toBe(text);
  });

  it('whatever stands around it, and twice is the same as once', () => {
    const letters = [...'BCDFGHJKMPQRTVWXY2346789'];
    const group = fc.array(fc.constantFrom(...letters), { minLength: 5, maxLength: 5 }).map((all) => all.join(''));
    const groups = fc.array(group, { minLength: 5, maxLength: 5 });
    const text = fc.string({ maxLength: 30 });
    fc.assert(
      fc.property(text, groups, text, (before, key, after) => {
        const masked = maskProductKeys(`${before} ${key.join('-')} ${after}`);
        expect(masked).not.toContain(key.slice(1, 4).join('-'));
        expect(maskProductKeys(masked)).toBe(masked);
      }),
    );
  });
});
