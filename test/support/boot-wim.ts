import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runOk } from './tools.js';

/**
 * A boot.wim, made by wimlib with LZX as Microsoft's are, whose two images hold the given files; the second boots.
 * @param wim the file to write; one that is there is replaced
 * @param files by path in the images
 */
export async function makeBootWim(wim: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  const tree = `${wim}.tree`;
  for (const [path, bytes] of Object.entries({ 'Windows/System32/demo.txt': 'demo', ...files })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), bytes);
  }
  const made = `${wim}.made`;
  const properties = ['WINDOWS/ARCH=9', 'WINDOWS/EDITIONID=WindowsPE', 'WINDOWS/INSTALLATIONTYPE=WindowsPE'];
  const common = properties.map((property) => `--image-property=${property}`);
  await runOk('wimlib-imagex', ['capture', tree, made, 'PE', '--compress=LZX', ...common]);
  await runOk('wimlib-imagex', ['append', tree, made, 'Setup', '--boot', ...common]);
  await runOk('mv', ['-f', made, wim]);
}
