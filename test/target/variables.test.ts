import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMaskable, VariableStore } from '../../src/target/variables.js';

const environment = (name: string) => (name.toUpperCase() === 'SYSTEMROOT' ? 'C:\\Windows' : '');
const store = (values: Record<string, string> = {}, secrets: Record<string, string> = {}): VariableStore => {
  const variables = new VariableStore({ variables: [], formerSecrets: [] }, environment);
  for (const [name, value] of Object.entries(values)) variables.set(name, value);
  for (const [name, value] of Object.entries(secrets)) variables.set(name, value, true);
  return variables;
};

describe('variables (facts C: rules)', () => {
  it('names have no case; the way it was first written stays', () => {
    const variables = store({ MyName: '1' });
    variables.set('MYNAME', '2');
    expect(variables.get('myname')).toBe('2');
    expect(variables.names()).toEqual(['MyName']);
  });

  it('the empty value deletes', () => {
    const variables = store({ A: '1' });
    variables.set('a', '');
    expect(variables.names()).toEqual([]);
    expect(variables.get('A')).toBe('');
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString'])('%s is a name like others', (name) => {
    expect(store().get(name)).toBe('');
    const variables = store({ [name]: 'x' });
    if (name !== '__proto__') expect(variables.get(name)).toBe('x');
    variables.set(name, 'y');
    expect(variables.get(name)).toBe('y');
    expect(variables.names()).toEqual([name]);
  });

  it('names are listed in order', () => {
    expect(store({ b: '1', a: '1', C: '1' }).names()).toEqual(['a', 'b', 'C']);
  });
});

describe('expansion', () => {
  const variables = store({ Name: 'Bern', Nested: '%Name%', 'a-b_1': 'x' });
  it.each([
    ['%Name%', 'Bern'],
    ['%NAME%-%name%', 'Bern-Bern'],
    ['%Nested%', '%Name%'],
    ['%a-b_1%', 'x'],
    ['[%Missing%]', '[]'],
    ['%SystemRoot%\\System32', 'C:\\Windows\\System32'],
    ['100%% of %Name%', '100%% of Bern'],
    ['100 % and 5 %', '100 % and 5 %'],
    ['for %i in (*) do echo %i', 'for %i in (*) do echo %i'],
    ['%', '%'],
    ['%Name', '%Name'],
    ['$& %Name% $1', '$& Bern $1'],
  ])('%s is %s', (text, expected) => {
    expect(variables.expand(text)).toBe(expected);
  });
});

describe('masking', () => {
  it('hides every secret value, whatever its case', () => {
    const variables = store({ Open: 'visible' }, { Key: 'AAAA-BBBB', Pass: 'p.ss+word' });
    expect(variables.mask('key aaaa-bbbb, P.SS+WORD, visible, pxss+word')).toBe('key ***, ***, visible, pxss+word');
  });

  it('the longest value first: of no secret a part is left', () => {
    const variables = store({}, { A: 'secret', B: 'secret-and-more' });
    expect(variables.mask('secret-and-more secret')).toBe('*** ***');
  });

  it.each(['1', 'abc', 'true', 'FALSE', 'none', ''])('%j would destroy every log and is not hidden', (value) => {
    expect(isMaskable(value)).toBe(false);
    expect(store({}, { Key: value }).mask(`x${value}x 1 abc true`)).toBe(`x${value}x 1 abc true`);
  });

  it('a PIN of four digits is hidden', () => {
    expect(store({}, { Pin: '4711' }).mask('pin 4711')).toBe('pin ***');
  });

  it('each line of a secret of several lines is hidden', () => {
    expect(store({}, { Cert: 'LINE-ONE\r\nLINE-TWO' }).mask('a\nLINE-TWO\nLINE-ONE')).toBe('a\n***\n***');
  });

  it('a value that was replaced stays hidden, also after a restart', () => {
    const variables = store({}, { Key: 'old-secret' });
    variables.set('Key', 'new-secret');
    const after = new VariableStore(JSON.parse(JSON.stringify(variables.stored())), environment);
    expect(after.isSecret('key')).toBe(true);
    expect(after.mask('old-secret new-secret')).toBe('*** ***');
  });

  it('no text ever shows a secret', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 4 }), { maxLength: 5 }), fc.string(), (secrets, text) => {
        const variables = store({}, Object.fromEntries(secrets.map((value, index) => [`S${index}`, value])));
        const masked = variables.mask(secrets.join(text) + text);
        for (const value of secrets.filter(isMaskable)) {
          if (!/[\r\n*]/.test(value) && !text.includes(value)) expect(masked).not.toContain(value);
        }
      }),
    );
  });
});

describe('changes for the record of a step', () => {
  it('are told once, masked; what the engine sets quietly is none', () => {
    const variables = store({ A: '1' }, { Key: 'AAAA-BBBB' });
    variables.setQuietly('_SMSTSCurrentActionName', 'x');
    expect(variables.takeChanges()).toEqual({ A: '1', Key: '***' });
    expect(variables.takeChanges()).toBeUndefined();
    variables.set('A', 'holds AAAA-BBBB');
    variables.set('Key', '');
    expect(variables.takeChanges()).toEqual({ A: 'holds ***', key: '' });
  });
});
