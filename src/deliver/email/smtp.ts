/** The channel to an SMTP relay: pooled connections, one recipient per message, and an outcome that never guesses. */

import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import type { Channel, Outcome, Outgoing } from '../channel.ts';
import { addressFault } from './mailbox.ts';
import { composeMime } from './mime.ts';
import { parseRelay } from './smtp-address.ts';
import { outcomeOf, type SmtpFault } from './smtp-outcome.ts';
import { openTurnstile } from './turnstile.ts';

export interface SmtpOptions {
  maxConnections?: number;
  /** Mails before a connection is replaced. */
  messagesPerConnection?: number;
  /** Milliseconds without a byte before a connection counts as lost; default 30,000. */
  timeoutMs?: number;
  /** Milliseconds one mail may take in all, against a relay that trickles its replies; default ten times `timeoutMs`. */
  deadlineMs?: number;
  /** The name said in EHLO; default: this machine's. */
  clientName?: string;
}

/** A mail on its way through nodemailer's pool. */
interface Passage {
  raw: Buffer;
  /** The last byte of the message went to the socket. */
  bodyEnded: boolean;
}

/** `url` as read by `parseRelay`. Throws `invalid_input` for a URL it cannot use; `deliver` never throws. */
export function openSmtp(url: string, options: SmtpOptions = {}): Channel {
  const timeout = options.timeoutMs ?? 30_000;
  const deadline = options.deadlineMs ?? timeout * 10;
  const maxConnections = options.maxConnections ?? 5;
  const passages = new Map<string, Passage>();
  const transport = openTransport(url, options, maxConnections, timeout, passages);
  // The pool has a queue of its own; kept out of it, a mail's deadline starts when a connection is free for it.
  const turnstile = openTurnstile(maxConnections);
  let closing = false;

  async function send(message: Outgoing, raw: Buffer, key: string): Promise<Outcome> {
    const passage: Passage = { raw, bodyEnded: false };
    passages.set(key, passage);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), deadline);
    try {
      const envelope = { from: message.from.address, to: [message.to.address], size: raw.length };
      const info = await transport.sendMail({ raw, envelope, signal: stop.signal, messageId: key });
      return { status: 'sent', response: info.response };
    } catch (error) {
      return outcomeOf(error as SmtpFault, passage.bodyEnded);
    } finally {
      clearTimeout(timer);
      passages.delete(key);
    }
  }

  let sequence = 0;
  return {
    name: 'email',
    async deliver(message) {
      if (closing) return { status: 'deferred', reason: 'the channel is closed' };
      const fault = addressFault(message);
      if (fault !== null) return { status: 'failed', reason: fault, permanent: true };
      let raw: Buffer;
      try {
        raw = await composeMime(message);
      } catch (error) {
        return { status: 'failed', reason: `the mail could not be composed: ${String(error)}`, permanent: true };
      }
      sequence += 1;
      const key = `passage-${sequence}`;
      return turnstile.pass(() => send(message, raw, key));
    },
    async close() {
      closing = true;
      await turnstile.empty();
      transport.close();
    },
  };
}

function openTransport(
  url: string,
  options: SmtpOptions,
  maxConnections: number,
  timeout: number,
  passages: Map<string, Passage>,
) {
  const { rejectUnauthorized, auth, ...relay } = parseRelay(url);
  const transport = createTransport({
    ...relay,
    pool: true,
    maxConnections,
    maxMessages: options.messagesPerConnection ?? 100,
    // A requeue only ever happens to a mail of which not a byte was sent.
    maxRequeues: 1,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    dnsTimeout: timeout,
    socketTimeout: timeout,
    maxResponseSize: 128 * 1024,
    tls: { rejectUnauthorized },
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(auth === undefined ? {} : { auth }),
    ...(options.clientName === undefined ? {} : { name: options.clientName }),
  });
  // nodemailer reads a message ahead of DATA into a buffer; this one is read only while it is being sent, so its end tells.
  transport.use('stream', (mail, done) => {
    const passage = passages.get(String(mail.data.messageId));
    if (!passage) return done(new Error('a mail without a passage'));
    mail.message.createReadStream = (() => bodyOf(passage)) as typeof mail.message.createReadStream;
    done();
  });
  return transport;
}

/** In slices, so that back-pressure from the socket holds the end back until nearly all of the message is sent. */
function bodyOf(passage: Passage): Readable {
  let at = 0;
  const body = new Readable({
    read(size) {
      this.push(at < passage.raw.length ? passage.raw.subarray(at, at + size) : null);
      at += size;
    },
  });
  body.once('end', () => {
    passage.bodyEnded = true;
  });
  return body;
}
