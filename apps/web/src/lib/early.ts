// What `public/early.js` asked for before the app was there. Each answer is taken once; afterwards the network is asked.
declare global {
  var earlyAnswer: { url: string; answer: Promise<Response> } | undefined;
}

/** The platform's fetch, save that a first question that was asked already is not asked again. */
export const fetchEarly: typeof fetch = (input, init) => {
  const early = globalThis.earlyAnswer;
  if (!early || (init?.method ?? 'GET') !== 'GET' || String(input) !== new URL(early.url, location.origin).href) {
    return fetch(input, init);
  }
  globalThis.earlyAnswer = undefined;
  return early.answer;
};
