/** `Back on 3 December.` */
export const backWords = (returnsAt: string): string =>
  `Back on ${new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' }).format(new Date(returnsAt))}.`;
