/** How much an uploaded PDF may ask of whoever reads it, by what it is uploaded as. */

export interface PdfLimits {
  /** As the sentences call it. */
  what: 'certificate' | 'letter';
  pages: number;
  /** Of the page tree. */
  nodes: number;
  objects: number;
  /** Bytes of all packed streams together, and of one. */
  unpacked: number;
  oneStream: number;
  /** Pictures count only as far as they are larger than they say: a scan of 2,000 pages unpacks to 50 GB. */
  picturesCount: boolean;
  /** On paper nobody follows a link or opens an attachment: they are left out, whatever they are. */
  onPaper: boolean;
}

export const certificateLimits: PdfLimits = {
  what: 'certificate',
  pages: 200,
  nodes: 5_000,
  objects: 200_000,
  unpacked: 500_000_000,
  oneStream: 500_000_000,
  picturesCount: true,
  onPaper: false,
};

/** A tagged PDF of 2,000 pages has some 200,000 objects. */
export const letterLimits: PdfLimits = {
  what: 'letter',
  pages: 5_000,
  nodes: 20_000,
  objects: 1_000_000,
  unpacked: 2_000_000_000,
  oneStream: 200_000_000,
  picturesCount: false,
  onPaper: true,
};

export const mostLetterBytes = 250_000_000;
