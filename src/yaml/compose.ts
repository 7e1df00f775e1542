import { Composer, type CST, type Document, LineCounter, Parser, type YAMLError } from 'yaml';

/** Mappings and lists in each other. A media definition needs five; a sequence with groups in groups some more. */
export const MAX_DEPTH = 64;

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  stringKeys: true,
  // Found by our own walk in linear time; the library compares every key with every other.
  uniqueKeys: false,
  resolveKnownTags: false,
  merge: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** A YAML text as the library sees it. `lines` turns offsets into lines and columns. */
export interface ComposedYaml {
  readonly document?: Document.Parsed;
  readonly lines: LineCounter;
  readonly problems: readonly Pick<YAMLError, 'code' | 'pos'>[];
  /** offset of the value that is nested deeper than `MAX_DEPTH`; nothing was composed then */
  readonly tooDeep?: number;
}

/** Parses a text into nodes. Composing recurses, so the depth is measured on the flat tokens first. */
export function composeYaml(text: string): ComposedYaml {
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined) return { lines, problems: [], tooDeep };
  const [document, second] = [...new Composer(OPTIONS).compose(tokens, true, text.length)];
  const problems: Pick<YAMLError, 'code' | 'pos'>[] = document ? [...document.errors, ...document.warnings] : [];
  if (second) problems.push({ code: 'MULTIPLE_DOCS', pos: [second.range[0], second.range[1]] });
  if (document?.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    problems.push({ code: 'BAD_DIRECTIVE', pos: [0, 0] });
  }
  return { ...(document ? { document: document as Document.Parsed } : {}), lines, problems };
}

/** Offset of the first token nested deeper than allowed. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (token.type === 'document') {
      if (token.value) open.push({ token: token.value, depth });
    } else if (token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection') {
      for (const { key, value } of token.items) {
        if (key) open.push({ token: key, depth: depth + 1 });
        if (value) open.push({ token: value, depth: depth + 1 });
      }
    }
  }
  return undefined;
}
