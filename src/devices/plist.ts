/** Apple's property lists as XML (plist(5)): what diskutil prints with -plist. */
import { SaxesParser } from 'saxes';

/** A dict is an object, a data or date its text. */
export type PlistValue = string | number | boolean | PlistValue[] | { [key: string]: PlistValue };

interface Open {
  readonly value: PlistValue[] | { [key: string]: PlistValue };
  key: string;
}

/** @throws Error when it is no well-formed XML */
export function parsePlist(xml: string): PlistValue | undefined {
  const stack: Open[] = [];
  let text = '';
  let root: PlistValue | undefined;
  const add = (value: PlistValue): void => {
    const parent = stack.at(-1);
    if (!parent) root = value;
    else if (Array.isArray(parent.value)) parent.value.push(value);
    else parent.value[parent.key] = value;
  };
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => {
    text = '';
    if (name === 'dict') stack.push({ value: Object.create(null) as Record<string, PlistValue>, key: '' });
    else if (name === 'array') stack.push({ value: [], key: '' });
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'dict' || name === 'array') add(stack.pop()!.value);
    else if (name === 'key') stack.at(-1)!.key = text;
    else if (name === 'true' || name === 'false') add(name === 'true');
    else if (name === 'integer' || name === 'real') add(Number(text));
    else if (name !== 'plist') add(text);
  });
  parser.write(xml).close();
  return root;
}
