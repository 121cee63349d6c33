// What the server answered before it was asked: the first questions of a page come answered inside it
// (platform/http/pages.ts). Each answer is taken once; afterwards, and where the page brought none, the network is asked.

const brought = new Map(
  Array.from(document.querySelectorAll<HTMLScriptElement>('script[data-answer]'), (script) => [
    new URL(script.dataset.answer ?? '', location.origin).href,
    script.text,
  ]),
);

/** When what the page brought was true: at its first byte, in milliseconds since 1970. Null when it brought nothing. */
export const broughtAt: number | null = (() => {
  const [page] = performance.getEntriesByType('navigation');
  return brought.size > 0 && page instanceof PerformanceNavigationTiming
    ? performance.timeOrigin + page.responseStart
    : null;
})();

/** The platform's fetch, save that a question whose answer the page brought is not asked. */
export const fetchEarly: typeof fetch = async (input, init) => {
  const url = String(input);
  const answer = (init?.method ?? 'GET') === 'GET' ? brought.get(url) : undefined;
  if (answer === undefined) return await fetch(input, init);
  brought.delete(url);
  return new Response(answer);
};
