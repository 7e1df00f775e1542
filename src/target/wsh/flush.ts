/**
 * Everything written to a drive goes to the disk: MSFT_Volume.Flush, which Windows has since 8.1 and Server 2012 R2.
 * Windows Script Host itself cannot flush (design/task-sequence.md, 7).
 */
import { numberOf, textOf } from './host.js';
import { connect, rowsOf, type WmiServices } from './wmi-objects.js';

const NAMESPACE = 'root\\Microsoft\\Windows\\Storage';

/** whether this Windows has the namespace: asked once */
let services: WmiServices | 'none' | undefined;

/** @param drive `C:`. @returns false when Windows has no way, or did not do it */
export function flushDrive(drive: string): boolean {
  try {
    if (services === undefined) services = connect(NAMESPACE);
    if (services === 'none') return false;
    for (const row of rowsOf(services, 'SELECT * FROM MSFT_Volume')) {
      if (!isDrive(row.Properties_.Item('DriveLetter').Value, drive)) continue;
      const result = row.ExecMethod_('Flush');
      return numberOf(result.Properties_.Item('ReturnValue').Value) === 0;
    }
    return false;
  } catch {
    if (services === undefined) services = 'none';
    return false;
  }
}

/** DriveLetter is a Char16: COM gives it as a number, or as a text of one character. (U) */
function isDrive(letter: unknown, drive: string): boolean {
  const wanted = drive.charAt(0).toUpperCase();
  return textOf(letter).toUpperCase() === wanted || numberOf(letter) === wanted.charCodeAt(0);
}
