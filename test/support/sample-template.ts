/** A template that is quick to fill and can refuse rows: a name box that long names overflow, a course, a date, a QR code. */

const text = { type: 'text', family: 'Noto Sans', align: 'center' } as const;

/** `chancery-template/1`, as a door would receive it. `signatures` adds that many signatory places. */
export function sampleTemplate(options: { signatures?: number; attachPdf?: boolean } = {}) {
  const places = Array.from({ length: options.signatures ?? 0 }, (_, at) => ({
    type: 'signatory',
    x: 10 + at * 45,
    y: 70,
    width: 40,
    height: 20,
    slot: at + 1,
  }));
  return {
    format: 'chancery-template/1',
    name: 'Sample certificate',
    language: 'en',
    page: { width: 148, height: 105 },
    fields: [
      { type: 'text', name: 'Course', required: true, maxLength: 60 },
      { type: 'date', name: 'Held on', format: 'YYYY-MM-DD' },
    ],
    elements: [
      { type: 'rectangle', x: 5, y: 5, width: 138, height: 95, stroke: '#204060', strokeWidth: 0.5 },
      { ...text, x: 34, y: 20, width: 80, height: 12, size: 20, minSize: 10, text: '{{name}}' },
      {
        ...text,
        x: 10,
        y: 40,
        width: 128,
        height: 20,
        size: 12,
        minSize: 6,
        wrap: true,
        text: '{{Course}} {{Held on}}',
      },
      { type: 'qr', x: 118, y: 76, size: 20 },
      ...places,
    ],
    achievement: { name: 'Sample course', description: 'Proves the belt.', criteria: 'Take part.', type: 'Course' },
    mail: {
      subject: 'Certificate for {{name}}',
      greeting: 'Dear {{name}},',
      body: 'you took part in {{Course}}.',
      attachPdf: options.attachPdf ?? false,
    },
  };
}

/** Too wide for its box at its smallest size. */
export const overflowingName = 'Wolfeschlegelsteinhausenbergerdorff '.repeat(4).trim();

export const header = ['name', 'email', 'Course', 'Held on'];

/** One good row, told apart by its number. */
export const goodRow = (number: number): string[] => [
  `Person ${number}`,
  `person${number}@example.com`,
  `Course ${number}`,
  '2026-03-01',
];

export const goodRows = (count: number, from = 1): string[][] =>
  Array.from({ length: count }, (_, at) => goodRow(from + at));
