import type { ErrorCode } from 'yaml';

/**
 * What the YAML library finds, in our words. Its own messages may quote the text of the file,
 * and that text may hold a secret.
 */
const WORDS: Readonly<Record<ErrorCode, readonly [message: string, hint?: string]>> = {
  TAB_AS_INDENT: ['A tab is used for indentation, YAML wants spaces', 'Replace the tab with two spaces'],
  BAD_INDENT: [
    'The indentation does not fit the lines above',
    'Entries of one mapping or list start in the same column',
  ],
  MISSING_CHAR: [
    'A closing quote, a bracket, or the colon after a key is missing',
    'Write "key: value" with a space after the colon, and close every quote and bracket',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'A mapping starts where a plain value was expected',
    'Put a value that contains ": " into quotes, or begin the nested mapping on a line of its own',
  ],
  MULTILINE_IMPLICIT_KEY: ['A key reaches over several lines', 'Write "key: value" with a space after the colon'],
  BLOCK_IN_FLOW: ['A list or mapping of several lines stands inside brackets', 'Use one of the two forms, not both'],
  BAD_SCALAR_START: ['A value begins with a character that YAML reserves', 'Put the value into quotes'],
  BAD_DQ_ESCAPE: [
    'A backslash in double quotes is followed by something that is no escape',
    'Use single quotes for Windows paths',
  ],
  UNEXPECTED_TOKEN: ['This does not belong here', 'Look for a missing quote, bracket or line break before it'],
  BAD_ALIAS: [
    'An alias (*name) or anchor (&name) has no valid name',
    'Put a value that begins with * or & into quotes',
  ],
  ALIAS_PROPS: ['An alias (*name) cannot have an anchor or a tag'],
  BAD_PROP_ORDER: ['An anchor or a tag must come before the value, on the same line'],
  MULTIPLE_ANCHORS: ['A value has two anchors'],
  MULTIPLE_TAGS: ['A value has two tags'],
  TAG_RESOLVE_FAILED: ['A tag (!name) that is not used here', 'Put a value that begins with ! into quotes'],
  BAD_COLLECTION_TYPE: ['A tag (!name) says another kind of value than what follows'],
  BAD_DIRECTIVE: ['A line that begins with % is no directive YAML knows', 'Put a value that begins with % into quotes'],
  NON_STRING_KEY: ['A key is no text', 'Put the key into quotes'],
  KEY_OVER_1024_CHARS: ['A key has more than 1024 characters'],
  DUPLICATE_KEY: ['A key is there twice'],
  MULTIPLE_DOCS: ['A second YAML document begins here, one is expected', 'Remove the line "---"'],
  RESOURCE_EXHAUSTION: ['The document is nested too deeply'],
  IMPOSSIBLE: ['This is no valid YAML'],
};

/** The message and the advice for a code of the YAML library. */
export function syntaxWords(code: ErrorCode): { readonly message: string; readonly hint?: string } {
  const [message, hint] = WORDS[code] ?? WORDS.IMPOSSIBLE;
  return hint === undefined ? { message } : { message, hint };
}
