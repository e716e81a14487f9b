/** `chancery worker`: the belt without doors, as many as wanted on one DATABASE_URL. */

import { openApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { ChanceryError } from '../errors.ts';
import { openLog } from '../log.ts';
import { dispatchWebhooks } from '../pipeline/dispatch-webhooks.ts';
import { stageRunners } from '../pipeline/index.ts';
import { keepSealed } from '../usecases/events/keep-sealed.ts';
import { keepMarked } from '../usecases/instance/keep-marked.ts';
import type { Command } from './commands.ts';
import { drainSeconds } from './serve.ts';
import { untilSignal } from './until-signal.ts';

export const worker: Command = {
  usage: `
chancery worker

Needs DATABASE_URL, the same CHANCERY_MASTER_KEY (or CHANCERY_DATA) as the server, and the same place for documents
(a shared CHANCERY_DATA folder or S3_BUCKET). Stops on SIGTERM after the chunks under way; a killed worker's chunks are
taken over by the others within seconds.`,
  async run() {
    const config = readConfig();
    if (!config.DATABASE_URL)
      throw new ChanceryError(
        'invalid_input',
        'a worker needs DATABASE_URL: the embedded database belongs to `chancery serve`',
      );
    const log = openLog(config.LOG_LEVEL ?? (process.stderr.isTTY ? 'warn' : 'info'));
    const stopped = untilSignal();
    await using app = await openApp(config, log);
    const stopMarking = await keepMarked(app);
    const stopSealing = keepSealed(app);
    const running = await app.queue.run(stageRunners(app), { belt: config.THREADS + 1, deliver: 2 });
    const dispatching = await dispatchWebhooks(app);
    process.stderr.write('chancery worker: ready\n');
    await stopped;
    await Promise.all([running.stop(drainSeconds), dispatching.stop(drainSeconds), stopMarking()]);
    await stopSealing();
    return 0;
  },
};
