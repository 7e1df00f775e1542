/** Values of passwords, product keys and hidden variables are in nothing that comes out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importSteps, packedScript } from '../../support/import.js';

const SECRET = 'S3cret&Co';
const XML = 'S3cret&amp;Co';
const variable = (name: string, value: string) => `<variable name="${name}">${value}</variable>`;
const step = (type: string, ...list: string[]) =>
  `<step type="SMS_TaskSequence_${type}Action" name="A step"><defaultVarList>${list.join('')}</defaultVarList></step>`;

async function everything(inside: string): Promise<string> {
  const result = await importSteps(inside);
  return JSON.stringify({ ...result, files: [...result.files] });
}

describe('a secret is in nothing that comes out', () => {
  it.each([
    ['a password of a step for review', step('ConnectNetworkFolder', variable('SMSConnectNetworkFolderPassword', XML))],
    [
      'the same text in another step',
      step('Tomorrow', variable('UserPassword', XML)) +
        step('RunCommandLine', variable('CommandLine', `a.exe /p ${XML}`)),
    ],
    [
      'the same text in a name and a description',
      step('Tomorrow', variable('UserPassword', XML)).replace(
        'name="A step"',
        `name="Say ${XML}" description="${XML}"`,
      ),
    ],
    [
      'the same text in a condition',
      `<step><condition><moon>${XML}</moon></condition>${variable('x', '')}</step>${step('Tomorrow', variable('UserPassword', XML))}`,
    ],
    [
      'an attribute that means nothing here',
      step('Tomorrow', variable('UserPassword', XML)) + step('Reboot').replace('name=', `moon="${XML}" name=`),
    ],
    [
      'a hidden variable',
      step(
        'SetVariable',
        variable('VariableName', 'A'),
        variable('VariableValue', XML),
        variable('DoNotShowVariableValue', 'true'),
      ),
    ],
    [
      'a hidden variable that cannot be set',
      step(
        'SetVariable',
        variable('VariableName', '_A'),
        variable('VariableValue', XML),
        variable('DoNotShowVariableValue', 'true'),
      ),
    ],
    [
      'a rule',
      step(
        'SetDynamicVariables',
        variable(
          'Rules',
          `&lt;Rules&gt;&lt;Rule&gt;&lt;Variables&gt;&lt;Variable Name="A" IsSecret="true"&gt;S3cret&amp;amp;Co&lt;/Variable&gt;&lt;/Variables&gt;&lt;/Rule&gt;&lt;/Rules&gt;`,
        ),
      ),
    ],
    [
      'a script',
      step(
        'RunPowerShellScript',
        variable('SourceScript', packedScript(`log-in "${SECRET}"`)),
        variable('ExecutionPolicy', 'Bypass'),
      ) + step('Tomorrow', variable('UserPassword', XML)),
    ],
    ['a variable of the sequence', `<globalVarList>${variable('AdminPassword', XML)}</globalVarList>`],
  ])('%s', async (_, xml) => {
    const text = await everything(xml);
    const forms = [
      SECRET,
      XML,
      JSON.stringify(SECRET).slice(1, -1),
      Buffer.from(SECRET, 'utf16le').toString('base64').slice(2, -2),
    ];
    expect(forms.filter((form) => text.includes(form))).toEqual([]);
    for (let shift = 0; shift < 3; shift++) {
      const packed = Buffer.from(' '.repeat(shift) + SECRET, 'utf16le').toString('base64');
      expect(text).not.toContain(packed.slice(8, -4));
    }
  });

  it('whatever it is', async () => {
    const secret = fc
      .stringMatching(/^[A-Za-z0-9!#$()*+,./:;=?@^_~-]{6,30}$/)
      .filter((text) => !/^%|^\d+$|^(?:password|variable|command)/i.test(text));
    await fc.assert(
      fc.asyncProperty(secret, async (text) => {
        const xml =
          step('Tomorrow', variable('Password', text)) +
          step('RunCommandLine', variable('CommandLine', `"${text}" /x`));
        expect(await everything(xml)).not.toContain(JSON.stringify(text).slice(1, -1));
      }),
      { numRuns: 200 },
    );
  });
});

describe('what a secret is asked for as', () => {
  const key = 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE';

  it('a variable of the media, the same for the same value', async () => {
    const command = (text: string) => step('RunCommandLine', variable('CommandLine', `slmgr /ipk ${text}`));
    const { yaml, variables } = await importSteps(command(key) + command(key) + command(key.replaceAll('A', 'F')));
    expect(variables.map(({ name, env }) => `${name} ${env}`)).toEqual([
      'ProductKey PRODUCT_KEY',
      'ProductKey2 PRODUCT_KEY2',
    ]);
    expect(yaml.match(/runCommand: .*/g)).toEqual(
      ['%ProductKey%', '%ProductKey%', '%ProductKey2%'].map((name) => `runCommand: slmgr /ipk ${name}`),
    );
  });

  it('the key of the upgrade', async () => {
    const { yaml, variables } = await importSteps(
      step('UpgradeOperatingSystem', variable('OSDUpgradeOsProductKey', key)),
    );
    expect(yaml).toContain('key: ProductKey');
    expect(variables.map(({ name }) => name)).toEqual(['ProductKey']);
  });

  it('nothing for values that only look like secrets', async () => {
    const xml =
      step('EnableBitLocker', variable('OSDBitLockerCreateRecoveryPassword', 'AD')) +
      step('RunCommandLine', variable('CommandLine', 'echo AD true'), variable('UserPassword', 'true'));
    const { yaml, variables } = await importSteps(xml);
    expect([variables, yaml.includes('echo AD true')]).toEqual([[], true]);
  });

  it('nothing where it is part of a longer word', async () => {
    const xml =
      step('Tomorrow', variable('Password', 'admin')) +
      step('RunCommandLine', variable('CommandLine', 'net localgroup administrators'));
    expect((await importSteps(xml)).yaml).toContain('net localgroup administrators');
  });
});
