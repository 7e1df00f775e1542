/** Windows Setup on a simulated machine: setup.exe, what happens at the restart after it, and the traces it leaves. */
import type { Command } from '../machine.js';
import type { FileModel, SetupImages, SetupModel, SetupRun, WindowsModel } from './model.js';
import { type Behaviour, programOf } from './processes.js';

/** What Setup has prepared; the next start of the machine carries it out. */
interface Prepared {
  readonly image: SetupImages['images'][number];
  readonly postoobe: string | undefined;
  readonly postrollback: string | undefined;
}

/** What became of a start of the machine. */
export interface SetupEnd {
  readonly outcome: 'upgraded' | 'rolledBack';
  readonly words: string;
  /** the script to run when OOBE is over; undefined when Setup ignores it */
  readonly hook: string | undefined;
}

export interface SetupHost {
  readonly model: SetupModel;
  readonly images: readonly SetupImages[];
  readonly mediaDrive: () => string;
  readonly getWindows: () => WindowsModel;
  readonly setWindows: (windows: WindowsModel) => void;
  /** writes something for good */
  leave(file: FileModel): void;
  told(words: string): void;
}

/** MIG choice not available: the media hold no such Windows. */
const NOT_AVAILABLE = 0xc1900204;
const WORK = 'C:\\$Windows.~BT\\Sources';

export class WindowsSetup {
  #prepared: Prepared | undefined;
  readonly #runs = { scan: 0, upgrade: 0 };

  constructor(readonly host: SetupHost) {}

  /** Whether this is setup.exe that upgrades or scans. */
  static isSetup(line: string): boolean {
    return /\\setup\.exe$/i.test(programOf(line)) && /\s\/auto\s+upgrade\b/i.test(line);
  }

  get isPrepared(): boolean {
    return this.#prepared !== undefined;
  }

  behaviourOf(command: Command): Behaviour {
    const { line } = command;
    const isScan = /\/compat\s+scanonly/i.test(line);
    const kind = isScan ? 'scan' : 'upgrade';
    const run: SetupRun = this.host.model[kind];
    const said = run.exitCodes[Math.min(this.#runs[kind], run.exitCodes.length - 1)] ?? 0;
    const exitCode = this.#imageOf(line) ? said : NOT_AVAILABLE;
    return {
      exitCode: exitCode | 0,
      seconds: run.seconds,
      output: '',
      hangs: run.hangs ?? false,
      vanishes: run.vanishes ?? false,
      ...(run.hostSeconds > 0 ? { child: { image: 'SetupHost.exe', seconds: run.hostSeconds } } : {}),
      ended: () => {
        if (run.vanishes) return;
        this.#runs[kind] += 1;
        this.#log(exitCode, run.extendCode);
        if (!isScan && (exitCode === 0 || exitCode === 3)) this.#prepare(line);
      },
    };
  }

  #prepare(line: string): void {
    this.#prepared = {
      image: this.#imageOf(line)!,
      postoobe: argumentOf(line, 'postoobe'),
      postrollback: argumentOf(line, 'postrollback'),
    };
  }

  /** The image that /imageindex names in the upgrade package that setup.exe lies in. */
  #imageOf(line: string): SetupImages['images'][number] | undefined {
    const folder = programOf(line)
      .replace(/\\[^\\]*$/, '')
      .toLowerCase();
    const media = this.host.mediaDrive().toLowerCase();
    const found =
      this.host.images.find(({ packageId }) => folder.endsWith(`\\os\\${packageId.toLowerCase()}`)) ??
      this.host.images.find(({ path }) => folder === (path === '' ? media : `${media}\\${path.toLowerCase()}`));
    const index = Number(argumentOf(line, 'imageindex') ?? 1);
    return found?.images.find((image) => image.index === index);
  }

  #log(exitCode: number, extendCode: number | undefined): void {
    const code = hexadecimal(exitCode, 8);
    const extend = extendCode === undefined ? '' : ` - ${hexadecimal(extendCode, 5)}`;
    const text = `2026-01-01 00:00:00, Info                  MOUPG  Setup ended: ${code}${extend}\r\n`;
    this.host.leave({ path: `${WORK}\\Panther\\setupact.log`, text });
    this.host.leave({ path: `${WORK}\\Panther\\setuperr.log`, text: exitCode === 0 ? '' : text });
  }

  /** The machine starts: what was prepared is carried out. @returns undefined when nothing was */
  start(): SetupEnd | undefined {
    const prepared = this.#prepared;
    if (!prepared) return undefined;
    this.#prepared = undefined;
    const { model } = this.host;
    const hook = (path: string | undefined) => (model.ignoresHooks ? undefined : path);
    if (model.rollback !== undefined) {
      const text = `2026-01-01 00:00:00, Error  SP  Operation failed: 0xC1900101 - ${hexadecimal(model.rollback, 5)}\r\n`;
      this.host.leave({ path: `${WORK}\\Rollback\\setupact.log`, text });
      this.host.leave({ path: `${WORK}\\Rollback\\setuperr.log`, text });
      return {
        outcome: 'rolledBack',
        words: `Windows Setup has gone back to the old Windows (${hexadecimal(model.rollback, 5)})`,
        hook: hook(prepared.postrollback),
      };
    }
    const { build, version, edition, installationType, name } = prepared.image;
    this.host.setWindows({
      ...this.host.getWindows(),
      build,
      version: version.split('.').slice(0, 3).join('.'),
      edition,
      installationType,
      productName: name,
      servicePack: 0,
      revision: Number(version.split('.')[3] ?? 0),
      updates: [],
    });
    this.host.leave({ path: 'C:\\Windows\\Panther\\setupact.log', text: 'Info: the upgrade is complete\r\n' });
    this.host.leave({ path: 'C:\\Windows.old', folder: true });
    return { outcome: 'upgraded', words: `Windows Setup has installed ${name}`, hook: hook(prepared.postoobe) };
  }
}

function argumentOf(line: string, name: string): string | undefined {
  const match = new RegExp(`\\s/${name}\\s+(?:"([^"]*)"|(\\S+))`, 'i').exec(line);
  return match?.[1] ?? match?.[2];
}

function hexadecimal(value: number, digits: number): string {
  return `0x${(value >>> 0).toString(16).toUpperCase().padStart(digits, '0')}`;
}
