/** Exports of ConfigMgr and MDT, and what is made of them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ZipArchive } from 'archiver';
import { type ImportedExport, importExport } from '../../src/task-sequence/import/import-export.js';
import type { StepYaml } from '../../src/task-sequence/schema.js';

const FIXTURES = fileURLToPath(new URL('../task-sequence/import/fixtures/', import.meta.url));

/** Exports that look like real ones, by name. `export.zip` is zipped from its parts. */
export const FIXTURE_NAMES = [
  'configmgr-upgrade.xml',
  'configmgr-bare-metal.xml',
  'configmgr-2007.xml',
  'messy.xml',
  'mdt-client-upgrade.xml',
  'mdt-bare-metal.xml',
  'export.zip',
] as const;

/** Bytes of an export. */
export async function fixture(name: (typeof FIXTURE_NAMES)[number]): Promise<Uint8Array> {
  if (name !== 'export.zip') return readFileSync(`${FIXTURES}${name}`);
  const part = (file: string): Uint8Array => readFileSync(`${FIXTURES}export/${file}`);
  return zipOf({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': '<Relationships/>',
    'Manifest.xml': '<LibraryDocument><EntryObjects/></LibraryDocument>',
    'SMS_TaskSequencePackage/CON000A1/object.xml': part('child.xml'),
    'SMS_TaskSequencePackage/CON000B7/object.xml': part('parent.xml'),
    'SMS_TaskSequencePackage/CON000B7/ReferencesInfo.xml': '<ArrayOfString/>',
  });
}

/** A zip of these files. */
export async function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const zip = new ZipArchive();
  const pieces: Buffer[] = [];
  zip.on('data', (piece: Buffer) => pieces.push(piece));
  for (const [name, content] of Object.entries(files)) zip.append(Buffer.from(content), { name });
  await zip.finalize();
  return Buffer.concat(pieces);
}

/** Imports a text as the file `s.xml` into `s.yaml`. */
export function importText(text: string): Promise<ImportedExport> {
  return importExport(Buffer.from(text), 's.xml', 's.yaml');
}

/** What becomes of the inside of a sequence: its steps, from the YAML's own model, and what was said of them. */
export async function importSteps(inside: string, version = '3.10'): Promise<ImportedExport & { yaml: string }> {
  const result = await importText(`<sequence version="${version}">${inside}</sequence>`);
  return { ...result, yaml: result.files.get('s.yaml')! };
}

/** A step of ConfigMgr with its variables. */
export function stepXml(type: string, variables: Readonly<Record<string, string>>, more = ''): string {
  const list = Object.entries(variables).map(
    ([name, value]) => `<variable name="${name}">${escapeXml(value)}</variable>`,
  );
  const attributes = `type="SMS_TaskSequence_${type}" name="A step" ${more}`;
  return `<step ${attributes}><defaultVarList>${list.join('')}</defaultVarList></step>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Base64 of a script as ConfigMgr keeps it. */
export function packedScript(text: string): string {
  return Buffer.from(`\ufeff${text}`, 'utf16le').toString('base64');
}

/** A step without its name. */
export function unnamed({ name: _, ...step }: StepYaml): StepYaml {
  return step;
}
