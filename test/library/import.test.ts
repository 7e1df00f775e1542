/** Where an import is written, and what it never overwrites. */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../src/definition/load.js';
import { formatFinding, InplaceError } from '../../src/errors.js';
import { importSequence } from '../../src/library/import.js';
import { packedScript, stepXml } from '../support/import.js';
import { temporaryFolder } from '../support/tools.js';

const root = temporaryFolder();
let count = 0;

const SCRIPT = stepXml('RunPowerShellScriptAction', {
  SourceScript: packedScript('exit 0'),
  ExecutionPolicy: 'Bypass',
});

/** A folder with an export in it. */
function folder(inside = '<step name="n"><action>a.exe</action></step>') {
  const path = join(root, String(++count));
  mkdirSync(path);
  const input = join(path, 'seq.xml');
  writeFileSync(input, `<sequence version="3.10">${inside}</sequence>`);
  return { path, input, at: (name: string) => join(path, name), names: () => readdirSync(path).sort() };
}

async function codes(work: Promise<unknown>): Promise<readonly string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof InplaceError)) throw error ?? new Error('nothing was refused');
  return error.findings.map(({ code }) => code);
}

describe('an import', () => {
  it('is written beside the input, scripts in a folder of their own', async () => {
    const { input, at, names } = folder(SCRIPT);
    const result = await importSequence(input);
    expect(result.output).toBe(at('seq.yaml'));
    expect(result.written).toEqual([at('seq-scripts/A-step.ps1'), at('seq.yaml')]);
    expect(names()).toEqual(['seq-scripts', 'seq.xml', 'seq.yaml']);
  });

  it('is written where it is told', async () => {
    const { input, at } = folder(SCRIPT);
    mkdirSync(at('out'));
    await importSequence(input, { output: at('out/up.yml') });
    expect(readdirSync(at('out')).sort()).toEqual(['up-scripts', 'up.yml']);
  });

  it('says what media.yaml must have, in YAML that a definition takes', async () => {
    const { input, at } = folder(
      SCRIPT + stepXml('UpgradeOperatingSystemAction', { OsProductKey: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE' }),
    );
    const { mediaYaml } = await importSequence(input);
    mkdirSync(at('windows'));
    writeFileSync(at('media.yaml'), `name: X\nupgradePackage: { source: windows }\n${mediaYaml}`);
    const environment = { PRODUCT_KEY: 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE' };
    const { findings } = await loadDefinition(at('media.yaml'), { environment });
    const LINT = ['SEQUENCE_REFUSED', 'SEQUENCE_ADVICE'];
    const own = findings.filter(({ severity, code }) => severity !== 'warning' && !LINT.includes(code));
    expect(own.map(formatFinding)).toEqual([]);
  });

  it('overwrites nothing, and says every file that is in the way', async () => {
    const { input, at } = folder(SCRIPT);
    mkdirSync(at('seq-scripts'));
    writeFileSync(at('seq.yaml'), 'mine');
    writeFileSync(at('seq-scripts/A-step.ps1'), 'mine too');
    expect(await codes(importSequence(input))).toEqual(['OUTPUT_REFUSED', 'OUTPUT_REFUSED']);
    expect(readFileSync(at('seq.yaml'), 'utf8')).toBe('mine');
    await importSequence(input, { overwrite: true });
    expect(readFileSync(at('seq.yaml'), 'utf8')).toContain('runPowerShell');
    expect(readFileSync(at('seq-scripts/A-step.ps1'), 'utf8')).toBe('exit 0');
  });

  it('never overwrites its input, whatever it is called', async () => {
    const { input, at } = folder();
    const text = readFileSync(input, 'utf8');
    symlinkSync(input, at('link.yaml'));
    linkSync(input, at('hard.yaml'));
    writeFileSync(at('self.yaml'), text);
    expect(await codes(importSequence(input, { output: at('link.yaml'), overwrite: true }))).toEqual([
      'OUTPUT_REFUSED',
    ]);
    expect(await codes(importSequence(input, { output: at('hard.yaml'), overwrite: true }))).toEqual([
      'OUTPUT_REFUSED',
    ]);
    expect(await codes(importSequence(at('self.yaml'), { overwrite: true }))).toEqual(['OUTPUT_REFUSED']);
    expect([readFileSync(input, 'utf8'), readFileSync(at('self.yaml'), 'utf8')]).toEqual([text, text]);
  });

  it.each([['-'], ['out.xml'], ['folder/'], ['out']])('is not named %s', async (output) => {
    expect(await codes(importSequence(folder().input, { output }))).toEqual(['USAGE']);
  });

  it('that cannot be written leaves nothing behind', async () => {
    const { input, at, names } = folder(SCRIPT);
    mkdirSync(at('taken.yaml'));
    expect(await codes(importSequence(input, { output: at('taken.yaml'), overwrite: true }))).toEqual([
      'OUTPUT_REFUSED',
    ]);
    expect(names()).toEqual(['seq.xml', 'taken.yaml']);
    expect(await codes(importSequence(input, { output: at('none/x.yaml') }))).toEqual(['SINK_FAILED']);
    expect(names()).toEqual(['seq.xml', 'taken.yaml']);
  });

  it('that was stopped leaves nothing behind', async () => {
    const { input, names } = folder(SCRIPT);
    expect(await codes(importSequence(input, { signal: AbortSignal.abort() }))).toEqual(['INTERRUPTED']);
    expect(names()).toEqual(['seq.xml']);
  });

  it('of what is not there, a folder or no XML is an error of the source', async () => {
    const { path, at } = folder();
    expect(await codes(importSequence(at('none.xml')))).toEqual(['SOURCE_MISSING']);
    expect(await codes(importSequence(path))).toEqual(['SOURCE_UNSUPPORTED']);
    writeFileSync(at('x.xml'), 'x');
    expect(await codes(importSequence(at('x.xml')))).toEqual(['SOURCE_CORRUPT']);
    expect(existsSync(at('x.yaml'))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'of what may not be read is an error of the source',
    async () => {
      const { input } = folder();
      chmodSync(input, 0);
      expect(await codes(importSequence(input))).toEqual(['SOURCE_UNREADABLE']);
    },
  );
});
