/** Records have a size: what is collected of logs ends at 128 MB, and a secret that the cut runs through stays one. */
import { expect, it } from 'vitest';
import { collectFiles } from '../../src/target/collect-files.js';
import type { Machine } from '../../src/target/machine.js';
import { VariableStore } from '../../src/target/variables.js';
import { onMachine } from './simulated/models.js';

const MB = 2 ** 20;
const SECRET = 'ABCDE-12345-FGHIJ-67890';
const withSecret = new VariableStore(
  { variables: [{ name: 'Key', value: SECRET, secret: true }], formerSecrets: [] },
  () => '',
);
const withoutSecret = new VariableStore({ variables: [], formerSecrets: [] }, () => '');

/** Logs that are copied whole. */
function logs(machine: Machine, count: number, text: string): string[] {
  const paths: string[] = [];
  machine.files.createFolder('C:\\logs');
  for (let index = 0; index < count; index++) {
    paths.push(`C:\\logs\\${String(index).padStart(2, '0')}.log`);
    machine.files.writeText(paths[index]!, text);
  }
  return paths;
}

const sizes = ({ files }: Machine, folder: string): number[] =>
  files.list(folder).map((name) => files.stat(`${folder}\\${name}`)!.size);

it('a collection takes 128 MB of logs and names each that it leaves, whole files as well as ends of long ones', () => {
  onMachine((machine) => {
    const small = logs(machine, 1, 'small');
    const large = logs(machine, 18, 'x'.repeat(8 * MB)).slice(1);
    machine.files.writeText(small[0]!, 'small');
    const { files, problems } = collectFiles(machine, withoutSecret, 'C:\\out', [...large, ...small]);
    // 16 of 8 MB fill it to the byte; the small one finds no room any more
    expect(files).toBe(16);
    expect(sizes(machine, 'C:\\out\\Included').reduce((sum, size) => sum + size, 0)).toBe(128 * MB);
    expect(problems).toEqual([
      '"C:\\logs\\17.log" was not collected: the logs are larger than 128 MB',
      '"C:\\logs\\00.log" was not collected: the logs are larger than 128 MB',
    ]);
  });
});

it.each([0, 1, 5, SECRET.length - 4])(
  'a secret of which the cut takes %i characters is masked in what is left',
  (cut) => {
    onMachine((machine) => {
      const [path] = logs(machine, 1, 'x'.repeat(7 * MB) + SECRET + 'y'.repeat(2 * MB - SECRET.length + cut));
      collectFiles(machine, withSecret, 'C:\\out', [path!]);
      const text = machine.files.readText('C:\\out\\Included\\00.log');
      expect(text.startsWith('***y')).toBe(true);
      expect(text.length).toBe(2 * MB - SECRET.length + cut + 3);
    });
  },
);

it('the end of a text without a secret at its beginning is masked like any other', () => {
  expect(withSecret.maskEnd(`DE-1 x ${SECRET}`)).toBe('DE-1 x ***');
  expect(withSecret.maskEnd('890 of them')).toBe('890 of them');
  expect(withSecret.maskEnd('7890 of them')).toBe('*** of them');
  expect(withSecret.maskEnd('ghij-67890')).toBe('***');
  expect(withoutSecret.maskEnd('67890')).toBe('67890');
});
