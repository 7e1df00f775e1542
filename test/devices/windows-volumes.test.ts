/** Windows is asked in this order; whether it does what Microsoft writes is not known here. */
import { describe, expect, it } from 'vitest';
import type { Drive, DriveVolume } from '../../src/devices/drive.js';
import { dropVolumes, flushVolumes, type WindowsTools } from '../../src/devices/windows-volumes.js';

const MIB = 1024 * 1024;

function stick(...volumes: DriveVolume[]): Drive {
  return {
    path: '\\\\.\\PhysicalDrive7',
    aliases: ['PhysicalDrive7'],
    model: 'Stick',
    sizeBytes: 64 * MIB,
    sectorBytes: 512,
    bus: 'usb',
    removable: true,
    readOnly: false,
    systemUses: [],
    heldBy: [],
    volumes,
  };
}

const volume = { name: 'Partition 1', sizeBytes: 62 * MIB, offset: MIB, mounts: ['E:\\'] };

/** Windows that lists these, one after the other; undefined: the drive is gone. */
function windows(...listings: (Drive | undefined)[]): WindowsTools & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    run: async (script) => void asked.push(script),
    find: async () => {
      asked.push('list');
      return listings.length > 1 ? listings.shift() : listings[0];
    },
    pause: async () => void asked.push('pause'),
  };
}

describe('volumes of Windows', () => {
  it('are flushed before anything is read, by the number of the disk', async () => {
    const tools = windows();
    await flushVolumes(stick(volume), tools);
    expect(tools.asked).toEqual([expect.stringMatching(/^Get-Partition -DiskNumber 7 .*\| Write-VolumeCache /)]);
  });

  it('that begin with the first block are refused, with what helps', async () => {
    const tools = windows();
    const floppy = stick({ ...volume, offset: 0 });
    await expect(flushVolumes(floppy, tools)).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
    await expect(flushVolumes(floppy, tools)).rejects.toThrow(/select disk 7/);
    expect(tools.asked).toEqual([]);
  });

  it('are gone when the marker was read: only then is anything else written', async () => {
    const tools = windows(stick(volume), stick(volume), stick());
    await dropVolumes(stick(volume), tools);
    const rescan = 'Update-Disk -Number 7; Update-HostStorageCache';
    expect(tools.asked).toEqual([rescan, 'list', 'pause', rescan, 'list', 'pause', rescan, 'list']);
  });

  it('that stay end the job, and so does a drive that is gone', async () => {
    await expect(dropVolumes(stick(volume), windows(stick(volume)))).rejects.toMatchObject({
      code: 'DEVICE_BUSY',
      message: expect.stringContaining('E:\\'),
    });
    await expect(dropVolumes(stick(volume), windows(undefined))).rejects.toMatchObject({ code: 'DEVICE_REMOVED' });
  });
});
