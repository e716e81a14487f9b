/** What the signatory's pages say, in the languages they speak. Numbers come as text, already written as the language writes them. */

export interface ApprovalWords {
  banner: string;
  asked(organization: string): string;
  intro(name: string): string;
  certificates: string;
  faulty: string;
  faultyMeaning: string;
  rejected: string;
  template: string;
  handedIn: string;
  linkExpires: string;
  signers: string;
  you: string;
  sequential: string;
  /** By the approval's status. */
  approved: string;
  pending: string;
  waiting: string;
  declined: string;
  sample: string;
  sampleMeaning: string;
  outliers: string;
  outliersMeaning: string;
  noOutliers: string;
  stillLooking: string;
  lookAgain: string;
  all(count: string): string;
  toDecision: string;
  decision: string;
  confirm: string;
  approve(count: string): string;
  approveMeaning: string;
  rejectSome: string;
  rejectBatch: string;
  rejectBatchMeaning(organization: string): string;
  reason: string;
  reasonHint(most: string): string;
  /** Pages of certificates. */
  allTitle: string;
  allMeaning: string;
  page(at: string, of: string): string;
  goTo(of: string): string;
  go: string;
  previous: string;
  next: string;
  pages: string;
  back: string;
  certificateOf(name: string): string;
  place(at: string, of: string): string;
  row: string;
  name: string;
  email: string;
  issueDate: string;
  expiryDate: string;
  noExpiry: string;
  reference: string;
  missing: string;
  openPicture: string;
  rejectOne: string;
  rejectOneMeaning(organization: string): string;
  oneRejected: string;
  oneFaulty: string;
  /** Reasons why a certificate is shown as unusual. */
  longestName(length: string): string;
  foreignName(script: string): string;
  missingValue(field: string): string;
  longestValue(field: string, length: string): string;
  leastNumber(field: string, value: string): string;
  mostNumber(field: string, value: string): string;
  leastDate(field: string, date: string): string;
  mostDate(field: string, date: string): string;
  futureIssue: string;
  oldIssue: string;
  expired: string;
  inAll(count: string): string;
  /** What went wrong with a form. */
  problem: string;
  changed: string;
  confirmMissing: string;
  reasonMissing: string;
  reasonTooLong(most: string): string;
  reasonUnreadable: string;
  notYourTurn: string;
  justRejected: string;
  /** Receipts and links that open nothing. */
  receiptApproved: string;
  receiptApprovedNext: string;
  receiptOthers: string;
  receiptReleased: string;
  receiptEnded: string;
  receiptRejected: string;
  receiptRejectedNext(organization: string): string;
  decidedAt: string;
  decidedBy: string;
  batch: string;
  organization: string;
  keepPage: string;
  linkExpired: string;
  linkExpiredNext: string;
  linkSuperseded: string;
  linkSupersededNext: string;
  linkArchived: string;
  linkArchivedNext: string;
  linkEnded: string;
  linkEndedNext: string;
  linkUnknown: string;
  linkUnknownNext: string;
  fault: string;
  faultNext: string;
  noCertificate: string;
  footer: string;
}

