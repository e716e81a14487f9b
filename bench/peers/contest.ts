/** Who takes part: documents against ours, credentials against ours; each in a file of its own that is loaded only where its packages are. */

import type { Peer } from './peer.ts';

export const documents = {
  chancery: async () => (await import('./ours.ts')).openOurs(),
  typst: async () => (await import('./typst.ts')).openTypst(),
  pdfkit: async () => (await import('./pdfkit.ts')).openPdfkit(),
  'pdf-lib': async () => (await import('./pdf-lib.ts')).openPdfLib(),
  pdfme: async () => (await import('./pdfme.ts')).openPdfme(),
  chromium: async () => (await import('./chromium.ts')).openChromium(),
} satisfies Record<string, () => Promise<Peer>>;

export const credentials = {
  'chancery credential': async () => (await import('./our-credential.ts')).openOurCredential(),
  digitalbazaar: async () => (await import('./digitalbazaar.ts')).openDigitalbazaar(),
} satisfies Record<string, () => Promise<Peer>>;

export const contestants: Record<string, () => Promise<Peer>> = { ...documents, ...credentials };
