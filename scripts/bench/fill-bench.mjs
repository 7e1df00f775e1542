/**
 * The writing of `inplace write` alone, without SHA-256, probe, ends and reading back: `fill-bench.mjs IMAGE DEVICE [sums]` prints the seconds
 * until all is written and flushed. With `sums` the CRC-32 for reading back is in it. Started by write-bench.mjs.
 */
// @ts-check
import { openFile } from '../../dist/content/file.js';
import { listDrives } from '../../dist/devices/list.js';
import { OpenDrive } from '../../dist/devices/open-drive.js';
import { deviceSink } from '../../dist/devices/write-drive.js';
import { DeviceGroup } from '../../dist/emit/device-group.js';
import { DiskImage } from '../../dist/image/disk-image.js';

const [image = '', path = '', sums] = process.argv.slice(2);
const found = (await listDrives(process.platform)).drives.find((drive) => drive.path === path);
if (!found) throw new Error(`No drive ${path}`);
const file = await openFile(image);
// `closing` extents have no SHA-256
const disk = new DiskImage(file.size, [{ offset: 0, content: file, kind: 'closing', role: image }]);
const drive = await OpenDrive.open(found, process.platform);
const start = performance.now();
const sink = deviceSink(drive);
const checks = sums ? sink.checks : new SharedArrayBuffer(0);
await new DeviceGroup(disk, {}, 1).join({ ...sink, checks }, {});
console.log((performance.now() - start) / 1000);
await drive.close();
await file.close();
