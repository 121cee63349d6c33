/** The browser that all people of a test share, and what each of them must never meet in it. */
import { type Browser, chromium, type Page } from 'playwright-core';

/** The system's Chromium, or the one that `CHROMIUM` names. Quiet: it asks nobody but the pages that are opened. */
export function openBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0, // Chromium refuses to be caged as root
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
      '--no-first-run',
      ...args,
    ],
  });
}

/** What the address of a request is called in a problem: without origin, query and ids. */
function nameOf(url: string): string {
  const { pathname } = new URL(url);
  return pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');
}

/**
 * Notes everything that goes wrong in a page: errors in its console (what the Content-Security-Policy refuses is one),
 * exceptions, requests that fail or are refused. `problems` fills while the page lives.
 */
export function watch(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    // A refused request is noted below, with its status.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      problems.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    // Aborted: somebody left the page, or turned to another clip.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') problems.push(`${why} ${request.method()} ${nameOf(request.url())}`);
  });
  page.on('response', (response) => {
    if (response.status() < 400) return;
    problems.push(`${response.status()} ${response.request().method()} ${nameOf(response.url())}`);
  });
}
