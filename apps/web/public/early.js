// Runs before the first paint and long before the app: a file of its own because the page's policy allows no inline
// script. It sets the theme, and asks for what the page will need, so that the answer and the app arrive together
// (src/lib/early.ts takes it up).
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is closed to us: the system's theme it is.
}

const early = new Map();
const ask = (path) => {
  const answer = fetch(path, { headers: { accept: 'application/json' } });
  // Nobody waits for it yet. The app does, and says what is wrong.
  answer.catch(() => {});
  early.set(new URL(path, location.origin).href, answer);
  return answer;
};
globalThis.earlyAnswers = early;

const story = /^\/s\/([0-9a-f-]{36})$/.exec(location.pathname)?.[1];
const first =
  location.pathname === '/' ? ask('/api/v1/feed/for-you?limit=10') : story && ask(`/api/v1/feed/story/${story}`);
ask('/api/v1/site');
ask('/api/v1/auth/profile');

first
  ?.then((response) => (response.ok ? response.clone().json() : null))
  .then((body) => {
    const poster = (body?.items?.[0] ?? body)?.story?.media.posterUrl;
    if (!poster) return;
    const link = document.createElement('link');
    Object.assign(link, { rel: 'preload', as: 'image', href: poster, fetchPriority: 'high' });
    document.head.append(link);
  })
  .catch(() => {});
