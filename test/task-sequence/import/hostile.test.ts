/** What no export should hold: it ends with a clear error in bounded time, or is told; nothing is fetched or expanded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InplaceError } from '../../../src/errors.js';
import { decodeXml } from '../../../src/task-sequence/import/decode.js';
import { importExport } from '../../../src/task-sequence/import/import-export.js';
import { compileDocument } from '../../../src/task-sequence/load.js';
import { parseYamlDocument } from '../../../src/yaml/yaml-document.js';
import { FIXTURE_NAMES, fixture, importSteps, importText, zipOf } from '../../support/import.js';
import { long } from '../../support/tools.js';

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InplaceError)) throw error ?? new Error('nothing was refused');
  const { code, message, where } = error.findings[0]!;
  return `${code} ${where?.file ?? ''}:${where?.line ?? ''}: ${message}`;
}

describe('XML that is hostile or broken', () => {
  const laughs = `<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sequence>&b;</sequence>`;
  it.each([
    ['billion laughs', laughs, /^SOURCE_UNSUPPORTED s.xml:1: .*\(DTD\)/],
    ['an external entity', '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><sequence>&x;</sequence>', /\(DTD\)/],
    ['an external DTD', '<!DOCTYPE s SYSTEM "http://x/s.dtd"><sequence/>', /\(DTD\)/],
    ['an entity that nobody declared', '<sequence><group name="&x;"/></sequence>', /^SOURCE_CORRUPT s.xml:1: /],
    ['an element that does not end', '<sequence>\n<group>\n</sequence>', /^SOURCE_CORRUPT s.xml:3: /],
    ['an attribute given twice', '<sequence><step name="a" name="b"/></sequence>', /^SOURCE_CORRUPT/],
    ['a control character', '<sequence><step name="a\u0001"/></sequence>', /^SOURCE_CORRUPT/],
    ['elements deeper than any export', `<sequence>${'<group>'.repeat(200)}`, /nested more than 100 deep/],
    [
      'groups deeper than YAML',
      `<sequence version="3.10">${'<group name="g">'.repeat(40)}${'</group>'.repeat(40)}</sequence>`,
      /^SOURCE_UNSUPPORTED s.xml:1: The sequence nests groups/,
    ],
    ['more elements than any export', `<sequence>${'<a/>'.repeat(200_001)}</sequence>`, /more than 200000 elements/],
    [
      'more steps than a sequence may have',
      `<sequence version="3.10">${'<step/>'.repeat(10_001)}</sequence>`,
      /more than 10000 steps/,
    ],
    [
      'more YAML than is read',
      `<sequence version="3.10">${`<note>${'x'.repeat(7000)}</note>`.repeat(200)}</sequence>`,
      /larger than the 1048576 bytes/,
    ],
    [
      'more secrets than any export',
      `<sequence>${Array.from({ length: 600 }, (_, index) => `<variable name="Password">pass${index}</variable>`).join('')}</sequence>`,
      /more than 500 passwords/,
    ],
    ['no XML', 'steps: []', /^SOURCE_CORRUPT s.xml:1: /],
    ['nothing', '', /^SOURCE_CORRUPT/],
    ['XML of something else', '<html><body/></html>', /holds no task sequence/],
  ])('%s', async (_, text, words) => {
    const started = performance.now();
    expect(await refusal(importText(text))).toMatch(words);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('gives the prototype of no object anything', async () => {
    const { yaml } = await importSteps(
      '<step __proto__="x" constructor="y" type="__proto__"><defaultVarList><variable name="__proto__" property="constructor">x</variable></defaultVarList></step>' +
        '<step type="constructor"/><step type="SMS_TaskSequence_hasOwnPropertyAction"/>',
    );
    expect(yaml.match(/- (?:name: .*\n {4})?review:/g)).toHaveLength(3);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('that is large and whole is read in seconds', async () => {
    const step =
      '<step type="SMS_TaskSequence_RunCommandLineAction" name="n"><defaultVarList><variable name="CommandLine">a.exe</variable><variable name="UserPassword">secret77</variable></defaultVarList></step>';
    const started = performance.now();
    const { sequences } = await importSteps(step.repeat(5000));
    expect(sequences[0]!.counts.understood + sequences[0]!.counts.changed).toBe(5000);
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});

describe('encodings', () => {
  const text = '<?xml version="1.0"?>\n<a b="Grüße"/>';
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['two marks, as editors leave them', Buffer.from(`\ufeff\ufeff${text}`)],
    ['UTF-16LE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16LE without one', Buffer.from(text, 'utf16le')],
    ['UTF-16BE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['white space before the declaration', Buffer.from(`\r\n  ${text}`)],
  ])('%s', (_, bytes) => {
    expect(decodeXml(bytes, 'f')).toBe(text);
  });

  it('UTF-8 that is declared as UTF-16, as PowerShell writes it', () => {
    const declared = '<?xml version="1.0" encoding="utf-16"?><a b="ü"/>';
    expect(decodeXml(Buffer.from(declared), 'f')).toBe(declared);
  });

  it('Windows-1252 only where it is declared', async () => {
    const declared = (name: string) => Buffer.from(`<?xml version="1.0" encoding="${name}"?><a b="\xfc"/>`, 'latin1');
    expect(decodeXml(declared('windows-1252'), 'f')).toContain('ü');
    expect(await refusal(Promise.resolve().then(() => decodeXml(declared('utf-8'), 'f')))).toMatch(/not UTF-8/);
  });
});

describe('a zip that is hostile or broken', () => {
  const sequence = '<sequence version="3.10"><step name="n"><action>a.exe</action></step></sequence>';

  it('whose names lead out of it writes nothing there', async () => {
    const evil = Buffer.from(await zipOf({ 'xx/xx/object.xml': sequence }));
    const bytes = Buffer.from(evil.toString('latin1').replaceAll('xx/xx/object.xml', '../../object.xml'), 'latin1');
    expect(await refusal(importExport(bytes, 'e.zip', 'e.yaml'))).toMatch(
      /^SOURCE_CORRUPT e.zip:.*invalid relative path/,
    );
  });

  it('that unpacks to more than is read is refused before it is unpacked', async () => {
    const bomb = await zipOf({ 'a/object.xml': Buffer.alloc(40 * 2 ** 20, ' ') });
    expect(bomb.length).toBeLessThan(500_000);
    expect(await refusal(importExport(bomb, 'e.zip', 'e.yaml'))).toMatch(/too large/);
  });

  it('that says less than it unpacks to is found out', async () => {
    const bytes = Buffer.from(await zipOf({ 'a/object.xml': Buffer.alloc(40 * 2 ** 20, ' ') }));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(40 * 2 ** 20);
    for (let at = bytes.indexOf(size); at !== -1; at = bytes.indexOf(size, at + 4)) bytes.writeUInt32LE(1000, at);
    expect(await refusal(importExport(bytes, 'e.zip', 'e.yaml'))).toMatch(/^SOURCE_CORRUPT e.zip:/);
  });

  it.each([
    ['empty', Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1'), /holds no task sequence/],
    ['cut', Buffer.from('PK\x03\x04rest'), /^SOURCE_CORRUPT/],
  ])('that is %s', async (_, bytes, words) => {
    expect(await refusal(importExport(bytes, 'e.zip', 'e.yaml'))).toMatch(words);
  });

  it('names the entry whose XML is broken', async () => {
    const bytes = await zipOf({ 'SMS_TaskSequencePackage/A/object.xml': '<a>\n<b></a>' });
    expect(await refusal(importExport(bytes, 'e.zip', 'e.yaml'))).toMatch(
      /e\.zip, SMS_TaskSequencePackage\/A\/object\.xml:2: /,
    );
  });

  it('with two sequences of one name gives each a file', async () => {
    const bytes = await zipOf({ 'a/ts.xml': sequence, 'b/ts.xml': sequence, 'c/ts.xml': sequence });
    const { sequences } = await importExport(bytes, 'e.zip', 'e.yaml');
    expect(sequences.map(({ file }) => file)).toEqual(['e.yaml', 'e-sequence.yaml', 'e-sequence-2.yaml']);
  });
});

/** Runs an import that may fail only in the way that is meant; what comes out loads. */
async function survive(bytes: Uint8Array): Promise<void> {
  try {
    const { files } = await importExport(bytes, 'f', 'f.yaml');
    for (const [path, text] of files) {
      expect(path).not.toMatch(/\.\.[\\/]|^[\\/]|\0/);
      if (!path.endsWith('.yaml')) continue;
      const media = { packages: [], variables: [] };
      const { findings } = compileDocument(parseYamlDocument(text, path, 'SEQUENCE_INVALID'), media, {});
      const own = findings.filter(
        ({ message }) => !/^No (?:package|variable) |is defined|several driver packages/.test(message),
      );
      expect(own).toEqual([]);
    }
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    expect(error.message).not.toMatch(/undefined|\[object/);
  }
}

describe('fuzzed exports', () => {
  const pieces = [
    ...[
      '<group name="g">',
      '</group>',
      '<step>',
      '</step>',
      '<condition>',
      '</condition>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
    ],
    ...['&amp;', '&#0;', '&#x1F600;', '&lt;', '"', "'", '>', '<', '\0', '\ufffe', '%', '%A%', '***', ' disable="true"'],
    ...[
      '<variable name="CommandLine">',
      '</variable>',
      '<operator type="not">',
      '</operator>',
      'x'.repeat(9000),
      '\r\n',
      ': ',
      '- ',
    ],
  ];

  it('end with YAML that loads, or with a clear error', async () => {
    for (const name of FIXTURE_NAMES) {
      const whole = Buffer.from(await fixture(name));
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(whole.length), fc.nat(40), fc.constantFrom('', ...pieces)), {
            minLength: 1,
            maxLength: 4,
          }),
          async (changes) => {
            let bytes = whole;
            for (const [at, length, piece] of changes) {
              bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(piece), bytes.subarray(at + length)]);
            }
            await survive(bytes);
          },
        ),
        { numRuns: long ? 3000 : 60 },
      );
    }
  });

  it('made of any values in the right places do too', async () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .map((value) =>
        value.replace(/[^\u0020-\ud7ff\ue000-\ufffd]/g, '').replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`),
      );
    const types = [
      'RunCommandLine',
      'RunPowerShellScript',
      'SetVariable',
      'Reboot',
      'UpgradeOperatingSystem',
      'PrestartCheck',
    ];
    const more = [
      'InstallApplication',
      'InstallSoftware',
      'DisableBitLocker',
      'SetDynamicVariables',
      'SubTasksequence',
    ];
    const names = ['CommandLine', 'PackageID', 'OutputVariableName', 'WorkingDirectory', 'ScriptName', 'SourceScript'];
    const others = [
      'VariableName',
      'VariableValue',
      'Message',
      'MessageTimeout',
      'StagedContent',
      'OsProductKey',
      'Rules',
    ];
    const rest = [
      'ApplicationName',
      'ProgramName',
      'RebootCount',
      'CheckMemory',
      'Memory',
      'Parameters',
      'SetupTimeout',
    ];
    const step = fc
      .record({
        type: fc.constantFrom(...types, ...more),
        list: fc.array(fc.tuple(fc.constantFrom(...names, ...others, ...rest), text), { maxLength: 8 }),
        name: text,
        codes: text,
        timeout: fc.oneof(text, fc.constantFrom('0', '60', '1000000', '-1')),
      })
      .map(({ type, list, name, codes, timeout }) => {
        const variables = list.map(([own, value]) => `<variable name="${own}">${value}</variable>`).join('');
        const attributes = `type="SMS_TaskSequence_${type}Action" name="${name}" successCodeList="${codes}" timeout="${timeout}"`;
        return `<step ${attributes}><defaultVarList>${variables}</defaultVarList></step>`;
      });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) =>
        survive(Buffer.from(`<sequence version="3.10">${steps.join('')}</sequence>`)),
      ),
      { numRuns: long ? 20_000 : 400 },
    );
  });
});
