/** How Windows Installer notes a product in the registry. */
import { packed } from '../installed-software.js';
import type { RegistryModel } from './model.js';

const UNINSTALL = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const UPGRADE_CODES = 'HKLM\\SOFTWARE\\Classes\\Installer\\UpgradeCodes';

export interface ProductModel {
  readonly productCode: string;
  readonly upgradeCode?: string | undefined;
  readonly name: string;
  readonly version: string;
}

export function productValues({ productCode, upgradeCode, name, version }: ProductModel): RegistryModel[] {
  const key = `${UNINSTALL}\\${productCode}`;
  const own = [
    { key, value: 'DisplayName', data: name },
    { key, value: 'DisplayVersion', data: version },
  ];
  if (upgradeCode === undefined) return own;
  return [...own, { key: `${UPGRADE_CODES}\\${packed(upgradeCode)}`, value: packed(productCode), data: '' }];
}
