/**
 * What SetupDiag found: Windows Setup runs it by itself when an upgrade fails (media of 2004 and later), and leaves its
 * result in Windows\Logs\SetupDiag (facts/configmgr.md, E.4). Its three forms are read as Microsoft's page of SetupDiag
 * shows them. (U): how several matching rules stand in one file; the last one counts, for that page calls the last
 * failure the fatal one. (U): the names of the values below HKLM\SYSTEM\Setup\SetupDiag\Results, so they are not read.
 * Anybody may have written the file: only its end is read, and little of it is kept.
 */
import type { SetupDiagnosis } from './contract.js';
import { reasonOf } from './gone.js';
import { type Json, parseJson } from './json.js';
import type { Machine } from './machine.js';
import { adviceForRule, saysNothing } from './setup-diag-rules.js';
import { contains, linesOf, parseIsoTime, trim } from './text.js';

/** Setup writes XML; the others are what SetupDiag writes when a person starts it. */
const FILES: readonly string[] = ['SetupDiagResults.xml', 'SetupDiagResults.json', 'SetupDiagResults.log'];
/** Characters that are read: a result has a few thousand. */
const MOST_CHARACTERS = 256 * 1024;
const LONGEST_RULE = 100;
const LONGEST_TEXT = 600;
const MOST_PARTS = 20;

/** The folder of the results. */
export function setupDiagFolder({ environment }: Machine): string {
  return `${environment.windowsFolder}\\Logs\\SetupDiag`;
}

/**
 * What SetupDiag says of a run; undefined when it says nothing, cannot be read, or what is there is of an earlier
 * attempt. A file whose time is not known may be of one, and does not count.
 * @param since milliseconds: begin of the run
 */
export function readDiagnosis(machine: Machine, since: number): SetupDiagnosis | undefined {
  let newest: SetupDiagnosis | undefined;
  let newestTime = since;
  for (const name of FILES) {
    const path = `${setupDiagFolder(machine)}\\${name}`;
    try {
      const stat = machine.files.stat(path);
      const time = stat && !stat.folder ? parseIsoTime(stat.modified) : undefined;
      if (time === undefined || time < newestTime) continue;
      const found = parseDiagnosis(machine.files.readTail(path, MOST_CHARACTERS));
      if (!found) continue;
      newest = found;
      newestTime = time;
    } catch (error) {
      machine.console.write(`"${path}" could not be read: ${reasonOf(error)}`);
    }
  }
  return newest;
}

/** Reads a result in any of the three forms; undefined when no rule matched, or when it is none. Never throws. */
export function parseDiagnosis(text: string): SetupDiagnosis | undefined {
  const start = trim(text.substring(0, 200))
    .replace(/^\uFEFF/, '')
    .charAt(0);
  const found = start === '{' ? fromJson(text) : /<ProfileName>/.test(text) ? fromXml(text) : fromLog(text);
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(found.rule) || found.rule.length > LONGEST_RULE) return undefined;
  if (saysNothing(found.rule)) return undefined;
  const failure = joined(found.failure);
  const advice = adviceForRule(found.rule) ?? joined(found.remediation);
  return {
    rule: found.rule,
    ...(failure === '' ? {} : { failure }),
    ...(advice === '' ? {} : { advice }),
  };
}

interface Found {
  readonly rule: string;
  readonly failure: readonly string[];
  readonly remediation: readonly string[];
}

function fromXml(text: string): Found {
  const details = elements(text, 'FailureDetails');
  const rules = elements(text, 'ProfileName');
  return {
    rule: trim(rules[rules.length - 1] ?? ''),
    failure: details.length > 0 ? details : elements(text, 'FailureData'),
    remediation: elements(text, 'Remediation'),
  };
}

/** Texts of elements without children; found by searching, so that a damaged file costs no time. */
function elements(text: string, name: string): string[] {
  const found: string[] = [];
  for (let at = 0; found.length < MOST_PARTS; ) {
    const start = text.indexOf(`<${name}>`, at);
    const end = start < 0 ? -1 : text.indexOf(`</${name}>`, start);
    if (end < 0) return found;
    at = end;
    found.push(unescaped(text.substring(start + name.length + 2, Math.min(end, start + LONGEST_TEXT * 2))));
  }
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp|#\d{1,5}|#x[0-9A-Fa-f]{1,4});/g, (_, name: string) => {
    if (name.charAt(0) !== '#') return ENTITIES[name] ?? '';
    const isHex = name.charAt(1) === 'x';
    return String.fromCharCode(parseInt(name.substring(isHex ? 2 : 1), isHex ? 16 : 10));
  });
}

/** The samples of Microsoft's page have bare line ends inside of texts (U: SetupDiag itself): they are blanks here. */
function fromJson(text: string): Found {
  let value: Json;
  try {
    value = parseJson(text.replace(/^\uFEFF/, '').replace(/[\r\n\t]/g, ' '));
  } catch {
    return NOTHING;
  }
  const { ProfileName, FailureDetails, FailureData, Remediation } = value as { readonly [key: string]: Json };
  const details = texts(FailureDetails);
  return {
    rule: trim(texts(ProfileName)[0] ?? ''),
    failure: details.length > 0 ? details : texts(FailureData),
    remediation: texts(Remediation),
  };
}

const NOTHING: Found = { rule: '', failure: [], remediation: [] };

/** A text, or those of a list. */
function texts(value: Json | undefined): string[] {
  if (typeof value === 'string') return trim(value) === '' ? [] : [value.substring(0, LONGEST_TEXT * 2)];
  const found: string[] = [];
  if (Object.prototype.toString.call(value) !== '[object Array]') return found;
  for (const one of value as readonly Json[]) {
    if (typeof one === 'string' && found.length < MOST_PARTS) found.push(one.substring(0, LONGEST_TEXT * 2));
  }
  return found;
}

/** `Matching Profile found: RULE - GUID`, then the machine, an empty line, and what failed. */
function fromLog(text: string): Found {
  let rule = '';
  const failure: string[] = [];
  for (const line of linesOf(text)) {
    const match = /^\s{0,8}Matching Profile found: (\w+)/.exec(line);
    if (match) {
      rule = match[1] ?? '';
      failure.length = 0;
    } else if (rule !== '' && failure.length < MOST_PARTS && /^(Error|Last |Recommend)/.test(line)) {
      failure.push(line.substring(0, LONGEST_TEXT));
    }
  }
  return { rule, failure, remediation: [] };
}

/** One line of text: each thing once, without repeated log lines and addresses of pages. */
function joined(parts: readonly string[]): string {
  const kept: string[] = [];
  for (const part of parts) {
    const text = trim(part.substring(0, LONGEST_TEXT * 2).replace(/[^!-~\u00a1-\uffff]+/g, ' '));
    if (text === '' || /^(LogEntry:|Refer to )/.test(text) || contains(kept, text)) continue;
    kept.push(text);
  }
  const text = kept.join('; ');
  return text.length > LONGEST_TEXT ? `${text.substring(0, LONGEST_TEXT)}...` : text;
}
