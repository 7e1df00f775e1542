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
  reports: 'Reports',
} as const;
