/** For machines that watch: /livez (the loop turns), /readyz (work can be done), /metrics (Prometheus). */

import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { App } from '../app.ts';
import { countBelt } from '../db/metrics.ts';

export async function registerHealth(server: FastifyInstance, app: App): Promise<void> {
  server.get('/livez', async () => ({ status: 'alive' }));
  server.get('/readyz', async (_, reply) => {
    try {
      await app.db.ownerQuery('select 1');
      return { status: 'ready' };
    } catch {
      return reply.code(503).header('retry-after', '2').send({ status: 'database not reachable' });
    }
  });
  if (!app.config.METRICS) return;
  const registry = openRegistry(app);
  server.get('/metrics', async (_, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
}

function openRegistry(app: App): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'chancery_' });
  const gauge = (name: string, help: string, labelNames: string[], collect?: () => Promise<void>) =>
    new Gauge({ name: `chancery_${name}`, help, labelNames, registers: [registry], ...(collect && { collect }) });
  const batches = gauge('batches', 'Batches by status.', ['status']);
  const items = gauge('items', 'Items by outcome, summed over chunks.', ['outcome']);
  const mails = gauge('mails', 'Mails by outcome, summed over chunks.', ['outcome']);
  const jobs = gauge('jobs', 'Jobs of each queue by state.', ['queue', 'state'], async () => {
    for (const [queue, { waiting, active }] of Object.entries(await app.queue.depth())) {
      jobs.set({ queue, state: 'waiting' }, waiting);
      jobs.set({ queue, state: 'active' }, active);
    }
    const counts = await app.db.owner(countBelt);
    for (const { status, count } of counts.batches) batches.set({ status }, count);
    for (const outcome of ['issued', 'failed'] as const) items.set({ outcome }, counts[outcome]);
    for (const [outcome, count] of Object.entries(counts.mails)) mails.set({ outcome }, count);
  });
  return registry;
}
