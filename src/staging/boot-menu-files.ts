/** Renders templates/boot-menu/: what a person sees when a machine was started from the media. */
import { InplaceError } from '../errors.js';
import { batchText } from './batch-text.js';
import { render } from './bootstrap.js';
import type { LaunchedApp } from './winpeshl.js';

/** Folder of the boot image that holds the menu and its drivers. */
export const MENU_FOLDER = 'inplace';

/** Where winpeshl.exe looks for what it starts (Microsoft, Winpeshl.ini Reference). */
export const WINPESHL = 'Windows/System32/winpeshl.ini';

/** The name under which the image's own one is kept. */
export const WINPESHL_KEPT = 'Windows/System32/winpeshl-original.ini';

export interface BootMenuOptions {
  readonly mediaName: string;
  /** the whole media id: the menu finds its media by it */
  readonly mediaId: string;
  /** the Windows that the media brings, for people */
  readonly windows: string;
  /** what the image's own winpeshl.ini starts; undefined when it has none */
  readonly apps?: readonly LaunchedApp[];
}

/** Files of the menu by their path in the boot image: ASCII, CRLF, the same bytes for the same options. */
export function renderBootMenu(options: BootMenuOptions): Readonly<Record<string, Uint8Array>> {
  return {
    [WINPESHL]: render('boot-menu/winpeshl.ini', {}),
    [`${MENU_FOLDER}/menu.cmd`]: render('boot-menu/menu.cmd', {
      MEDIA_NAME: [batchText(options.mediaName)],
      MEDIA_ID: [options.mediaId],
      MEDIA_WINDOWS: [batchText(options.windows)],
      ORIGINAL: [options.apps === undefined ? 'setup' : 'apps'],
      ORIGINAL_APPS: (options.apps ?? []).map(appLine),
    }),
  };
}

/**
 * An app of winpeshl.ini as a line of a batch file, which waits for it as winpeshl.exe does. Variables are filled in by either.
 * @throws InplaceError SOURCE_UNSUPPORTED for what cmd.exe would take for something else
 */
function appLine({ path, options }: LaunchedApp): string {
  const line = `"${escapePercent(path)}"${options === '' ? '' : ` ${escapePercent(options)}`}`;
  if (!/^[ -~]+$/.test(line) || path.includes('"') || /[&|<>^]/.test(options)) {
    throw new InplaceError({
      code: 'SOURCE_UNSUPPORTED',
      message: `The winpeshl.ini of the boot image starts a program in a way that a batch file cannot: ${path}`,
      where: { path: WINPESHL },
      hint: 'Start it from a .cmd file of its own, with a name of ASCII characters',
    });
  }
  return line;
}

/** `%NAME%` stays what it is; any other percent sign is one that a batch file must have twice. */
function escapePercent(text: string): string {
  return text.replace(/%[A-Za-z_][A-Za-z0-9_]*%|%/g, (found) => (found === '%' ? '%%' : found));
}
