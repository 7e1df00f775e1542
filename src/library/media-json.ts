/** Reads deploy/media.json of built media, which whoever holds the media may have changed. */
import { type Content, readBytes } from '../content/content.js';
import type { Validity } from '../definition/model.js';

/** What `inspect` shows of it. */
export interface MediaSummary {
  readonly name: string;
  readonly mediaId: string;
  /** version of the inplace that built it */
  readonly inplace: string;
  readonly time: string;
  /** the days on which they may be used */
  readonly validity?: Validity;
  /** the command that runs on the machine before the sequence */
  readonly prestart?: string;
  readonly packages: readonly {
    readonly id: string;
    readonly kind: string;
    readonly files: number;
    readonly bytes: number;
  }[];
}

/** Some kilobytes are usual; nothing larger is read into memory. */
const LARGEST = 1024 * 1024;
const LONGEST_TEXT = 1000;

/** The summary; undefined when this is not a media.json as inplace writes it. */
export async function readMediaJson(content: Content): Promise<MediaSummary | undefined> {
  if (content.size > LARGEST) return undefined;
  const value = parse(new TextDecoder().decode(await readBytes(content)));
  if (!isRecord(value) || value['media'] !== 1 || !Array.isArray(value['packages'])) return undefined;
  const { name, mediaId, inplace, time } = value;
  if (!isText(name) || !isText(mediaId) || !isText(inplace) || !isText(time)) return undefined;
  const packages = value['packages'].map(readPackage);
  if (!packages.every((item) => item !== undefined)) return undefined;
  const validity = readValidity(value['validity']);
  const prestart = isRecord(value['prestart']) ? value['prestart']['command'] : undefined;
  return {
    name,
    mediaId,
    inplace,
    time,
    ...(validity ? { validity } : {}),
    ...(isText(prestart) ? { prestart } : {}),
    packages,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readValidity(value: unknown): Validity | undefined {
  if (!isRecord(value)) return undefined;
  const date = (one: unknown): one is string => typeof one === 'string' && /^\d{4}-\d\d-\d\d$/.test(one);
  const { from, until } = value;
  if (!date(from) && !date(until)) return undefined;
  return { ...(date(from) ? { from } : {}), ...(date(until) ? { until } : {}) };
}

function readPackage(value: unknown): MediaSummary['packages'][number] | undefined {
  if (!isRecord(value)) return undefined;
  const { id, kind, files, bytes } = value;
  return isText(id) && isText(kind) && isCount(files) && isCount(bytes) ? { id, kind, files, bytes } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_TEXT;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
