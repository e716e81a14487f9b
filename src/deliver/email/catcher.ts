/** The channel that sends nothing: every mail is composed to the bytes a relay would have got and handed to its keeper. */

import type { Channel, Outgoing } from '../channel.ts';
import { addressFault, headerText } from './mailbox.ts';
import { composeMime } from './mime.ts';

export interface CaughtMail {
  messageId: string;
  to: string;
  from: string;
  subject: string;
  raw: Buffer;
}

/** `keep` stores one mail; what it throws defers the mail. */
export function openCatcher(name: string, keep: (mail: CaughtMail) => Promise<void>): Channel {
  return {
    name,
    async deliver(message: Outgoing) {
      const fault = addressFault(message);
      if (fault !== null) return { status: 'failed', reason: fault, permanent: true };
      let raw: Buffer;
      try {
        raw = await composeMime(message);
      } catch (error) {
        return { status: 'failed', reason: `the mail could not be composed: ${String(error)}`, permanent: true };
      }
      try {
        await keep({
          messageId: message.messageId,
          to: message.to.address,
          from: message.from.address,
          subject: headerText(message.subject),
          raw,
        });
      } catch (error) {
        return { status: 'deferred', reason: `the mail could not be kept: ${String(error)}` };
      }
      return { status: 'sent', response: '250 kept in the mailbox of this server' };
    },
    async close() {},
  };
}
