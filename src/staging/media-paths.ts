/** Where everything lies on the media (design/media.md, What is on the media). */
export const MEDIA_PATHS = {
  autorun: 'autorun.inf',
  bootstrap: 'upgrade.cmd',
  bootImage: 'sources/boot.wim',
  deploy: 'deploy',
  engine: 'deploy/engine.js',
  sequence: 'deploy/sequence.json',
  variables: 'deploy/variables.json',
  media: 'deploy/media.json',
  packages: 'deploy/packages',
  otherUpgradePackages: 'deploy/os',
  prestart: 'deploy/prestart',
  reports: 'Reports',
} as const;

/** Folder of an upgrade package that is not the first. */
export function upgradePackagePath(id: string): string {
  return `${MEDIA_PATHS.otherUpgradePackages}/${id}`;
}
