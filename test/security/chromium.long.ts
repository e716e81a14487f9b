/** The same texts on the same pages in a real browser: it opens no dialog, meets no policy and asks nobody else. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { findChromium } from '../support/find-chromium.ts';
import { openBrowser } from './chromium.ts';
import { rounds } from './routes/hostile-texts.ts';
import { doors } from './routes/world.ts';
import { pages, plant } from './routes/written-pages.ts';

const chromium = findChromium();

test('no text on any page does anything in Chromium', { skip: !chromium && 'no Chromium here' }, async () => {
  await using browser = await openBrowser(chromium as string);
  await assertNoticed(browser);
  for (const [round, textOf] of rounds.entries()) {
    await plant(textOf);
    for (const { path, cookie } of pages) {
      const { dialogs, reports, requests } = await browser.visit(`${doors.url}${path}`, cookie);
      const where = `${path}, in round ${round}, with ${textOf(0)}`;
      assert.deepEqual([dialogs, reports], [[], []], where);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith(`${doors.url}/`)),
        [],
        where,
      );
      assert.ok(requests.length > 0, where);
    }
  }
});

/** A page that does what ours must not: all three are seen. */
async function assertNoticed(browser: Awaited<ReturnType<typeof openBrowser>>): Promise<void> {
  const bad = createServer((request, response) => {
    const policy = request.url === '/fenced' ? { 'content-security-policy': "default-src 'none'" } : {};
    response
      .writeHead(200, { 'content-type': 'text/html', ...policy })
      .end('<img src=http://127.0.0.1:9/x onerror=alert(1)>');
  });
  await new Promise<void>((resolve) => void bad.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = bad.address() as { port: number };
    const open = await browser.visit(`http://127.0.0.1:${port}/`);
    assert.deepEqual(open.dialogs, ['1']);
    assert.ok(open.requests.includes('http://127.0.0.1:9/x'));
    const fenced = await browser.visit(`http://127.0.0.1:${port}/fenced`);
    assert.ok(fenced.reports.length > 0 && fenced.dialogs.length === 0);
  } finally {
    bad.closeAllConnections();
    bad.close();
  }
}
