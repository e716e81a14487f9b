/** Whatever a relay does wrong, and wherever it cuts the line, a mail's outcome never claims more than is known. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { openSmtpSink, type SmtpScript } from '../../../test/support/smtp-sink.ts';
import type { Outgoing } from '../channel.ts';
import { openSmtp, type SmtpOptions } from './smtp.ts';

function mail(serial = 1, change: Partial<Outgoing> = {}): Outgoing {
  return {
    messageId: `<item-${serial}.email.1@chancery.example>`,
    to: { name: `Person ${serial}`, address: `p${serial}@example.org` },
    from: { name: 'Office', address: 'office@example.edu' },
    subject: 'Your certificate',
    text: 'Dear Ada',
    html: '<p>Dear Ada</p>',
    attachments: [],
    date: new Date('2026-01-10T09:00:00Z'),
    ...change,
  };
}

async function deliverTo(script: SmtpScript, messages = [mail()], options: SmtpOptions = {}) {
  await using relay = await openSmtpSink(script);
  const channel = openSmtp(relay.url, { timeoutMs: 300, answerMs: 600, maxConnections: 1, ...options });
  const outcomes = await Promise.all(messages.map((message) => channel.deliver(message)));
  await channel.close();
  return { outcomes, relay, statuses: outcomes.map((outcome) => outcome.status) };
}

const deferredCases: [string, SmtpScript][] = [
  ['421 at connect', { greeting: '421 too busy' }],
  ['554 at connect', { greeting: '554 no service' }],
  ['a line cut at connect', { greeting: { cut: true } }],
  ['a greeting that never comes', { greeting: { silent: true } }],
  ['garbage at connect', { greeting: '\x01\x02 HTTP/1.1 400 Bad Request' }],
  ['421 at EHLO', { EHLO: '421 go away' }],
  ['450 at MAIL', { MAIL: '450 later' }],
  ['a line cut at MAIL', { MAIL: { cut: true } }],
  ['451 at RCPT', { RCPT: '451 greylisted' }],
  ['a line cut at RCPT', { RCPT: { cut: true } }],
  ['451 at DATA', { DATA: '451 later' }],
  ['a line cut at DATA', { DATA: { cut: true } }],
  ['silence at DATA', { DATA: { silent: true } }],
  ['452 at the final dot', { dot: '452 disk full' }],
  ['421 at the final dot', { dot: '421 shutting down' }],
  ['a reply without end', { MAIL: Array.from({ length: 9_000 }, () => '250-go on and on').join('\r\n') }],
  ['garbage at RCPT', { RCPT: 'maybe' }],
];
for (const [what, script] of deferredCases)
  test(`${what} defers the mail: it was certainly not taken`, async () => {
    const { statuses, relay } = await deliverTo(script);
    assert.deepEqual(statuses, ['deferred']);
    assert.equal(relay.mails.length, 0);
  });

for (const [what, script] of [
  ['550 at MAIL', { MAIL: '550 sender unknown' }],
  ['550 at RCPT', { RCPT: '550 5.1.1 no such user' }],
  ['554 at DATA', { DATA: '554 no' }],
  ['552 at the final dot', { dot: '552-too\r\n552 large' }],
] as [string, SmtpScript][])
  test(`${what} fails the mail for good`, async () => {
    const { outcomes } = await deliverTo(script);
    assert.equal(outcomes[0]?.status, 'failed');
  });

for (const [what, script] of [
  ['a line cut after the final dot', { dot: { cut: true } }],
  ['silence after the final dot', { dot: { silent: true } }],
  ['garbage after the final dot', { dot: 'hmm' }],
  ['an answer after the final dot that trickles and never ends', { dot: { trickle: '250-a\r\n' } }],
] as [string, SmtpScript][])
  test(`${what} leaves the mail unknown, and it is not sent again behind our back`, async () => {
    const { statuses, relay } = await deliverTo(script, [mail()], { deadlineMs: 1_000 });
    assert.deepEqual(statuses, ['unknown']);
    assert.equal(relay.commands.filter((command) => command === 'DATA').length, 1);
  });

test('a line cut after the second mail leaves that one unknown, unrepeated, and the others sent', async () => {
  const mails = [1, 2, 3, 4].map((serial) => mail(serial));
  const { statuses, relay } = await deliverTo(
    { dot: ({ connection, nth }) => (connection === 1 && nth === 2 ? { cut: true } : undefined) },
    mails,
  );
  assert.deepEqual(statuses, ['sent', 'unknown', 'sent', 'sent']);
  assert.equal(relay.commands.filter((command) => command === 'DATA').length, 4);
});

test('a relay that needs longer for the final dot than for anything else is waited for: giving up makes a double', async () => {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  await using relay = await openSmtpSink({ dot: { late, reply: '250 at last' } });
  const channel = openSmtp(relay.url, { timeoutMs: 100, deadlineMs: 300, maxConnections: 1 });
  const pending = channel.deliver(mail());
  await relay.until(1);
  // Longer than all other deadlines together.
  setTimeout(resolve, 800);
  assert.deepEqual(await pending, { status: 'sent', response: '250 at last' });
  await channel.close();
});

test('a mail without an answer does not hold up the end of the process', async () => {
  await using relay = await openSmtpSink({ dot: { silent: true, take: true } });
  const channel = openSmtp(relay.url, { maxConnections: 1, closeMs: 100 });
  const [first, second] = [channel.deliver(mail(1)), channel.deliver(mail(2))];
  await relay.until(1);
  await channel.close();
  assert.deepEqual([(await first).status, (await second).status], ['unknown', 'deferred']);
});

test('a relay that trickles its replies is given up before the message was sent', async () => {
  const { statuses } = await deliverTo({ EHLO: { trickle: '250-a\r\n' } }, [mail()], { deadlineMs: 900 });
  assert.deepEqual(statuses, ['deferred']);
});

test('a relay that cuts the line in the middle of a large message leaves it deferred', async () => {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.write('220 hi\r\n');
    let seen = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      seen += chunk;
      if (seen.length > 300_000) socket.destroy();
      else if (/DATA\r\n$/.test(seen)) socket.write('354 go on\r\n');
      else if (/^(EHLO|MAIL|RCPT)/.test(seen.split('\r\n').at(-2) ?? '')) socket.write('250 ok\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const channel = openSmtp(`smtp://127.0.0.1:${(server.address() as { port: number }).port}`, { timeoutMs: 2_000 });
  const content = new Uint8Array(24_000_000).fill(65);
  const outcome = await channel.deliver(
    mail(1, { attachments: [{ filename: 'a.bin', contentType: 'application/octet-stream', content }] }),
  );
  await channel.close();
  server.close();
  assert.equal(outcome.status, 'deferred');
});

test('nobody listening defers the mail', async () => {
  const relay = await openSmtpSink();
  await relay[Symbol.asyncDispose]();
  const channel = openSmtp(relay.url);
  assert.equal((await channel.deliver(mail())).status, 'deferred');
  await channel.close();
});

test('a relay that closes after every third mail gets them all, each once', async () => {
  const mails = Array.from({ length: 10 }, (_, at) => mail(at + 1));
  const { statuses, relay } = await deliverTo({ MAIL: ({ nth }) => (nth > 3 ? { cut: true } : undefined) }, mails);
  assert.deepEqual(new Set(statuses), new Set(['sent']));
  const ids = relay.mails.map(({ messageId }) => messageId);
  assert.equal(ids.length, 10);
  assert.equal(new Set(ids).size, 10);
  assert.ok(relay.connections >= 4);
});

test('a relay that goes away with 421 between mails loses none', async () => {
  const mails = Array.from({ length: 6 }, (_, at) => mail(at + 1));
  const { statuses, relay } = await deliverTo({ MAIL: ({ nth }) => (nth > 2 ? '421 enough' : undefined) }, mails);
  for (const [at, status] of statuses.entries()) {
    const taken = relay.mails.filter(({ messageId }) => messageId.startsWith(`<item-${at + 1}.email.1@`)).length;
    assert.equal(taken, status === 'sent' ? 1 : 0);
    assert.ok(status === 'sent' || status === 'deferred');
  }
});

test('a domain in another script is sent in its ASCII form, and the connection is kept for the next mail', async () => {
  const abroad = mail(2, { to: { name: 'X', address: 'p2@bücher.example' } });
  const { statuses, relay } = await deliverTo({}, [mail(1), abroad, mail(3)]);
  assert.deepEqual(statuses, ['sent', 'sent', 'sent']);
  assert.ok(relay.commands.includes('RCPT TO:<p2@xn--bcher-kva.example>'));
  assert.equal(relay.connections, 1);
});

test('closing waits for the mails in flight and takes no more', async () => {
  await using relay = await openSmtpSink();
  const channel = openSmtp(relay.url, { maxConnections: 1 });
  // Not one is composed yet when it is closed.
  const pending = [1, 2, 3].map((serial) => channel.deliver(mail(serial)));
  const closed = channel.close();
  const late = await channel.deliver(mail(4));
  await closed;
  assert.deepEqual(
    (await Promise.all(pending)).map((outcome) => outcome.status),
    ['sent', 'sent', 'sent'],
  );
  assert.equal(late.status, 'deferred');
  assert.equal(relay.mails.length, 3);
});

test('a relay address is read strictly', () => {
  for (const bad of ['http://relay', 'smtp://', 'relay:25', '', 'smtp://h?tls.ca=x', 'smtp://h?requireTLS=yes'])
    assert.throws(() => openSmtp(bad), { code: 'invalid_input' }, bad);
});
