/** What the tables of addresses and names are fed to: the judgement of a row, and for those it takes a real mail to a real server. */

import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import type { Channel } from '../../../src/deliver/channel.ts';
import { readMail } from '../../../src/deliver/email/read-mail.ts';
import { openSmtp } from '../../../src/deliver/email/smtp.ts';
import { judgeCells } from '../csv/read-csv.ts';

export interface Received {
  /** As the server was told. */
  recipients: string[];
  /** Names of header fields, in order. */
  headers: string[];
  /** As another mail reader sees the recipient. */
  to: string;
  subject: string;
  longestLine: number;
}

export type Sent = { issues: string[] } | { failed: string } | Received;

export interface Post extends AsyncDisposable {
  /** Judges a row with this name and address and sends its mail, as a batch would. */
  send(row: { name: string; email: string }): Promise<Sent>;
}

export async function openPost(): Promise<Post> {
  let received: { recipients: string[]; raw: Buffer }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push({
          recipients: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
        });
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  const channel: Channel = openSmtp(`smtp://127.0.0.1:${port}`, { maxConnections: 1 });
  let serial = 0;
  return {
    async send(row) {
      const judged = judgeCells(['name', 'email'], [row.name, row.email]);
      if ('issues' in judged) return { issues: judged.issues.map(({ path, code }) => `${path} ${code}`) };
      const { name, email } = judged.row;
      received = [];
      const outcome = await channel.deliver({
        messageId: `<item-${serial++}.email.1@chancery.example>`,
        to: { name, address: email },
        from: { name: 'Office', address: 'office@example.edu' },
        subject: `Certificate for ${name}`,
        text: `Dear ${name},\n\n.a line that starts with a dot\n`,
        html: '<p>Dear</p>',
        attachments: [],
        date: new Date('2026-01-10T09:00:00Z'),
      });
      if (outcome.status !== 'sent') return { failed: outcome.reason };
      const [mail] = received;
      if (!mail || received.length > 1) return { failed: `${received.length} mails came` };
      const read = await readMail(mail.raw);
      const [head = ''] = mail.raw.toString('latin1').split('\r\n\r\n', 1);
      return {
        recipients: mail.recipients,
        headers: head.split('\r\n').flatMap((line) => /^([^\s:]+):/.exec(line)?.[1] ?? []),
        to: read.to,
        subject: read.subject,
        longestLine: Math.max(
          ...mail.raw
            .toString('latin1')
            .split('\r\n')
            .map((line) => line.length),
        ),
      };
    },
    async [Symbol.asyncDispose]() {
      await channel.close();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
