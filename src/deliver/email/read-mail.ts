/** Takes a stored mail apart again for people to look at; nothing in it is trusted. */

import PostalMime, { type Address } from 'postal-mime';

export interface ReadMail {
  from: string;
  to: string;
  subject: string;
  messageId: string;
  text: string;
  /** As the sender wrote it: show it only in a sandbox. */
  html: string | null;
  attachments: { filename: string; contentType: string; content: Uint8Array }[];
}

/** Reads RFC 5322 bytes; a header that is missing reads as an empty text. Throws on more than 2 MiB of headers or 256 nested parts. */
export async function readMail(raw: Uint8Array): Promise<ReadMail> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer', forceRfc822Attachments: true });
  return {
    from: mail.from ? addressText(mail.from) : '',
    to: (mail.to ?? []).map(addressText).join(', '),
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? '',
    text: mail.text ?? '',
    html: mail.html ?? null,
    attachments: mail.attachments.map((attachment, at) => ({
      filename: attachment.filename ?? `attachment-${at + 1}`,
      contentType: attachment.mimeType,
      content:
        typeof attachment.content === 'string'
          ? new TextEncoder().encode(attachment.content)
          : new Uint8Array(attachment.content),
    })),
  };
}

function addressText(address: Address): string {
  if (address.group) return `${address.name}: ${address.group.map(addressText).join(', ')};`;
  return address.name === '' ? address.address : `${address.name} <${address.address}>`;
}
