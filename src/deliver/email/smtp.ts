/** The channel to an SMTP relay: pooled connections, one recipient per message, and an outcome that never guesses. */

import { createTransport } from 'nodemailer';
import { openTurnstile } from '../../domain/turnstile.ts';
import type { Channel, Outcome, Outgoing } from '../channel.ts';
import { addressFault } from './mailbox.ts';
import { composeMime } from './mime.ts';
import { parseRelay } from './smtp-address.ts';
import { outcomeOf, type SmtpFault } from './smtp-outcome.ts';
import { openPassage, type Passage, type PassageLimits, preambleTimeouts } from './smtp-passage.ts';

export interface SmtpOptions {
  maxConnections?: number;
  /** Mails before a connection is replaced. */
  messagesPerConnection?: number;
  /** Milliseconds without a byte before a connection counts as lost; default 30,000. */
  timeoutMs?: number;
  /** Milliseconds until a mail must have been handed over in full, against a relay that trickles its replies; default ten times `timeoutMs`. */
  deadlineMs?: number;
  /** Milliseconds from the final dot to its answer; default ten minutes, as RFC 5321 section 4.5.3.2.6 asks: who gives up sooner makes doubles. */
  answerMs?: number;
  /** Milliseconds that mails in flight are given when the channel is closed; default 5,000. */
  closeMs?: number;
  /** The name said in EHLO; default: this machine's. */
  clientName?: string;
}

/** `url` as read by `parseRelay`. Throws `invalid_input` for a URL it cannot use; `deliver` never throws. */
export function openSmtp(url: string, options: SmtpOptions = {}): Channel {
  const timeout = options.timeoutMs ?? 30_000;
  const limits = { timeout, deadline: options.deadlineMs ?? timeout * 10, answer: options.answerMs ?? 600_000 };
  const maxConnections = options.maxConnections ?? 5;
  const passages = new Map<string, Passage>();
  const transport = openTransport(url, options, maxConnections, limits, passages);
  // The pool has a queue of its own; kept out of it, a mail's deadline starts when a connection is free for it.
  const turnstile = openTurnstile(maxConnections);
  let closing = false;
  let hurried = false;

  async function send(message: Outgoing, raw: Buffer, key: string): Promise<Outcome> {
    const passage = openPassage(raw, limits);
    const { signal } = passage;
    passages.set(key, passage);
    try {
      const envelope = { from: message.from.address, to: [message.to.address], size: raw.length };
      const info = await transport.sendMail({ raw, envelope, signal, messageId: key });
      return { status: 'sent', response: info.response };
    } catch (error) {
      return outcomeOf(signal.aborted ? (signal.reason as Error) : (error as SmtpFault), passage.bodyEnded);
    } finally {
      passage.end();
      passages.delete(key);
    }
  }

  let sequence = 0;
  async function composeAndSend(message: Outgoing): Promise<Outcome> {
    const raw = await compose(message);
    if (!(raw instanceof Uint8Array)) return raw;
    sequence += 1;
    const key = `passage-${sequence}`;
    return turnstile.pass<Outcome>(async () => (hurried ? closed : send(message, raw, key)));
  }

  /** Those that were taken, from before they are composed. */
  const underWay = new Set<Promise<Outcome>>();
  return {
    name: 'email',
    async deliver(message) {
      if (closing) return closed;
      const passing = composeAndSend(message);
      underWay.add(passing);
      return passing.finally(() => underWay.delete(passing));
    },
    async close() {
      closing = true;
      const hurry = setTimeout(() => {
        hurried = true;
        for (const passage of passages.values()) passage.stop('the server was stopped');
      }, options.closeMs ?? 5_000);
      await Promise.all(underWay);
      clearTimeout(hurry);
      transport.close();
    },
  };
}

/** What goes over the line, or why nothing can. */
async function compose(message: Outgoing): Promise<Buffer | Outcome> {
  const fault = addressFault(message);
  if (fault !== null) return { status: 'failed', reason: fault, permanent: true };
  try {
    return await composeMime(message);
  } catch (error) {
    return { status: 'failed', reason: `the mail could not be composed: ${String(error)}`, permanent: true };
  }
}

const closed: Outcome = { status: 'deferred', reason: 'the channel is closed' };

function openTransport(
  url: string,
  options: SmtpOptions,
  maxConnections: number,
  { timeout, answer }: PassageLimits,
  passages: Map<string, Passage>,
) {
  const { rejectUnauthorized, auth, ...relay } = parseRelay(url);
  const transport = createTransport({
    ...relay,
    pool: true,
    maxConnections,
    maxMessages: options.messagesPerConnection ?? 100,
    // A requeue only ever happens to a mail of which not a byte was sent; a relay that was restarted has left every connection dead.
    maxRequeues: maxConnections,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    dnsTimeout: timeout,
    idleTimeout: timeout,
    // Silence before the final dot is cut short by the passage itself.
    socketTimeout: Math.max(timeout * preambleTimeouts, answer),
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
    mail.message.createReadStream = (() => passage.body()) as typeof mail.message.createReadStream;
    done();
  });
  return transport;
}
