import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { tool } from '../tools.js';

/** How an image is put into the emulated computer. */
export type Drive = 'cdrom' | 'usb' | 'disk';

export interface Wanted {
  /** what must show on the first serial port; the computer is switched off as soon as it does */
  until: RegExp | string;
  /** give up after so many seconds; generous, for tests share two slow cores (default 180) */
  seconds?: number;
}

/**
 * Runs QEMU without KVM until the wanted text shows on the first serial port, or until the machine switches itself off.
 * @param whenSeen called before the machine is stopped
 * @returns everything the serial port said
 * @throws Error with the last lines when the time is up or the machine stops without having said it
 */
export async function runQemu(
  args: readonly string[],
  wanted: Wanted,
  whenSeen?: () => Promise<void>,
): Promise<string> {
  const command = tool('qemu-system-x86_64') ?? 'qemu-system-x86_64';
  const always = [
    '-accel',
    'tcg,thread=multi',
    '-display',
    'none',
    '-no-reboot',
    '-nic',
    'none',
    '-monitor',
    'none',
    '-serial',
    'stdio',
  ];
  const qemu = execa(command, [...always, ...args], { stdin: 'ignore', buffer: false, reject: false });
  let serial = '';
  let errors = '';
  const seen = new Promise<boolean>((resolve) => {
    qemu.stdout.on('data', (bytes: Buffer) => {
      serial += bytes.toString('latin1');
      if (shows(serial, wanted.until)) resolve(true);
    });
    qemu.stderr.on('data', (bytes: Buffer) => {
      errors += bytes.toString();
    });
    qemu.on('close', () => resolve(shows(serial, wanted.until)));
    qemu.on('error', () => resolve(false));
  });
  const seconds = wanted.seconds ?? 180;
  const timer = setTimeout(() => qemu.kill('SIGKILL'), seconds * 1000);
  try {
    if (!(await seen))
      throw new Error(`The serial port did not say ${wanted.until} in ${seconds} s:\n${tail(serial)}\n${errors}`);
    await whenSeen?.();
    return serial;
  } finally {
    clearTimeout(timer);
    qemu.kill('SIGKILL');
    await qemu;
  }
}

/** Arguments that attach an image read-only in effect: what the machine writes is thrown away. `boot` is 1 for the first to boot from. */
export function driveArguments(image: string, drive: Drive, id: string, boot: number): string[] {
  const file = `file=${image.replaceAll(',', ',,')},if=none,id=${id},format=raw`;
  const device = `drive=${id},bootindex=${boot}`;
  switch (drive) {
    case 'cdrom':
      return ['-drive', `${file},media=cdrom,readonly=on`, '-device', `ide-cd,${device}`];
    case 'usb':
      return [
        '-device',
        `qemu-xhci,id=${id}-usb`,
        '-drive',
        `${file},snapshot=on`,
        '-device',
        `usb-storage,bus=${id}-usb.0,removable=on,${device}`,
      ];
    case 'disk':
      return ['-drive', `${file},snapshot=on`, '-device', `ide-hd,${device}`];
  }
}

/** Sends one command to QEMU's control socket (QMP) and waits for the answer. */
export async function qmp(socketPath: string, command: { execute: string; arguments?: object }): Promise<void> {
  const socket = createConnection(socketPath);
  try {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const answer = async (): Promise<object> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error('QEMU closed its control socket');
        const message: object = JSON.parse(value);
        if ('error' in message) throw new Error(`QEMU refused ${command.execute}: ${JSON.stringify(message.error)}`);
        if ('return' in message || 'QMP' in message) return message; // the rest are events
      }
    };
    await answer(); // the greeting
    for (const each of [{ execute: 'qmp_capabilities' }, command]) {
      socket.write(`${JSON.stringify(each)}\n`);
      await answer();
    }
  } finally {
    socket.destroy();
  }
}

function shows(text: string, until: RegExp | string): boolean {
  return typeof until === 'string' ? text.includes(until) : until.test(text);
}

function tail(text: string): string {
  return text.slice(-3000);
}
