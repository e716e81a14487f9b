/** What the pages of a member's wallet say, in the languages they speak. Numbers come as text, already written as the language writes them. */

import type { WalletState } from '../usecases/wallet/list-credentials.ts';
import type { ClosedWalletLink } from '../usecases/wallet/open-wallet.ts';

export interface WalletWords {
  banner: string;
  /** Asking for a link. */
  askTitle: string;
  askMeaning: string;
  email: string;
  ask: string;
  emailMissing: string;
  emailWrong: string;
  problem: string;
  askedTitle: string;
  asked(minutes: string): string;
  askedNext: string;
  signedOut: string;
  ended: string;
  tooMany: string;
  tooManyNext: string;
  /** The page behind a link: title and what follows. */
  openTitle(organization: string): string;
  openMeaning(name: string): string;
  openShared(hours: string): string;
  open: string;
  closed: Record<ClosedWalletLink, readonly [title: string, next: string]>;
  /** The wallet. */
  title: string;
  belongsTo(name: string): string;
  nothing: string;
  nothingNext(organization: string): string;
  states: Record<WalletState, string>;
  issuedBy: string;
  awardedTo: string;
  issueDate: string;
  expiryDate: string;
  revokedAt: string;
  reference: string;
  view: string;
  pdf: string;
  json: string;
  linkedIn: string;
  publicLink: string;
  publicMeaning: string;
  page(at: string): string;
  pages: string;
  newer: string;
  older: string;
  signOut: string;
  fault: string;
  faultNext: string;
  back: string;
  footer: string;
  askFooter: string;
}

export const english: WalletWords = {
  banner: 'Your certificates',
  askTitle: 'Open your wallet',
  askMeaning:
    'Your wallet holds all certificates that an organization has issued to you as its member. Type the e-mail address under which it knows you, and you get a link by mail. You need no password.',
  email: 'Your e-mail address',
  ask: 'Send me a link',
  emailMissing: 'Please type your e-mail address.',
  emailWrong: 'This is no e-mail address. Please type it whole, such as name@example.com.',
  problem: 'No link was sent',
  askedTitle: 'Look into your mail',
  asked: (minutes) =>
    `If this address belongs to a member, a link is on its way. It works once, and for ${minutes} minutes.`,
  askedNext:
    'Nothing has come after some minutes? Look among unwanted mail, check the address, and ask again later: after several links no more are sent for a while. Whether an address is known is told to nobody.',
  signedOut: 'You have signed out.',
  ended: 'Your session is over. Ask for a new link to open your wallet again.',
  tooMany: 'Too many links were asked for from here',
  tooManyNext: 'Please wait a minute and try again.',
  openTitle: (organization) => `Your certificates from ${organization}`,
  openMeaning: (name) => `This opens the wallet of ${name} in this browser.`,
  openShared: (hours) =>
    `It stays open for ${hours} hours or until you sign out; do sign out where others use this browser too.`,
  open: 'Open my wallet',
  closed: {
    unknown: [
      'This link leads nowhere',
      'Please check that the address is complete, exactly as in the mail, or ask for a new link here.',
    ],
    used: ['This link has been used', 'Each link opens the wallet once. Ask for a new one here.'],
    superseded: [
      'This link is no longer valid',
      'The wallet was opened by a newer link, or your address has changed. Ask for a new link here.',
    ],
    expired: ['This link has expired', 'Nothing is lost. Ask for a new link here.'],
  },
  title: 'Your certificates',
  belongsTo: (name) => `Wallet of ${name}`,
  nothing: 'There is no certificate here yet',
  nothingNext: (organization) =>
    `What ${organization} issues to your address appears here by itself, also what it has issued to it before.`,
  states: { valid: 'Valid', revoked: 'Revoked', expired: 'Expired', not_yet_issued: 'Not valid yet' },
  issuedBy: 'Issued by',
  awardedTo: 'Awarded to',
  issueDate: 'Date of issue',
  expiryDate: 'Valid until',
  revokedAt: 'Revoked on',
  reference: 'Reference',
  view: 'Open public page',
  pdf: 'Download PDF',
  json: 'Download credential (JSON)',
  linkedIn: 'Add to LinkedIn',
  publicLink: 'Public link',
  publicMeaning: 'Whoever has it can look at this certificate and check it.',
  page: (at) => `Page ${at}`,
  pages: 'Pages',
  newer: 'Newer',
  older: 'Older',
  signOut: 'Sign out',
  fault: 'That did not work',
  faultNext: 'Nothing has changed. Go back and try again.',
  back: 'Back',
  footer: 'Only you see this page. The public pages of your certificates can be seen by whoever has their address.',
  askFooter: 'The link is sent to the address that the organization has for you, and to no other.',
};
