/** For machines that watch: /livez (the loop turns), /readyz (work can be done), /metrics (Prometheus). */

import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { App } from '../app.ts';
import { countBelt } from '../db/metrics.ts';
import { lifecycle } from '../domain/lifecycle.ts';

export async function registerHealth(server: FastifyInstance, app: App): Promise<void> {
  server.get('/livez', async () => ({ status: 'alive' }));
  server.get('/readyz', async (_, reply) => {
    try {
      await app.db.ownerQuery('select 1');
      const { halt } = app.instance;
      if (halt && halt.kind !== 'quarantine')
        return reply.code(503).header('retry-after', '60').send({ status: halt.kind, reason: halt.reason });
      return halt ? { status: halt.kind, reason: halt.reason } : { status: 'ready' };
    } catch {
      return reply.code(503).header('retry-after', '2').send({ status: 'database not reachable' });
    }
  });
  if (!app.config.METRICS) return;
  const metrics = openMetrics(app);
  server.get('/metrics', async (_, reply) => {
    const text = await metrics.read().catch(() => undefined);
    if (text === undefined)
      return reply.code(503).header('retry-after', '2').send({ status: 'database not reachable' });
    return reply.type(metrics.contentType).send(text);
  });
}

/** Everything is counted before anything is written: the registry reads its gauges side by side. */
function openMetrics(app: App): { contentType: string; read(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'chancery_' });
  const gauge = (name: string, help: string, labelNames: string[]) =>
    new Gauge({ name: `chancery_${name}`, help, labelNames, registers: [registry] });
  const batches = gauge('batches', 'Batches by status.', ['status']);
  const items = gauge('items', 'Items by outcome, summed over chunks.', ['outcome']);
  const mails = gauge('mails', 'Mails by outcome, summed over chunks.', ['outcome']);
  const quarantine = gauge('quarantine', '1 while nothing may leave, because a backup was restored.', []);
  const jobs = gauge('jobs', 'Jobs of each queue by state; a queue without jobs has no line.', ['queue', 'state']);
  return {
    contentType: registry.contentType,
    async read() {
      const [queues, counts] = await Promise.all([app.queue.depth(), app.db.owner(countBelt)]);
      quarantine.set(app.instance.halt?.kind === 'quarantine' ? 1 : 0);
      jobs.reset();
      for (const [queue, { waiting, active }] of Object.entries(queues)) {
        jobs.set({ queue, state: 'waiting' }, waiting);
        jobs.set({ queue, state: 'active' }, active);
      }
      for (const status of Object.keys(lifecycle.batch)) batches.set({ status }, 0);
      for (const { status, count } of counts.batches) batches.set({ status }, count);
      for (const outcome of ['issued', 'failed'] as const) items.set({ outcome }, counts[outcome]);
      for (const [outcome, count] of Object.entries(counts.mails)) mails.set({ outcome }, count);
      return registry.metrics();
    },
  };
}
