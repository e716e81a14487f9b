/** Seals events while the process runs, and writes the ends of their chains into the log, where whoever cuts a chain short cannot reach them. */

import type { App } from '../../app.ts';
import type { ChainHead } from '../../domain/event-chain.ts';
import { sealEvents } from './seal-events.ts';

const everyMs = 5_000;
const tellEveryMs = 60 * 60 * 1000;

/** From now on until the returned function is called, which seals what there is. */
export function keepSealed(app: App): () => Promise<void> {
  const untold = new Map<string, ChainHead>();
  let isFirst = true;
  let isWell = true;
  let toldAt = performance.now();
  const seal = async () => {
    if (app.instance.halt) return;
    try {
      const { heads } = await sealEvents(app, { all: isFirst });
      isFirst = false;
      isWell = true;
      for (const [organizationId, head] of heads) untold.set(organizationId, head);
    } catch (error) {
      isWell = false;
      app.log.warn({ error: (error as Error).message }, 'events are not sealed');
    }
  };
  const tell = () => {
    for (const [organizationId, head] of untold)
      app.log.info({ organizationId, ...head }, 'the chain of events reaches to here');
    untold.clear();
    toldAt = performance.now();
  };
  let turn = seal();
  let waits = false;
  const timer = setInterval(() => {
    if (waits) return;
    waits = true;
    turn = turn.then(seal).then(() => {
      waits = false;
      if (performance.now() - toldAt > tellEveryMs) tell();
    });
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await turn;
    // A database that is away would only keep the process from ending.
    if (isWell) await seal();
    tell();
  };
}
