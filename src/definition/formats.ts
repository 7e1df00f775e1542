/** What media can be written as (design/media.md, Formats). */
export const OUTPUT_FORMATS = ['iso', 'hybrid', 'usb', 'folder', 'zip'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** When the definition names none: one file that serves as a disc, in a virtual machine and on a stick. */
export const DEFAULT_FORMAT = 'hybrid' satisfies OutputFormat;

/** How a stick of the format `usb` is divided. */
export const USB_LAYOUTS = ['fat32', 'fat32+exfat'] as const;
export type UsbLayout = (typeof USB_LAYOUTS)[number];

/** Whether a format has an optical side: UDF, ISO 9660 and El Torito. */
export function isOptical(format: OutputFormat): boolean {
  return format === 'iso' || format === 'hybrid';
}

/** Whether FAT32 has to hold every file, and none can have 4 GiB. */
export function isAllFat32(format: OutputFormat, layout: UsbLayout): boolean {
  return format === 'hybrid' || (format === 'usb' && layout === 'fat32');
}

/** Whether a format is a disk that can be written to: it has a place for what machines leave behind. */
export function isDisk(format: OutputFormat): boolean {
  return format === 'hybrid' || format === 'usb';
}
