/** The one shape of every way out: a channel takes a finished message and says what became of it, and it never throws for what a message or a relay does. */

export interface Mailbox {
  name: string;
  address: string;
}

export interface Outgoing {
  /** `<itemId.channel.generation@domain>`; the same over all retries, so that a receiver can drop a double. */
  messageId: string;
  to: Mailbox;
  from: Mailbox;
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; content: Uint8Array }[];
  /** The `Date` header; part of the message, so the same over all retries. */
  date: Date;
  /** An https or mailto address for `List-Unsubscribe` (RFC 2369; https also gets one-click, RFC 8058). */
  unsubscribeUrl?: string;
}

/**
 * What became of a message. `deferred`: certainly not taken, try again later. `failed`: refused for good.
 * `unknown`: the message was sent in full and no answer came, so it may or may not have been taken (RFC 1047).
 */
export type Outcome =
  | { status: 'sent'; response: string }
  | { status: 'deferred'; reason: string }
  | { status: 'failed'; reason: string; permanent: true }
  | { status: 'unknown'; reason: string };

export interface Channel {
  readonly name: string;
  deliver(message: Outgoing): Promise<Outcome>;
  /** Lets the messages in flight finish, then lets go of every connection. */
  close(): Promise<void>;
}
