/** Mails sent through a real SMTP server arrive whole, alone, and with nothing in them that a name or an address smuggled in. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Outgoing } from '../channel.ts';
import { openCatcher } from './catcher.ts';
import { composeMime } from './mime.ts';
import { readMail } from './read-mail.ts';
import { openSmtp } from './smtp.ts';

interface Received {
  from: string;
  recipients: string[];
  raw: Buffer;
}

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

/** A server that keeps what it gets; the local part `421-rcpt` or `550-mail` makes it refuse at that step. */
async function startServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom(address, _session, done) {
      const code = /^(\d{3})-mail@/.exec(address.address)?.[1];
      done(code ? refusal(Number(code), 'sender refused') : null);
    },
    onRcptTo(address, _session, done) {
      const code = /^(\d{3})-rcpt/.exec(address.address)?.[1];
      done(code ? refusal(Number(code), 'recipient refused') : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const recipients = session.envelope.rcptTo.map((one) => one.address);
        const code = /^(\d{3})-dot/.exec(recipients[0] ?? '')?.[1];
        if (code) return done(refusal(Number(code), 'message refused'));
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
        received.push({ from, recipients, raw: Buffer.concat(chunks) });
        done(null, 'kept');
      });
    },
    ...options,
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address() as { port: number };
  return {
    received,
    url: `smtp://127.0.0.1:${address.port}`,
    close: () => new Promise<void>((done) => server.close(done)),
  };
}

let serial = 0;
function mail(change: Partial<Outgoing> = {}): Outgoing {
  serial += 1;
  return {
    messageId: `<item-${serial}.email.1@chancery.example>`,
    to: { name: 'Ada Lovelace', address: 'ada@example.org' },
    from: { name: 'Examination Office', address: 'office@example.edu' },
    subject: 'Your certificate',
    text: 'Dear Ada,\n\n.a line that starts with a dot\n',
    html: '<p>Dear Ada</p>',
    attachments: [],
    date: new Date('2026-01-10T09:00:00Z'),
    ...change,
  };
}

const headerLines = (raw: Buffer) =>
  raw
    .toString('latin1')
    .split('\r\n\r\n', 1)[0]
    ?.split('\r\n')
    .filter((line) => !/^\s/.test(line)) ?? [];

test('a mail arrives with its text, its page, its attachment and its Message-ID', async () => {
  const server = await startServer();
  const channel = openSmtp(server.url);
  const pdf = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0, 255, 10, 13]);
  const message = mail({
    to: { name: 'محمد بن سلمان', address: 'ada@example.org' },
    subject: 'شهادتك من الجامعة',
    attachments: [{ filename: 'شهادة.pdf', contentType: 'application/pdf', content: pdf }],
    unsubscribeUrl: 'https://chancery.example/u/1',
  });
  const outcome = await channel.deliver(message);
  await channel.close();
  await server.close();
  assert.equal(outcome.status, 'sent');
  const [got] = server.received;
  assert.ok(got);
  const read = await readMail(got.raw);
  assert.equal(read.to, 'محمد بن سلمان <ada@example.org>');
  assert.equal(read.subject, 'شهادتك من الجامعة');
  assert.equal(read.messageId, message.messageId);
  assert.equal(read.text.trim(), message.text.trim());
  assert.equal(read.html?.trim(), message.html);
  assert.equal(read.attachments[0]?.filename, 'شهادة.pdf');
  assert.deepEqual(read.attachments[0]?.content, pdf);
  const headers = headerLines(got.raw);
  assert.ok(headers.includes('Auto-Submitted: auto-generated'));
  assert.ok(headers.includes('List-Unsubscribe: <https://chancery.example/u/1>'));
  assert.ok(headers.includes('List-Unsubscribe-Post: List-Unsubscribe=One-Click'));
});

test('the same message is the same bytes, by relay and by catcher', async () => {
  const message = mail({
    attachments: [{ filename: 'a.pdf', contentType: 'application/pdf', content: new Uint8Array(3000).fill(7) }],
  });
  const first = await composeMime(message);
  assert.deepEqual(await composeMime(structuredClone(message)), first);
  assert.notDeepEqual(await composeMime({ ...message, messageId: '<other@x.example>' }), first);
  let caught: Buffer | undefined;
  const catcher = openCatcher('email', async (kept) => {
    caught = kept.raw;
  });
  assert.equal((await catcher.deliver(message)).status, 'sent');
  assert.deepEqual(caught, first);
  const server = await startServer();
  const channel = openSmtp(server.url);
  await channel.deliver(message);
  await channel.close();
  await server.close();
  assert.deepEqual(server.received[0]?.raw.toString('latin1').trimEnd(), first.toString('latin1').trimEnd());
});

