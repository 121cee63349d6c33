// What `public/early.js` asked for before the app was there. Each answer is taken once; afterwards the network is asked.
declare global {
  var earlyAnswers: Map<string, Promise<Response>> | undefined;
}

/** The platform's fetch, save that a first question that was asked already is not asked again. */
export const fetchEarly: typeof fetch = (input, init) => {
  const url = String(input);
  const early = (init?.method ?? 'GET') === 'GET' ? globalThis.earlyAnswers?.get(url) : undefined;
  if (!early) return fetch(input, init);
  globalThis.earlyAnswers?.delete(url);
  return early;
};
