/** A template with everything that UniCreda's recipients may say, and a field that is the school's own. */

export function degreeTemplate() {
  return {
    format: 'chancery-template/1',
    name: 'Curso de datos',
    language: 'es',
    page: { width: 148, height: 105 },
    fields: [
      { type: 'choice', name: 'Grade', label: 'Calificacion', required: true, choices: ['A', 'B', 'C', 'D', 'F'] },
      { type: 'number', name: 'Credits', label: 'Creditos', min: 0, max: 60 },
      { type: 'evidence', name: 'Work', label: 'Evidencia', max: 3 },
      { type: 'text', name: 'Role', maxLength: 60 },
      { type: 'text', name: 'Licence', maxLength: 40 },
      { type: 'text', name: 'Term', maxLength: 40 },
      { type: 'date', name: 'From', format: 'YYYY-MM-DD' },
      { type: 'date', name: 'Until', format: 'YYYY-MM-DD', notBefore: 'From' },
      { type: 'text', name: 'Campus', required: false, maxLength: 40 },
    ],
    elements: [
      {
        type: 'text',
        family: 'Noto Sans',
        x: 34,
        y: 20,
        width: 80,
        height: 12,
        size: 20,
        minSize: 10,
        text: '{{name}}',
      },
      {
        type: 'text',
        family: 'Noto Sans',
        x: 34,
        y: 40,
        width: 80,
        height: 12,
        size: 12,
        minSize: 6,
        text: '{{Grade}}',
      },
      { type: 'qr', x: 118, y: 76, size: 20 },
    ],
    achievement: {
      name: 'Curso de datos',
      description: 'Ha completado el curso de datos.',
      criteria: 'Aprobar el examen.',
      type: 'Course',
      result: { name: 'Nota final', type: 'LetterGrade', allowedValues: ['A', 'B', 'C', 'D', 'F'] },
    },
    bindings: {
      result: 'Grade',
      creditsEarned: 'Credits',
      evidenceField: 'Work',
      role: 'Role',
      licenseNumber: 'Licence',
      term: 'Term',
      activityStartDate: 'From',
      activityEndDate: 'Until',
    },
    mail: { subject: 'Tu credencial', greeting: 'Hola {{name}},', body: 'aqui esta.' },
  };
}
