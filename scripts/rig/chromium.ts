/** Debian's Chromium, driven without a download of another one. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Another one, or none where a browser is not wanted. */
const program = process.env.SMARTBOX_CHROMIUM ?? '/usr/bin/chromium';

/** Why there is none, for the line of a test that is skipped. */
export const noBrowser: string | false = existsSync(program) ? false : 'SKIPPED: apt-get install chromium';

/** Nothing that it would fetch, keep or tell by itself. */
const quiet = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: program, args: quiet, timeout: 120_000 });
