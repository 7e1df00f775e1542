/**
 * Which products of Windows Installer are there (facts/configmgr.md, B.5 Installed software), from the registry.
 * Win32_Product is never asked: it repairs every product that it lists.
 */
import type { Machine } from './machine.js';
import { sameText } from './text.js';

const UNINSTALL: readonly string[] = [
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall',
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall',
];
const UPGRADE_CODES = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\Installer\\UpgradeCodes';

export interface InstalledProduct {
  readonly productCode: string;
  /** empty when it says none */
  readonly version: string;
}

/** The products with this product code, or those of this upgrade code; braces and case do not matter. */
export function installedProducts(
  { registry }: Machine,
  wanted: { readonly productCode?: string | undefined; readonly upgradeCode?: string | undefined },
): readonly InstalledProduct[] {
  const found: InstalledProduct[] = [];
  for (const root of UNINSTALL) {
    for (const name of registry.subkeys(root)) {
      if (wanted.productCode !== undefined && !sameText(braced(name), braced(wanted.productCode))) continue;
      if (wanted.upgradeCode !== undefined) {
        // A key for each upgrade code, with a value named after every product that has it.
        const products = `${UPGRADE_CODES}\\${packed(wanted.upgradeCode)}`;
        if (packed(name) === '' || registry.read(products, packed(name)) === undefined) continue;
      }
      found.push({ productCode: name, version: String(registry.read(`${root}\\${name}`, 'DisplayVersion') ?? '') });
    }
  }
  return found;
}

function braced(code: string): string {
  return `{${code.replace(/[{}]/g, '')}}`;
}

/**
 * A GUID as Windows Installer names its keys: the first three parts backwards, the digits of each byte of the rest
 * exchanged. Empty when it is no GUID.
 */
export function packed(guid: string): string {
  const match = /^\{?([0-9A-F]{8})-([0-9A-F]{4})-([0-9A-F]{4})-([0-9A-F]{4})-([0-9A-F]{12})\}?$/i.exec(guid);
  if (!match) return '';
  const [, first = '', second = '', third = '', fourth = '', fifth = ''] = match;
  const backwards = (text: string) => text.split('').reverse().join('');
  const exchanged = (text: string) => text.replace(/(.)(.)/g, '$2$1');
  return (backwards(first) + backwards(second) + backwards(third) + exchanged(fourth + fifth)).toUpperCase();
}