export const english: ApprovalWords = {
  banner: 'Certificates to approve',
  asked: (organization) => `${organization} asks for your approval`,
  intro: (name) =>
    `${name}, these certificates carry your signature. Nothing is issued or sent before everyone who signs has approved.`,
  certificates: 'Certificates',
  faulty: 'Faulty rows',
  faultyMeaning: 'will not be issued',
  rejected: 'Rejected',
  template: 'Template',
  handedIn: 'Handed in',
  linkExpires: 'This link works until',
  signers: 'Who signs',
  you: 'you',
  sequential: 'They are asked one after the other.',
  approved: 'has approved',
  pending: 'has been asked',
  waiting: 'is asked later',
  declined: 'has rejected',
  sample: 'A look at the certificates',
  sampleMeaning: 'Spread over the whole batch, drawn exactly as they will be issued. Open one to see it large.',
  outliers: 'The unusual ones',
  outliersMeaning: 'All certificates were looked through; these stand out. That need not mean that anything is wrong.',
  noOutliers: 'All certificates were looked through, and none stands out.',
  stillLooking: 'The batch is large and is still being looked through.',
  lookAgain: 'Look again',
  all: (count) => `Look at all certificates (${count})`,
  toDecision: 'Go to your decision',
  decision: 'Your decision',
  confirm: 'I have looked at these certificates and approve them.',
  approve: (count) => `Approve all certificates (${count})`,
  approveMeaning:
    'When everyone who signs has approved, they are issued with your signature and sent to the recipients. An approval cannot be taken back.',
  rejectSome: 'Is only one of them wrong? Open it and reject it there; then approve the others here.',
  rejectBatch: 'Reject the whole batch',
  rejectBatchMeaning: (organization) =>
    `None of these certificates is issued. ${organization} is told your reason. This cannot be taken back.`,
  reason: 'Reason',
  reasonHint: (most) => `What has to be corrected? At most ${most} characters.`,
  allTitle: 'All certificates',
  allMeaning: 'In the order of the rows handed in.',
  page: (at, of) => `Page ${at} of ${of}`,
  goTo: (of) => `Go to page (1 to ${of})`,
  go: 'Go',
  previous: 'Previous',
  next: 'Next',
  pages: 'Pages',
  back: 'Back to the batch',
  certificateOf: (name) => `Certificate of ${name}`,
  place: (at, of) => `${at} of ${of}`,
  row: 'Row in the file',
  name: 'Name',
  email: 'E-mail',
  issueDate: 'Date of issue',
  expiryDate: 'Valid until',
  noExpiry: 'no expiry date',
  reference: 'Reference',
  missing: 'not given',
  openPicture: 'Open the picture',
  rejectOne: 'Reject this certificate',
  rejectOneMeaning: (organization) =>
    `It is not issued; the others are not affected. ${organization} is told your reason. This cannot be taken back.`,
  oneRejected: 'Rejected: it will not be issued',
  oneFaulty: 'Faulty row: it will not be issued',
  longestName: (length) => `The longest name: ${length} characters`,
  foreignName: (script) => `A name with other letters than ${script} ones`,
  missingValue: (field) => `“${field}” is not given`,
  longestValue: (field, length) => `The longest “${field}”: ${length} characters`,
  leastNumber: (field, value) => `The smallest “${field}”: ${value}`,
  mostNumber: (field, value) => `The largest “${field}”: ${value}`,
  leastDate: (field, date) => `The earliest “${field}”: ${date}`,
  mostDate: (field, date) => `The latest “${field}”: ${date}`,
  futureIssue: 'Its date of issue lies after the day it was handed in',
  oldIssue: 'Its date of issue lies more than a year back',
  expired: 'It will have expired when it is issued',
  inAll: (count) => `so in ${count} certificates`,
  problem: 'Nothing was decided',
  changed:
    'The batch has changed since you opened this page. Please look at it again; what you see now is what there is.',
  confirmMissing: 'Please tick the box to confirm that you approve.',
  reasonMissing: 'Please give a reason.',
  reasonTooLong: (most) => `The reason is too long: at most ${most} characters.`,
  reasonUnreadable: 'The reason contains characters that cannot be stored. Please type it again.',
  notYourTurn: 'It is not your turn yet: another signatory has to approve first.',
  justRejected: 'The certificate is rejected and will not be issued.',
  receiptApproved: 'You have approved this batch',
  receiptApprovedNext: 'Thank you. There is nothing more for you to do.',
  receiptOthers: 'The certificates are issued when the others who sign have approved too.',
  receiptReleased: 'Everyone has approved: the certificates are being issued.',
  receiptEnded: 'They will not be issued: another signatory has rejected the batch, or it was called off.',
  receiptRejected: 'You have rejected this batch',
  receiptRejectedNext: (organization) =>
    `None of these certificates is issued. ${organization} has been told your reason and can hand in a corrected batch.`,
  decidedAt: 'Decided',
  decidedBy: 'By',
  batch: 'Batch',
  organization: 'Organization',
  keepPage: 'This page stays at this address; you may print it or save it.',
  linkExpired: 'This link has expired',
  linkExpiredNext: 'Nothing was decided. Ask the organization that wrote to you for a new link.',
  linkSuperseded: 'There is a newer link',
  linkSupersededNext:
    'The batch has changed or you were sent a new link, so this one decides nothing any more. Open the newest mail you got about it.',
  linkArchived: 'You can no longer sign for this organization',
  linkArchivedNext: 'If that is a mistake, ask the organization that wrote to you.',
  linkEnded: 'This batch does not wait for approval any more',
  linkEndedNext:
    'Nothing is decided by this link: another signatory has rejected the batch, or it was called off. There is nothing more for you to do.',
  linkUnknown: 'This link leads nowhere',
  linkUnknownNext:
    'Please check that the address is complete, exactly as in the mail. If it is, ask the organization that wrote to you for a new link.',
  fault: 'That did not work',
  faultNext: 'Nothing was decided. Go back to the batch and try again.',
  noCertificate: 'There is no such certificate in this batch',
  footer: 'This page is only for you: whoever has its address can decide in your name. Do not pass it on.',
};
