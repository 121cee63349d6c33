/** For places that have room for one line: without the marks at its beginning and around its words. */
export const firstLine = (text: string | undefined): string | undefined =>
  text
    ?.trim()
    .split('\n')[0]
    ?.replace(/^[-*•] +|\*+/g, '');
