/** Words that the Open Badges 3.0 model fixes; all but the statuses may be extended by names that begin with `ext:`. */

/** Open Badges 3.0, AchievementType. */
export const achievementTypes = [
  'Achievement',
  'ApprenticeshipCertificate',
  'Assessment',
  'Assignment',
  'AssociateDegree',
  'Award',
  'Badge',
  'BachelorDegree',
  'Certificate',
  'CertificateOfCompletion',
  'Certification',
  'CommunityService',
  'Competency',
  'Course',
  'CoCurricular',
  'Degree',
  'Diploma',
  'DoctoralDegree',
  'Fieldwork',
  'GeneralEducationDevelopment',
  'JourneymanCertificate',
  'LearningProgram',
  'License',
  'Membership',
  'ProfessionalDoctorate',
  'QualityAssuranceCredential',
  'MasterCertificate',
  'MasterDegree',
  'MicroCredential',
  'ResearchDoctorate',
  'SecondarySchoolDiploma',
] as const;

/** Open Badges 3.0, ResultType. */
export const resultTypes = [
  'GradePointAverage',
  'LetterGrade',
  'Percent',
  'PerformanceLevel',
  'PredictedScore',
  'RawScore',
  'Result',
  'RubricCriterion',
  'RubricCriterionLevel',
  'RubricScore',
  'ScaledScore',
  'Status',
] as const;

/** Open Badges 3.0, ResultStatusType: all that a result of type Status may say. */
export const resultStatuses = ['Completed', 'Enrolled', 'Failed', 'InProgress', 'OnHold', 'Withdrew'] as const;

/** Whether a word is of the vocabulary or an extension of it. */
export function isWordOf(vocabulary: readonly string[], word: string): boolean {
  return vocabulary.includes(word) || /^ext:[a-zA-Z0-9._-]+$/.test(word);
}
