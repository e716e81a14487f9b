/** Print runs to a real IPP printer: what it prints, what is followed, and what is not sent again when the line breaks. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { openIpp } from '../../src/deliver/print/ipp.ts';
import { settlePrintRun } from '../../src/usecases/print-runs/settle-print-run.ts';
import { noPrinter, startPrinter, type TestPrinter } from '../support/ippeveprinter.ts';
import { openTestApp } from '../support/open-test-app.ts';
import { plantRun, readRun, waitForRun } from '../support/print-run.ts';

const skip = noPrinter;

/** A line to the printer that breaks by plan: `cut` bytes of a document's connection pass; with `answers` false none comes back from it. */
async function openLine(port: number, plan: { cut?: number; answers?: boolean }) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => (socket === near ? far : near).destroy());
    }
    let passed = 0;
    // Everything but documents is short.
    const isDocument = () => passed > 4_000;
    near.on('data', (piece) => {
      passed += piece.length;
      if (plan.cut !== undefined && passed > plan.cut) {
        far.end(piece.subarray(0, Math.max(0, piece.length - (passed - plan.cut))));
        setTimeout(() => near.destroy(), 100);
        return;
      }
      far.write(piece);
    });
    far.on('data', (piece) => {
      if (isDocument() && plan.answers === false) return near.destroy();
      near.write(piece);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as { port: number };
  return {
    url: `ipp://127.0.0.1:${own}/ipp/print`,
    plan,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const sumsOf = async (printer: TestPrinter) =>
  (await printer.printed()).map(({ bytes }) => createHash('sha256').update(bytes).digest('hex'));

test('a run is printed as it was composed, and followed until it is', { skip }, async () => {
  await using printer = await startPrinter({ seconds: 1 });
  await using belt = await openTestApp({ environment: { IPP_URL: printer.url } });
  const tenant = await belt.addTenant();
  const run = await plantRun(belt, tenant, { carrier: 'ipp' });
  await belt.startBelt();
  const submitted = await waitForRun(belt, run, ({ status }) => status === 'submitted');
  assert.equal(submitted.reference, `1:${run.id}`);
  assert.deepEqual(submitted.pieces, { printed: 3 });
  await waitForRun(belt, run, ({ status }) => status === 'printed');
  const [row] = await belt.sql<{ sha256: string }>(
    `select files->'pdf'->>'sha256' as sha256 from print_run where id = $1`,
    [run.id],
  );
  assert.deepEqual(await sumsOf(printer), [row?.sha256]);
});

test('what the printer lacks keeps the run deferred; a printer that is off is waited for', { skip }, async () => {
  await using printer = await startPrinter({ simplex: true });
  await using belt = await openTestApp({ environment: { IPP_URL: printer.url } });
  const tenant = await belt.addTenant();
  const duplex = await plantRun(belt, tenant, { carrier: 'ipp' });
  await belt.startBelt();
  const refused = await waitForRun(belt, duplex, ({ status }) => status === 'deferred');
  assert.equal(refused.response, 'the printer does not print on both sides');
  await printer.stop();
  const simplex = await plantRun(belt, tenant, { carrier: 'ipp', product: { duplex: false } });
  const waiting = await waitForRun(belt, simplex, ({ status }) => status === 'deferred');
  assert.match(waiting.response ?? '', /ECONNREFUSED/);
  await printer.restart();
  await settlePrintRun(belt.app, tenant.actor, simplex.id, 'again');
  await waitForRun(belt, simplex, ({ status }) => status === 'printed');
  assert.equal((await printer.printed()).length, 1);
});

test('an answer that gets lost is asked for by the job’s number: the run is not sent again', { skip }, async () => {
  await using printer = await startPrinter();
  await using line = await openLine(printer.port, { answers: false });
  await using belt = await openTestApp({ environment: { IPP_URL: line.url } });
  const tenant = await belt.addTenant();
  const run = await plantRun(belt, tenant, { carrier: 'ipp' });
  await belt.startBelt();
  const facts = await waitForRun(belt, run, ({ status }) => status === 'submitted' || status === 'printed');
  assert.equal(facts.attempts, 1);
  assert.deepEqual(facts.pieces, { printed: 3 });
  assert.equal((await printer.printed()).length, 1);
});

test('half a document that the printer took for a whole is not taken for the run: a person decides', {
  skip,
}, async () => {
  await using printer = await startPrinter();
  await using line = await openLine(printer.port, { cut: 6_000 });
  await using belt = await openTestApp({ environment: { IPP_URL: line.url } });
  const tenant = await belt.addTenant();
  const run = await plantRun(belt, tenant, { carrier: 'ipp' });
  await belt.startBelt();
  const facts = await waitForRun(belt, run, ({ response }) =>
    /does not say that all of it was printed/.test(response ?? ''),
  );
  assert.deepEqual([facts.status, facts.pieces, facts.mailing], ['unknown', { accepted: 3 }, 'printing']);
  line.plan.cut = undefined;
  await settlePrintRun(belt.app, tenant.actor, run.id, 'again');
  await waitForRun(belt, run, ({ status }) => status === 'submitted' || status === 'printed');
  const sizes = (await printer.printed()).map(({ bytes }) => bytes.length);
  assert.ok((sizes[0] as number) < (sizes[1] as number), sizes.join());
});

test('a printer that was switched off and on, and counts from 1 again, is not believed to have another’s job', {
  skip,
}, async () => {
  await using printer = await startPrinter();
  await using belt = await openTestApp({ environment: { IPP_URL: printer.url } });
  const tenant = await belt.addTenant();
  const first = await plantRun(belt, tenant, { carrier: 'ipp' });
  const stop = await belt.startBelt();
  await waitForRun(belt, first, ({ status }) => status === 'printed');
  await stop();
  await printer.restart();
  const carrier = openIpp(printer.url);
  const second = await plantRun(belt, tenant, { carrier: 'ipp' });
  await belt.startBelt();
  await waitForRun(belt, second, ({ status }) => status === 'printed');
  assert.equal((await readRun(belt, second)).reference, `1:${second.id}`);
  assert.equal(await carrier.status(`1:${first.id}`), 'unknown');
  assert.equal(await carrier.status(`1:${second.id}`), 'printed');
  assert.equal(await carrier.cancel(`1:${first.id}`), false);
});
