import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAX_YAML_BYTES, parseYamlDocument, readYamlDocument } from '../../src/yaml/yaml-document.js';
import { lines, shown } from '../definition/project.js';
import { temporaryFolder } from '../support/tools.js';

const parse = (text: string) => parseYamlDocument(text, '/m/media.yaml', 'DEFINITION_INVALID');

describe('positions', () => {
  const document = parse(
    [
      'name: a',
      'upgradePackage:',
      '  source: w.iso',
      'packages:',
      '  - id: A',
      '    source: x',
      '  - { id: "B" }',
    ].join('\n'),
  );

  it.each([
    [['name'], 1, 7, 'name'],
    [['upgradePackage'], 3, 3, 'upgradePackage'],
    [['upgradePackage', 'source'], 3, 11, 'upgradePackage.source'],
    [['packages', 0], 5, 5, 'packages[0]'],
    [['packages', 0, 'source'], 6, 13, 'packages[0].source'],
    [['packages', 1, 'id'], 7, 11, 'packages[1].id'],
  ])('the value at %j begins at %d:%d', (path, line, column, field) => {
    expect(document.place(path)).toEqual({ file: '/m/media.yaml', line, column, field });
  });

  it.each([
    [['name'], 1, 1],
    [['upgradePackage', 'source'], 3, 3],
    [['packages', 1, 'id'], 7, 7],
    [['packages', 1], 7, 5],
  ])('the key at %j begins at %d:%d', (path, line, column) => {
    expect(document.keyPlace(path)).toMatchObject({ line, column });
  });

  it('what is missing is reported at the key of its parent, or at the item of the list', () => {
    expect(document.place(['upgradePackage', 'sha256'])).toMatchObject({ line: 2, column: 1 });
    expect(document.place(['packages', 1, 'kind'])).toMatchObject({ line: 7, column: 5 });
    expect(document.place(['label'])).toMatchObject({ line: 1, column: 1, field: 'label' });
  });

  it('are the same with a byte order mark and with CRLF', () => {
    const windows = parse('\ufeffname: a\r\nlabel:\r\n  - b\r\n');
    expect(windows.value).toEqual({ name: 'a', label: ['b'] });
    expect(windows.place(['name'])).toMatchObject({ line: 1, column: 7 });
    expect(windows.place(['label', 0])).toMatchObject({ line: 3, column: 5 });
  });

  it('fields with odd names stand in quotes', () => {
    expect(parse('variables: { "a b": 1 }').place(['variables', 'a b']).field).toBe('variables["a b"]');
  });

  it('numbers and truth values keep how they were written', () => {
    const scalars = parse('a: 0012\nb: 1.10\nc: True\nd: text\ne: 0x1F\nf: ~');
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => scalars.sourceAt([key]))).toEqual([
      '0012',
      '1.10',
      'True',
      undefined,
      '0x1F',
      '~',
    ]);
  });
});

describe('broken YAML is explained in our words, with line and column', () => {
  it.each([
    ['a tab', 'name: a\nupgradePackage:\n\tsource: x', '3:1'],
    ['a wrong indentation', 'packages:\n   - a\n  - b', '3:1'],
    ['an open quote', 'name: "a\nlabel: b', '2:9'],
    ['an open bracket', 'packages: [a, b', '1:16'],
    ['a missing space after the colon', 'name:a\nlabel: b', '1:1'],
    ['two values on a line', 'name: a: b', '1:7'],
    ['a reserved character', 'name: @home', '1:7'],
    ['a Windows path in double quotes', 'name: "C:\\Users"', '1:10'],
    ['an unknown tag', 'name: !secret x', '1:7'],
    ['a second document', 'name: a\n---\nname: b', '2:1'],
    ['another version of YAML', '%YAML 1.1\n---\nname: yes', '1:1'],
    ['a key that is a list', '? [a]\n: b', '1:3'],
    ['an alias without an anchor', 'name: *star', '1:7'],
    ['a key that is there twice', 'name: a\nlabel: b\nname: c', '3:1'],
    ['a key that would change the prototype', 'name: a\n__proto__: { autorun: true }', '2:1'],
  ])('%s', (_, text, place) => {
    const [finding] = parse(text).findings;
    expect(finding?.code).toBe('DEFINITION_INVALID');
    expect(`${finding?.where?.line}:${finding?.where?.column}`).toBe(place);
  });

  it('says which line has the first of two equal keys, and keeps that one', () => {
    const document = parse('name: a\nname: b');
    expect(document.value).toEqual({ name: 'a' });
    expect(lines(document.findings)).toEqual([
      '2:1 - DEFINITION_INVALID The key "name" is there twice, first on line 1 | Keep one of the two',
    ]);
  });

  it('never repeats the text, which may hold a secret', () => {
    for (const text of [
      'a: "hunter2',
      'a: hunter2: b',
      'a: [hunter2',
      '"hunter2" "b": c',
      '- hunter2\nb: hunter2 : c',
    ]) {
      const { findings } = parse(text);
      expect(findings).not.toEqual([]);
      expect(shown(findings)).not.toContain('hunter2');
    }
  });

  it('lists the first problems one by one and counts the others', () => {
    const { findings } = parse('a: @\n'.repeat(1000).replace(/a/g, () => `a${Math.random()}`));
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)?.message).toMatch(/\(and 979 more\)$/);
  });
});

