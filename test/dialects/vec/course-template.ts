/** The template behind the spreadsheet of VEC's guide: two columns of its own, plain text both. */

export function courseTemplate(options: { signatures?: number } = {}) {
  const text = { type: 'text', family: 'Noto Sans', align: 'center' } as const;
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
    name: 'Certificate 2',
    language: 'en',
    page: { width: 148, height: 105 },
    fields: [
      { type: 'text', name: 'CourseTitle', maxLength: 60 },
      { type: 'text', name: 'CompletionDate', maxLength: 20 },
    ],
    elements: [
      { ...text, x: 10, y: 20, width: 128, height: 12, size: 20, minSize: 10, text: '{{name}}' },
      { ...text, x: 10, y: 40, width: 128, height: 20, size: 12, minSize: 6, wrap: true, text: '{{CourseTitle}}' },
      { ...text, x: 10, y: 60, width: 128, height: 8, size: 10, text: '{{CompletionDate}}' },
      { type: 'qr', x: 118, y: 76, size: 20 },
      ...places,
    ],
    achievement: { name: 'Web development', description: 'A course.', criteria: 'Attend.', type: 'Course' },
    mail: { subject: 'Your certificate', greeting: 'Dear {{name}},', body: 'here it is.' },
  };
}
