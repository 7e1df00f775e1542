import { defineConfig } from 'vitest/config';

/** `npm test` sets INPLACE_LONG=1 for `npm run test:long`; long cases ask for it themselves. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
