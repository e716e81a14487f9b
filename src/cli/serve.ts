/** `chancery serve`: doors and belt in one process. */

import { isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { buildServer } from '../http/server.ts';
import { openLog } from '../log.ts';
import { dispatchWebhooks } from '../pipeline/dispatch-webhooks.ts';
import { stageRunners } from '../pipeline/index.ts';
import { openWaitingBatches } from '../pipeline/open-waiting-batches.ts';
import { keepSealed } from '../usecases/events/keep-sealed.ts';
import { keepMarked } from '../usecases/instance/keep-marked.ts';
import { writeDidDocuments } from '../usecases/organizations/write-did-documents.ts';
import { keepSwept } from '../usecases/upkeep/keep-swept.ts';
import { keepFilesExpired } from '../usecases/vault/expire-vault-files.ts';
import type { Command } from './commands.ts';
import { describeServer, openDemo } from './demo.ts';
import { untilSignal } from './until-signal.ts';

/** Seconds a chunk under way may take to end after SIGTERM; past that it is done again by the next start. */
export const drainSeconds = 25;

export const serve: Command = {
  usage: `
chancery serve [--json]

  --json   print one line of JSON on stdout when ready (addresses, keys); all else goes to stderr

Settings (docs/configuration.md): PORT, HOST, CHANCERY_DATA, DATABASE_URL, SMTP_URL, PUBLIC_URL, ...
Stops on SIGTERM or SIGINT after finishing the chunks under way; kill -9 loses nothing.`,
  async run(args) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
    const config = readConfig();
    const log = openLog(config.LOG_LEVEL ?? (process.stderr.isTTY ? 'warn' : 'info'));
    const stopped = untilSignal();
    await using app = await openApp(config, log);
    const server = await buildServer(app);
    await using closing = new AsyncDisposableStack();
    closing.defer(() => server.close());
    closing.defer(await keepMarked(app));
    closing.defer(keepSealed(app));
    await server.listen({ host: config.HOST, port: config.PORT });
    const { port } = server.server.address() as { port: number };
    const any = config.HOST === '0.0.0.0' || config.HOST === '::';
    const host = any ? '127.0.0.1' : isIPv6(config.HOST) ? `[${config.HOST}]` : config.HOST;
    if (!config.PUBLIC_URL) app.publicUrl = `http://${host}:${port}`;
    await openWaitingBatches(app);
    const running = await app.queue.run(stageRunners(app), { belt: config.THREADS + 1, deliver: 2 });
    closing.defer(() => running.stop(drainSeconds));
    closing.defer(keepSwept(app));
    closing.defer(keepFilesExpired(app));
    const dispatching = await dispatchWebhooks(app);
    closing.defer(() => dispatching.stop(drainSeconds));
    const facts = await openDemo(app);
    await writeDidDocuments(app);
    process.stdout.write(values.json ? `${JSON.stringify(facts)}\n` : describeServer(facts, app));
    log.info({ url: app.publicUrl }, 'ready');
    await stopped;
    log.info({}, 'draining');
    return 0;
  },
};
