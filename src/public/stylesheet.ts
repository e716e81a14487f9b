/** The one stylesheet of all pages, as a file with its hash in its address, so that it can be cached for ever. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const content = Buffer.concat(
  ['style.css', 'mailbox.css', 'approval.css', 'wallet.css', 'print.css'].map((name) =>
    readFileSync(new URL(name, import.meta.url)),
  ),
);
const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);

export const stylesheet = {
  /** Absolute path on this server; pages link to it. */
  path: `/assets/style-${hash}.css`,
  content,
  contentType: 'text/css; charset=utf-8',
  cacheControl: 'public, max-age=31536000, immutable',
};