describe('aliases', () => {
  it('stand for the value of their anchor, whose place is reported', () => {
    const document = parse('a: &x { source: s }\nb: *x');
    expect(document.value).toEqual({ a: { source: 's' }, b: { source: 's' } });
    expect(document.place(['b', 'source'])).toMatchObject({ line: 1, column: 17 });
    expect(document.keyPlace(['b'])).toMatchObject({ line: 2, column: 1 });
  });

  it('cannot unfold to billions of values', () => {
    const laughs = Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
    const { findings } = parse(`a0: &a0 [lol]\n${laughs.join('\n')}`);
    expect(lines(findings)).toEqual([
      expect.stringMatching(/^\d+:\d+ - DEFINITION_INVALID The document holds more than 100000 values$/),
    ]);
  });

  it('cannot stand inside the value they name', () => {
    expect(lines(parse('a: &x [*x]').findings)).toEqual([
      '1:8 - DEFINITION_INVALID The alias "*x" stands inside the value it names | Put a value that begins with * into quotes',
    ]);
  });
});

describe('hostile texts are refused in bounded time', () => {
  it.each([
    ['[', '['.repeat(150_000)],
    ['{', '{'.repeat(150_000)],
    ['- ', '- '.repeat(150_000)],
    ['? ', '? '.repeat(150_000)],
    ['nested blocks', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ])('%s nested without end', (_, text) => {
    expect(shown(parse(text).findings)).toMatch(/nested more than 64 levels/);
  });

  it('100,000 keys, of which each is there twice', () => {
    const keys = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1\n`).join('');
    expect(parse(keys).findings).toEqual([]);
    expect(parse(keys + keys).findings).toHaveLength(21);
  });

  it('64 levels are no problem', () => {
    expect(parse(`${'['.repeat(64)}${']'.repeat(64)}`).findings).toEqual([]);
  });

  it('mappings have no prototype to reach', () => {
    const { value } = parse('constructor: { prototype: { polluted: true } }\ntoString: x');
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('reading a file', () => {
  const folder = temporaryFolder();
  const read = async (name: string, content?: string | Uint8Array) => {
    const file = join(folder, name);
    if (content !== undefined) await writeFile(file, content);
    return readYamlDocument(file, 'DEFINITION_INVALID');
  };
  const reason = async (name: string, content?: string | Uint8Array) => {
    const { value, findings } = await read(name, content);
    expect(value).toBeUndefined();
    expect(findings.map(({ code }) => code)).toEqual(['DEFINITION_UNREADABLE']);
    return findings[0]!;
  };

  it('a file that is not there is said to be missing', async () => {
    expect((await reason('missing.yaml')).message).toBe('No such file');
  });

  it('a folder is refused', async () => {
    await mkdir(join(folder, 'sub'));
    expect((await reason('sub')).message).toMatch(/is a folder/);
  });

  it('a file above the limit is refused, one at the limit is read', async () => {
    const fill = (size: number) => `name: a${'#'.repeat(size - 7)}`;
    expect((await reason('large.yaml', fill(MAX_YAML_BYTES + 1))).message).toMatch(/larger than 1048576 bytes/);
    expect((await read('limit.yaml', fill(MAX_YAML_BYTES))).findings).toEqual([]);
  });

  it('an endless device is refused', async () => {
    const { findings } = await readYamlDocument('/dev/zero', 'DEFINITION_INVALID');
    expect(shown(findings)).toMatch(/larger than/);
  });

  it('bytes that are no UTF-8 are refused with their place', async () => {
    const finding = await reason('latin1.yaml', Buffer.from('name: a\nlabel: Gr\u00f6\u00dfe\n', 'latin1'));
    expect(finding.where).toMatchObject({ line: 2, column: 10 });
    expect(finding.hint).toMatch(/UTF-8/);
  });

  it('UTF-16 with a byte order mark is read, as Notepad writes it', async () => {
    const { value } = await read('utf16.yaml', Buffer.from('\ufeffname: Größe\r\n', 'utf16le'));
    expect(value).toEqual({ name: 'Größe' });
  });
});
