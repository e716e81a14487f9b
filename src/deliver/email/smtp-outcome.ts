/** Decides from an SMTP error what became of a mail; only a mail that was certainly not taken is ever called deferred or failed. */

import type { Outcome } from '../channel.ts';

/** What nodemailer says about an error. */
export interface SmtpFault {
  message: string;
  code?: string;
  /** The reply's number, absent when there was no reply. */
  responseCode?: number;
  response?: string;
}

/**
 * `bodyEnded`: the whole message was handed to the socket, so the final dot is out or on its way.
 * A 5yz answer to the message itself (MAIL, RCPT, DATA, final dot; RFC 5321 section 4.2.1) is for good. A 5yz answer to
 * greeting, EHLO, STARTTLS or AUTH says nothing about the message: it is deferred, so that a wrong password in the
 * configuration does not fail a whole batch.
 */
export function outcomeOf(fault: SmtpFault, bodyEnded: boolean): Outcome {
  const reason = (fault.response ?? fault.message).replace(/\p{Cc}+/gu, ' ').slice(0, 500);
  const reply = fault.responseCode;
  const refusesMessage = fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE';
  if (reply !== undefined && reply >= 400 && reply < 500) return { status: 'deferred', reason };
  if (reply !== undefined && reply >= 500 && reply < 600) {
    // 503 says that the session was in the wrong state; the mail can pass on a new connection.
    if (reply === 503 || !(refusesMessage || bodyEnded)) return { status: 'deferred', reason };
    return { status: 'failed', reason, permanent: true };
  }
  if (bodyEnded) return { status: 'unknown', reason };
  // Without a reply these are nodemailer's own verdicts: larger than the relay's SIZE, or an address it cannot carry.
  if (refusesMessage && reply === undefined && fault.response === undefined)
    return { status: 'failed', reason, permanent: true };
  return { status: 'deferred', reason };
}
