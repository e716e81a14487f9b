/** Turns a message into its MIME bytes; the same message always gives the same bytes, so that a retry is the same mail. */

import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Outgoing } from '../channel.ts';
import { attachmentName, displayName, headerText } from './mailbox.ts';

/** RFC 5322 message with CRLF line ends. Nothing is read from disk or network: content comes as bytes only. */
export async function composeMime(message: Outgoing): Promise<Buffer> {
  const composer = new MailComposer({
    messageId: message.messageId,
    date: message.date,
    from: { name: displayName(message.from.name), address: message.from.address },
    to: { name: displayName(message.to.name), address: message.to.address },
    subject: headerText(message.subject),
    text: message.text.toWellFormed(),
    html: message.html.toWellFormed(),
    attachments: message.attachments.map((attachment) => ({
      filename: attachmentName(attachment.filename),
      contentType: headerText(attachment.contentType, 100),
      content: Buffer.from(attachment.content.buffer, attachment.content.byteOffset, attachment.content.byteLength),
    })),
    headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(message.unsubscribeUrl) },
    baseBoundary: createHash('sha256').update(message.messageId).digest('hex').slice(0, 32),
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** So that its header line stays below the 998 bytes of RFC 5322, 2.1.1: an address cannot be folded. */
const longestUrl = 900;

function unsubscribeHeaders(address: string | undefined): Record<string, string> {
  const url = address === undefined ? null : URL.parse(address);
  if (!url || url.href.length > longestUrl) return {};
  if (url.protocol === 'https:')
    return { 'List-Unsubscribe': `<${url.href}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
  if (url.protocol === 'mailto:') return { 'List-Unsubscribe': `<${url.href}>` };
  return {};
}
