import { expect, it } from 'vitest';
import { copyLog } from '../../src/target/collect-files.js';
import { copyOneLog } from '../../src/target/copy-one-log.js';
import { VariableStore } from '../../src/target/variables.js';
import { onMachine } from './simulated/models.js';

const SECRET =
  '{ "variables": [{ "name": "ProductKey", "value": "AB12-CD34", "secret": true }, { "name": "Site", "value": "Oslo" }] }';

it('copies a log as it is, and masks the values of secret variables', () => {
  onMachine((machine) => {
    const { files } = machine;
    files.writeText('C:\\v.json', SECRET);
    files.writeText('C:\\a.log', 'key AB12-CD34 in Oslo');
    expect(copyOneLog(machine, ['C:\\a.log', 'C:\\plain.log'])).toBe(0);
    expect(copyOneLog(machine, ['C:\\a.log', 'C:\\masked.log', 'C:\\v.json'])).toBe(0);
    expect(files.readText('C:\\plain.log')).toBe('key AB12-CD34 in Oslo');
    expect(files.readText('C:\\masked.log')).toBe('key *** in Oslo');
  });
});

it('copies the end of a long one, masked too; without both paths nothing', () => {
  onMachine((machine) => {
    const { files } = machine;
    files.writeText('C:\\v.json', SECRET);
    files.writeText('C:\\long.log', `${'x'.repeat(9 * 2 ** 20)}AB12-CD34 end`);
    copyOneLog(machine, ['C:\\long.log', 'C:\\end.log', 'C:\\v.json']);
    const end = files.readText('C:\\end.log');
    expect(end.length).toBe(2 ** 21 - 'AB12-CD34'.length + 3);
    expect(end.substring(end.length - 8)).toBe('x*** end');
    expect(copyOneLog(machine, ['C:\\long.log'])).toBe(2);
  });
});

it('masks a secret that was removed, too: the log of before still holds it', () => {
  onMachine((machine) => {
    machine.files.writeText('C:\\a.log', 'key AB12-CD34');
    const variables = new VariableStore(
      { variables: [{ name: 'Key', value: 'AB12-CD34', secret: true }], formerSecrets: [] },
      () => '',
    );
    variables.set('Key', '');
    copyLog(machine, variables, 'C:\\a.log', 'C:\\b.log');
    expect(machine.files.readText('C:\\b.log')).toBe('key ***');
  });
});
