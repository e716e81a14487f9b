/** Where this machine's Chromium is, and a picture of a local page taken with it; nothing is installed or fetched. */

import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The first on the PATH, or what CHROMIUM names. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = process.env.CHROMIUM
    ? [process.env.CHROMIUM]
    : folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Writes a PNG of the page, which may read other local files; `width` and `height` are CSS pixels. */
export async function photograph(
  chromium: string,
  page: string,
  png: string,
  { width, height, scale }: { width: number; height: number; scale: number },
): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'chancery-chromium-'));
  try {
    await run(
      chromium,
      [
        '--headless',
        ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
        ...['--no-first-run', '--hide-scrollbars', '--allow-file-access-from-files', '--font-render-hinting=none'],
        ...['--disable-lcd-text', '--virtual-time-budget=20000', `--user-data-dir=${profile}`],
        ...[`--force-device-scale-factor=${scale}`, `--window-size=${width},${height}`, `--screenshot=${png}`],
        pathToFileURL(page).href,
      ],
      { timeout: 120_000 },
    );
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