test('200 recipients at once each get their own mail and nobody else’s word', async () => {
  const server = await startServer();
  const channel = openSmtp(server.url, { maxConnections: 4, messagesPerConnection: 30 });
  const people = Array.from({ length: 200 }, (_, at) => ({ canary: `canary${at}x`, address: `p${at}@example.org` }));
  const outcomes = await Promise.all(
    people.map(({ canary, address }) =>
      channel.deliver(
        mail({
          to: { name: `Name ${canary}`, address },
          text: `Text ${canary}`,
          html: `<p>${canary}</p>`,
          attachments: [{ filename: `${canary}.txt`, contentType: 'text/plain', content: Buffer.from(canary) }],
        }),
      ),
    ),
  );
  await channel.close();
  await server.close();
  assert.deepEqual(new Set(outcomes.map((outcome) => outcome.status)), new Set(['sent']));
  assert.equal(server.received.length, 200);
  const seen = new Set<string>();
  for (const got of server.received) {
    assert.equal(got.recipients.length, 1);
    const person = people.find((one) => one.address === got.recipients[0]);
    assert.ok(person);
    seen.add(person.address);
    const read = await readMail(got.raw);
    const attached = read.attachments.map((one) => one.filename + Buffer.from(one.content).toString()).join();
    const words = `${read.to} ${read.text} ${read.html} ${attached}`.match(/canary\d+x/g);
    assert.deepEqual(new Set(words), new Set([person.canary]));
    assert.equal(words?.length, 5);
  }
  assert.equal(seen.size, 200);
});

test('names, subjects and file names cannot add a header, a recipient or a part', async () => {
  const server = await startServer();
  const channel = openSmtp(server.url);
  const plain = mail();
  await channel.deliver(plain);
  const attacks = [
    'Ada\r\nBcc: victim@example.com',
    'Ada\nX-Evil: 1\n\nbody',
    'Ada\u2028Bcc: victim@example.com\u0085Cc: v@example.com',
    'Ada <victim@example.com>, Bob',
    '"Ada" <victim@example.com>',
    'a, b; c: d@e.example;',
    '=?utf-8?q?Ada=0D=0ABcc:_victim@example.com?=',
    '\u202egro.elpmaxe@ada',
    'A\ud800\0B',
    'x'.repeat(5_000),
    'م'.repeat(5_000),
    '(comment) \\" \\',
  ];
  for (const attack of attacks) {
    const outcome = await channel.deliver(
      mail({
        to: { name: attack, address: 'ada@example.org' },
        from: { name: attack, address: 'office@example.edu' },
        subject: attack,
        attachments: [{ filename: attack, contentType: 'text/plain\r\nX-Evil: 1', content: Buffer.from('x') }],
      }),
    );
    assert.equal(outcome.status, 'sent', attack);
  }
  await channel.close();
  await server.close();
  const names = headerLines(server.received[0]?.raw ?? Buffer.alloc(0)).map((line) => line.split(':')[0]);
  assert.equal(server.received.length, attacks.length + 1);
  for (const got of server.received.slice(1)) {
    assert.deepEqual(got.recipients, ['ada@example.org']);
    const lines = headerLines(got.raw);
    assert.deepEqual(new Set(lines.map((line) => line.split(':')[0])), new Set(names));
    assert.equal(lines.length, names.length);
    assert.ok(
      got.raw
        .toString('latin1')
        .split('\r\n')
        .every((line) => line.length <= 998),
    );
    const read = await readMail(got.raw);
    assert.equal(read.attachments.length, 1);
    assert.match(read.to, /<?ada@example\.org>?$/);
    assert.equal(read.text.trim(), plain.text.trim());
  }
});

test('an address that is not one plain address is refused before anything is sent', async () => {
  const server = await startServer();
  const channel = openSmtp(server.url);
  const addresses = [
    'ada@example.org, victim@example.com',
    'ada@example.org\r\nRCPT TO:<victim@example.com>',
    'ada@example.org> SIZE=1',
    '<ada@example.org>',
    'Ada <ada@example.org>',
    '@example.org',
    'ada@',
    'ada',
    '',
    'a b@example.org',
    'ada@example.org\0',
    'group: ada@example.org;',
    '"x@y"@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(260)}.example`,
  ];
  for (const address of addresses) {
    const outcome = await channel.deliver(mail({ to: { name: 'Ada', address } }));
    assert.equal(outcome.status, 'failed', address);
  }
  await channel.close();
  await server.close();
  assert.equal(server.received.length, 0);
});

