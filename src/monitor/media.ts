/**
 * media.json as the engine leaves it in the folder of each run: what content the run used (facts/configmgr.md, I.2,
 * references). Anybody may have written it; what does not fit is left out.
 */

/** The media of a run. */
export interface FieldMedia {
  readonly name: string;
  readonly mediaId: string;
  /** version of the inplace that made them */
  readonly inplace: string;
  /** ISO 8601 */
  readonly time: string;
  /** upgrade packages: `EN-X64: Windows 11 Enterprise (10.0.26100.1742, en-US, x64)` for each image */
  readonly windows: readonly string[];
  /** ids of referenced packages */
  readonly packages: readonly string[];
}

const LONGEST = 300;
const MOST = 200;

/** @returns undefined when the text is no media.json */
export function parseMedia(text: string): FieldMedia | undefined {
  const value = parse(text);
  if (!isObject(value) || value['media'] !== 1) return undefined;
  const { name, mediaId, inplace, time } = value;
  if (!isText(name) || !isText(mediaId) || !/^[0-9a-f]{64}$/.test(mediaId)) return undefined;
  const others = listOf(value['otherUpgradePackages']);
  return {
    name,
    mediaId,
    inplace: isText(inplace) ? inplace : '',
    time: isText(time) ? time : '',
    windows: [value['upgradePackage'], ...others].flatMap(windowsOf).slice(0, MOST),
    packages: listOf(value['packages'])
      .flatMap((one) => (isObject(one) && isText(one['id']) ? [one['id']] : []))
      .slice(0, MOST),
  };
}

function windowsOf(value: unknown): string[] {
  if (!isObject(value)) return [];
  const id = isText(value['id']) ? `${value['id']}: ` : '';
  return listOf(value['images']).flatMap((image) => {
    if (!isObject(image) || !isText(image['name'])) return [];
    const facts = [versionOf(image['version']), image['language'], image['architecture']].filter(isText);
    return [`${id}${image['name']}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`];
  });
}

function versionOf(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  const parts = [value['major'], value['minor'], value['build'], value['spBuild']];
  const numbers = parts.filter((part) => Number.isSafeInteger(part));
  return numbers.length < 3 ? undefined : numbers.join('.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST;
}
