import type { Report } from '@videowindow/contract/api/trust';

/** What people read for each reason of a report. */
export const reportReasons: Record<Report['reason'], string> = {
  spam: 'Spam or repeated',
  scam: 'Fraud or a false promise',
  counterfeit: 'A copy sold as an original',
  copyright: "Somebody else's work",
  dangerous: 'Dangerous',
  hateful: 'Hateful or harassing',
  sexual: 'Sexual content',
  other: 'Something else',
};