test('a refusal at sender, recipient or final dot is deferred or failed by its number, and harms no other mail', async () => {
  const server = await startServer();
  const channel = openSmtp(server.url, { maxConnections: 2 });
  const to = (address: string) => channel.deliver(mail({ to: { name: 'X', address } }));
  const from = (address: string) => channel.deliver(mail({ from: { name: 'X', address } }));
  const outcomes = await Promise.all([
    to('450-rcpt@example.org'),
    to('one@example.org'),
    to('550-rcpt@example.org'),
    to('two@example.org'),
    to('451-dot@example.org'),
    to('three@example.org'),
    to('554-dot@example.org'),
    from('452-mail@example.org'),
    from('553-mail@example.org'),
    to('four@example.org'),
  ]);
  await channel.close();
  await server.close();
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['deferred', 'sent', 'failed', 'sent', 'deferred', 'sent', 'failed', 'deferred', 'failed', 'sent'],
  );
  assert.match(outcomes[2]?.status === 'failed' ? outcomes[2].reason : '', /^550 /);
  assert.deepEqual(server.received.map((got) => got.recipients[0]).sort(), [
    'four@example.org',
    'one@example.org',
    'three@example.org',
    'two@example.org',
  ]);
});

test('a mail larger than the relay takes fails for good, unsent', async () => {
  const server = await startServer({ size: 10_000 });
  const channel = openSmtp(server.url);
  const outcome = await channel.deliver(mail({ text: 'long '.repeat(10_000) }));
  await channel.close();
  await server.close();
  assert.equal(outcome.status, 'failed');
  assert.equal(server.received.length, 0);
});

test('a wrong password defers the mail, since it says nothing about it, and the right one sends it', async () => {
  const server = await startServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      if (auth.username === 'clerk' && auth.password === 'p@ss word') return done(null, { user: 'clerk' });
      done(refusal(535, 'wrong password'));
    },
  });
  const good = openSmtp(server.url.replace('//', `//clerk:${encodeURIComponent('p@ss word')}@`));
  const bad = openSmtp(server.url.replace('//', '//clerk:wrong@'));
  assert.equal((await good.deliver(mail())).status, 'sent');
  const outcome = await bad.deliver(mail());
  assert.equal(outcome.status, 'deferred');
  assert.doesNotMatch(JSON.stringify(outcome), /p@ss|:wrong/);
  await good.close();
  await bad.close();
  await server.close();
});

test('credentials do not travel when the relay offers no STARTTLS', async () => {
  let asked = 0;
  const server = await startServer({
    allowInsecureAuth: true,
    onAuth(_auth, _session, done) {
      asked += 1;
      done(null, { user: 'clerk' });
    },
  });
  const channel = openSmtp(`${server.url.replace('//', '//clerk:secret@')}?requireTLS=true`);
  assert.equal((await channel.deliver(mail())).status, 'deferred');
  await channel.close();
  await server.close();
  assert.equal(asked, 0);
  assert.equal(server.received.length, 0);
});

test('STARTTLS is used where offered, TLS from the start where asked, and a stranger’s certificate is not trusted', async () => {
  let secured = 0;
  const count: SMTPServerOptions['onMailFrom'] = (_address, session, done) => {
    if (session.secure) secured += 1;
    done();
  };
  const upgrading = await startServer({ disabledCommands: [], onMailFrom: count });
  const wrapped = await startServer({ secure: true, onMailFrom: count });
  const smtps = wrapped.url.replace('smtp:', 'smtps:');
  for (const [url, expected] of [
    [`${upgrading.url}?rejectUnauthorized=false`, 'sent'],
    [`${smtps}?rejectUnauthorized=false`, 'sent'],
    [upgrading.url, 'deferred'],
    [smtps, 'deferred'],
  ] as const) {
    const channel = openSmtp(url, { timeoutMs: 5_000 });
    assert.equal((await channel.deliver(mail())).status, expected, url);
    await channel.close();
  }
  await upgrading.close();
  await wrapped.close();
  assert.equal(secured, 2);
  assert.equal(upgrading.received.length + wrapped.received.length, 2);
});
