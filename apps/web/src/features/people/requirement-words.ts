/** What the payment provider's names of missing facts mean; by how they begin, longest first. */
const meanings: readonly (readonly [start: string, words: string])[] = [
  ['external_account', 'A bank account'],
  ['tos_acceptance', "Your agreement to the provider's terms"],
  ['business_profile', 'What you sell'],
  ['business_type', 'Whether you sell as a person or as a company'],
  ['individual.verification', 'A document that shows who you are'],
  ['individual.dob', 'Your date of birth'],
  ['individual.address', 'Your address'],
  ['individual.id_number', 'Your tax or identity number'],
  ['individual.ssn_last_4', 'The last four digits of your social security number'],
  ['individual.first_name', 'Your name'],
  ['individual.last_name', 'Your name'],
  ['individual.email', 'Your mail address'],
  ['individual.phone', 'Your phone number'],
  ['company', 'Facts about your company'],
  ['representative', 'Who acts for your company'],
];

/** Missing facts in plain words, each once; one that is not known here is shown by its own name. */
export function requirementWords(requirements: readonly string[]): string[] {
  const all = requirements.map(
    (name) => meanings.find(([start]) => name.startsWith(start))?.[1] ?? name.replaceAll(/[._]/g, ' '),
  );
  return [...new Set(all)];
}
