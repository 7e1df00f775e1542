/** Where the sequences of an export are: bare XML, the XML of a WMI object around it, or a zip of these (facts, D.1). */
import { InplaceError } from '../../errors.js';
import { decodeXml } from './decode.js';
import { attribute, childrenNamed, descendants, parseXml, type XmlElement } from './xml.js';
import { readZip } from './zip.js';

/** A sequence, and what is said around it. */
export interface FoundSequence {
  /** its `sequence` element */
  readonly root: XmlElement;
  /** the document that the places of its elements count in */
  readonly text: string;
  /** how messages call that document */
  readonly file: string;
  /** package id on the site; empty when unknown */
  readonly id: string;
  /** empty when unknown */
  readonly name: string;
  readonly description: string;
}

/** ConfigMgr's policy takes 32 MB; a sequence has 2 MB at most there (facts/configmgr.md, B.4). */
const MOST_CHARACTERS = 32 * 2 ** 20;

/**
 * Every sequence of an export, in its order.
 * @param file how findings call it
 * @throws InplaceError SOURCE_CORRUPT, SOURCE_UNSUPPORTED
 */
export async function findSequences(bytes: Uint8Array, file: string): Promise<FoundSequence[]> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 0) < 8;
  const documents = isZip
    ? (await readZip(bytes, file, holdsSequences)).map((part) => ({ file: `${file}, ${part.path}`, bytes: part.bytes }))
    : [{ file, bytes }];
  const found = documents.flatMap((document) => sequencesOf(decodeXml(document.bytes, document.file), document.file));
  if (found.length > 0) return found;
  throw new InplaceError({
    code: 'SOURCE_UNSUPPORTED',
    message: isZip ? 'The zip holds no task sequence' : 'The XML holds no task sequence',
    where: { file },
    hint: 'Export the task sequence from ConfigMgr, or take Control\\ID\\ts.xml of the MDT deployment share',
  });
}

/** An export with its content holds much else: only these are opened. */
function holdsSequences(path: string): boolean {
  return /(?:^|[\\/])(?:object|ts|sequence|tasksequence)\.xml$/i.test(path) || /^[^\\/[\]]+\.xml$/i.test(path);
}

function sequencesOf(text: string, file: string): FoundSequence[] {
  if (text.length > MOST_CHARACTERS) {
    const message = `The XML has more than ${MOST_CHARACTERS} characters`;
    throw new InplaceError({ code: 'SOURCE_UNSUPPORTED', message, where: { file } });
  }
  const document = parseXml(text, file);
  const plain = outermost(document);
  if (plain.length > 0) return plain.map((root) => ({ root, text, file, ...namesAround(document, root) }));
  return descendants(document)
    .filter((element) => element.name === 'instance')
    .flatMap((instance) => sequenceInProperty(instance, file));
}

/** The `sequence` elements that are in no other one. */
function outermost(element: XmlElement): XmlElement[] {
  return element.name === 'sequence' ? [element] : element.children.flatMap(outermost);
}

/** The export of ConfigMgr 2007 has the name in an element beside the sequence; MDT has it in an attribute. */
function namesAround(document: XmlElement, root: XmlElement): Pick<FoundSequence, 'id' | 'name' | 'description'> {
  const around = descendants(document).find((element) => element !== root && holds(element, root));
  const beside = (name: string): string => (around ? (childrenNamed(around, name)[0]?.text.trim() ?? '') : '');
  return {
    id: beside('packageid'),
    name: (attribute(root, 'name') ?? '').trim() || beside('name'),
    description: (attribute(root, 'description') ?? '').trim() || beside('description'),
  };
}

function holds(element: XmlElement, root: XmlElement): boolean {
  return element.start <= root.start && element.end >= root.end && childrenNamed(element, 'name').length > 0;
}

/** `object.xml`: the property "Sequence" of a WMI instance holds the XML as text. */
function sequenceInProperty(instance: XmlElement, file: string): FoundSequence[] {
  const property = (name: string): string => {
    const own = childrenNamed(instance, 'property').find(
      (candidate) => attribute(candidate, 'name')?.toLowerCase() === name,
    );
    return own
      ? descendants(own)
          .map(({ text }) => text)
          .join('')
          .trim()
      : '';
  };
  const text = property('sequence').replace(/^\ufeff/, '');
  if (text === '') return [];
  const inner = `${file}, property Sequence`;
  const names = { id: property('packageid'), name: property('name'), description: property('description') };
  return outermost(parseXml(text, inner)).map((root) => ({ root, text, file: inner, ...names }));
}
