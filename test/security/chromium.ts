/** Chromium without a window, spoken to over its own protocol: opens pages and notes every dialog, every violated policy and every address it asks for. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Visit {
  dialogs: string[];
  /** What the browser says of security: policies that kept something from happening. */
  reports: string[];
  requests: string[];
}

export interface Browser extends AsyncDisposable {
  visit(url: string, cookie?: string): Promise<Visit>;
}

type Message = { id?: number; method?: string; params?: Record<string, never>; result?: Record<string, never> };

export async function openBrowser(chromium: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'chancery-chromium-'));
  const child = spawn(
    chromium,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const page = await connect(child);
  for (const domain of ['Page', 'Log', 'Network', 'Runtime']) await page.send(`${domain}.enable`);
  return {
    async visit(url, cookie) {
      const visit: Visit = { dialogs: [], reports: [], requests: [] };
      page.listen(({ method, params }) => {
        const said = params as unknown as { message: string; entry: { text: string }; request: { url: string } };
        if (method === 'Page.javascriptDialogOpening') {
          visit.dialogs.push(said.message);
          void page.send('Page.handleJavaScriptDialog', { accept: true });
        }
        if (method === 'Log.entryAdded' && /polic|refused|blocked/i.test(said.entry.text))
          visit.reports.push(said.entry.text);
        if (method === 'Network.requestWillBeSent') visit.requests.push(said.request.url);
      });
      await page.send('Network.setExtraHTTPHeaders', { headers: cookie ? { cookie } : {} });
      const loaded = page.until('Page.loadEventFired');
      await page.send('Page.navigate', { url });
      await loaded;
      // Handlers of pictures that fail run after the page is there; the answer comes behind them.
      await page.send('Runtime.evaluate', {
        expression: 'new Promise((done) => requestIdleCallback(() => setTimeout(done, 50)))',
        awaitPromise: true,
      });
      return visit;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function connect(child: ChildProcess) {
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface(child.stderr as NodeJS.ReadableStream).on('line', (line) => {
      const found = /listening on ws:\/\/([^/]+)\//.exec(line);
      if (found) resolve(`http://${found[1]}`);
    });
    child.once('exit', () => reject(new Error('Chromium has ended')));
  });
  const targets = (await (await fetch(`${origin}/json`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl as string);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const asked = new Map<number, (message: Message) => void>();
  const awaited = new Map<string, () => void>();
  let listener: (message: Message) => void = () => {};
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) asked.get(message.id)?.(message);
    else listener(message);
    awaited.get(message.method ?? '')?.();
  });
  return {
    send: (method: string, params: object = {}) =>
      new Promise<Message>((resolve) => {
        asked.set(++last, resolve);
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
    listen(next: (message: Message) => void) {
      listener = next;
    },
    until: (method: string) => new Promise<void>((resolve) => void awaited.set(method, resolve)),
  };
}
