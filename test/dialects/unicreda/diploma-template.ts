/** A template that binds every field of UniCreda's recipients, each under a name of its own. */

export function diplomaTemplate(options: { signatures?: number } = {}) {
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
    name: 'Diploma',
    language: 'es',
    page: { width: 148, height: 105 },
    fields: [
      { type: 'choice', name: 'nota', choices: ['A', 'B', 'C', 'D', 'F'] },
      { type: 'number', name: 'horas', min: 0, max: 60 },
      { type: 'evidence', name: 'trabajos', max: 5 },
      { type: 'text', name: 'funcion', maxLength: 40 },
      { type: 'text', name: 'colegiado', maxLength: 40 },
      { type: 'text', name: 'periodo', maxLength: 40 },
      { type: 'date', name: 'inicio', format: 'DD/MM/YYYY' },
      { type: 'date', name: 'fin', format: 'DD/MM/YYYY', notBefore: 'inicio' },
    ],
    elements: [
      { ...text, x: 10, y: 20, width: 128, height: 12, size: 20, minSize: 8, text: '{{name}}' },
      { ...text, x: 10, y: 40, width: 128, height: 10, size: 12, minSize: 6, text: '{{nota}} {{horas}} {{periodo}}' },
      { type: 'qr', x: 118, y: 76, size: 20 },
      ...places,
    ],
    achievement: {
      name: 'Programacion en Python',
      description: 'Un curso.',
      criteria: 'Aprobar el proyecto final.',
      type: 'Course',
      result: { name: 'Calificacion', type: 'LetterGrade', allowedValues: ['A', 'B', 'C', 'D', 'F'] },
    },
    bindings: {
      result: 'nota',
      creditsEarned: 'horas',
      evidenceField: 'trabajos',
      role: 'funcion',
      licenseNumber: 'colegiado',
      term: 'periodo',
      activityStartDate: 'inicio',
      activityEndDate: 'fin',
    },
    mail: { subject: 'Su diploma', greeting: 'Hola {{name}},', body: 'aqui esta.' },
  };
}
