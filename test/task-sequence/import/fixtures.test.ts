/** Whole exports that look like real ones. The golden files were read line by line; a change in them is a change for people. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importPage } from '../../../src/cli/import-page.js';
import { formatFinding } from '../../../src/errors.js';
import { assumedMedia } from '../../../src/task-sequence/assumed-media.js';
import { importExport } from '../../../src/task-sequence/import/import-export.js';
import { renderMediaYaml } from '../../../src/task-sequence/import/media-yaml.js';
import { compileDocument, loadTaskSequence } from '../../../src/task-sequence/load.js';
import { renderSequenceYaml } from '../../../src/task-sequence/write-yaml.js';
import { parseYamlDocument, readYamlDocument } from '../../../src/yaml/yaml-document.js';
import { FIXTURE_NAMES, fixture } from '../../support/import.js';
import { temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();

/** Every password, hidden value and product key that the fixtures hold. */
const SECRETS = [
  ...['Sommer2024!', 'Winter&2023', 'Winter&amp;2023', 'Herbst-2022', 'Geheim.4711', 'tok-5f0c-88', 'Schlüssel99'],
  ...['VK7JG-NPHTM-C97JM-9MPGT-3V66T', 'W269N-WFGWX-YVC9B-4J6C9-T83GX'],
];

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each(FIXTURE_NAMES)('%s', (name) => {
  const base = name.replace(/\.\w+$/, '');
  const imported = async () => importExport(await fixture(name), name, `${base}.yaml`);

  it('becomes this YAML, these scripts and this page', async () => {
    const { files, ...found } = await imported();
    const mediaYaml = renderMediaYaml({ files, ...found });
    const page = importPage({ ...found, mediaYaml, output: `${base}.yaml`, written: [...files.keys()] });
    await expect(`${page}\n`).toMatchFileSnapshot(`golden/${base}.txt`);
    for (const [path, text] of files) await expect(text).toMatchFileSnapshot(`golden/${path}`);
  });

  it('holds no password, hidden value or product key any more, not even packed', async () => {
    const bytes = Buffer.from(await fixture(name));
    const result = await imported();
    const everything = JSON.stringify({ ...result, files: [...result.files] });
    const utf16 = (secret: string) => Buffer.from(secret, 'utf16le').toString('base64').slice(4, -4);
    const left = SECRETS.filter((secret) => everything.includes(secret) || everything.includes(utf16(secret)));
    expect(left).toEqual([]);
    // the test can fail: the export does hold some
    const text = bytes.toString(name.includes('bare-metal') && name.startsWith('conf') ? 'utf16le' : 'latin1');
    if (!['mdt-client-upgrade.xml', 'configmgr-2007.xml', 'export.zip'].includes(name)) {
      expect(
        SECRETS.some((secret) => text.includes(Buffer.from(secret).toString('utf8')) || text.includes(secret)),
      ).toBe(true);
    }
  });

  it('loads without an error, and YAML → model → YAML loses nothing', async () => {
    const { files } = await imported();
    for (const [path, text] of files) {
      const file = join(folder, base, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    for (const path of [...files.keys()].filter((own) => own.endsWith('.yaml'))) {
      const file = join(folder, base, path);
      const media = await assumedMedia(file);
      const first = compileDocument(await readYamlDocument(file, 'SEQUENCE_INVALID'), media, {});
      expect(first.findings.map(formatFinding)).toEqual([]);
      const written = renderSequenceYaml(first.sequence!.yaml);
      const again = compileDocument(parseYamlDocument(written, file, 'SEQUENCE_INVALID'), media, {});
      expect(plain(again.sequence!.yaml)).toEqual(plain(first.sequence!.yaml));
    }
  });

  it('is refused by nothing but the lint', async () => {
    const { files } = await imported();
    const file = join(folder, base, `${base}.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    for (const [path, text] of files) if (path.endsWith('.yaml')) writeFileSync(join(folder, base, path), text);
    const { findings } = await loadTaskSequence(file, await assumedMedia(file), {});
    const LINT = ['SEQUENCE_REFUSED', 'SEQUENCE_ADVICE'];
    expect(findings.filter(({ code }) => !LINT.includes(code)).map(formatFinding)).toEqual([]);
    // every step that was left for review is refused, once or by several rules
    const reviews = [...files].flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => (/^ *(?:- )?review:$/.test(line) ? [`${path}:${index + 1}`] : [])),
    );
    const refused = findings.filter(({ code }) => code === 'SEQUENCE_REFUSED');
    const places = refused.map(({ where }) => `${basename(where?.file ?? '')}:${where?.line}`);
    expect(reviews.filter((place) => !places.includes(place))).toEqual([]);
  });

  it('becomes the same twice', async () => {
    const [one, two] = [await imported(), await imported()];
    expect([...one.files]).toEqual([...two.files]);
  });
});
