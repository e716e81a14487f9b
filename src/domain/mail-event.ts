/** What a carrier tells of a piece of mail: kinds of events, and which kind a carrier's own words mean. */

/** In the order in which they usually come; of two at the same instant the later kind is the newer. */
export const mailEventKinds = [
  /** Made, or announced to the post; not handed over yet. */
  'printed',
  'accepted',
  'in_transit',
  'forwarded',
  'out_for_delivery',
  'refused',
  'returned',
  'delivered',
] as const;
export type MailEventKind = (typeof mailEventKinds)[number];

/** Every kind but the first: only what was handed over can be anywhere. */
export const mailedKinds: readonly MailEventKind[] = mailEventKinds.filter((kind) => kind !== 'printed');

/**
 * The first that fits decides: what goes wrong is said with the words of what goes well ("not delivered as addressed"). After the texts of the
 * USPS's tracking and of its Informed Visibility scans.
 */
const words: [MailEventKind, RegExp][] = [
  [
    'returned',
    /return(ed|ing)?\b(?! receipt)|original sender|undeliver|unable to (?:be )?(?:deliver|forward)|unclaimed|not known|no such (?:number|street)|insufficient address|moved,? left|vacant|no mail receptacle/,
  ],
  ['refused', /refus/],
  ['forwarded', /forwarded|forwarding|change of address/],
  [
    'out_for_delivery',
    /out for delivery|attempt|notice left|no access|no authorized recipient|available for pick-? ?up|held at post office/,
  ],
  // Which of the two, nobody can tell.
  ['delivered', /^(?!.*\bnot\b).*\bdelivered\b/],
  ['printed', /^print|\bprinted\b|pre-? ?ship|manifest|awaiting item|label created|electronic shipping info/],
  [
    'accepted',
    /accept|picked up|hand(?:ed)? over|handed to|induct|possession of item|^mailed\b|^posted\b|entered the mail/,
  ],
  [
    'in_transit',
    /transit|en ?route|arriv|depart|process|sort|tray|facility|distribution|missent|mis-sent|re-?rout|redirect|customs|origin|destination|delay/,
  ],
];

/** What is said not to have happened tells nothing; what else is said may. */
const denied =
  /\b(?:not|never)(?: yet)?(?: been)? (?:printed|accepted|mailed|posted|picked up|handed|inducted|forwarded|in transit|out for delivery)\b/g;

/** Undefined where the words mean nothing that is known here. */
export function kindOfWords(text: string): MailEventKind | undefined {
  const folded = text.toLowerCase().replace(/\s+/g, ' ').replace(denied, '').trim();
  return words.find(([, pattern]) => pattern.test(folded))?.[0];
}

/** One event as it is stored, its piece not yet looked for. */
export interface MailEvent {
  /** How the piece is named, by at least one of the four. */
  pieceId: string | null;
  /** The 20 digits of the tracking code. */
  barcode: string | null;
  /** `<run number>-<seq>`, as printed beside the address. */
  code: { run: number; seq: number } | null;
  own: { jobNumber: number; uniqueId: string } | null;
  status: string;
  kind: MailEventKind;
  at: Date;
  location: string;
  source: string;
}
