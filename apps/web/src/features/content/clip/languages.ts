/** Languages that are offered; any other comes with a file. */
const OFFERED =
  'en es pt pt-BR fr de it nl sv da nb fi pl cs uk ro hu el tr ar he fa hi bn ur id vi th ko ja zh-Hans zh-Hant'.split(
    ' ',
  );

/** `German` of `de`, as the reader's own language calls it. */
export const languageName = (tag: string): string =>
  new Intl.DisplayNames(undefined, { type: 'language' }).of(tag) ?? tag;

/** `Deutsch` of `de`: what viewers choose from. */
export function ownLanguageName(tag: string): string {
  const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** What can still be added, by name. */
export const otherLanguages = (taken: readonly string[]): { value: string; label: string }[] =>
  OFFERED.filter((tag) => !taken.includes(tag))
    .map((tag) => ({ value: tag, label: languageName(tag) }))
    .sort((a, b) => a.label.localeCompare(b.label));
