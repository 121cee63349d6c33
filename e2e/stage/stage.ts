/** Everything a journey needs: the whole product on a port, one browser, people in it, each with a context of their own. */
import { mkdirSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { makeClip, temporaryFolder } from '../../apps/server/src/content/media/test-clips.ts';
import { startTestApp, type TestApp } from '../../apps/server/src/testing/app.ts';
import { openStudio } from '../../apps/server/src/testing/studio.ts';
import { type Account, join, linkPayoutAccount, type Site } from './accounts.ts';
import { openBrowser, watch } from './browser.ts';

const PICTURES = joinPath(import.meta.dirname, '..', '..', 'test-results', 'e2e');
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
export const DESK = { viewport: { width: 1280, height: 800 } };

/** Somebody at a browser. */
export type Visitor = {
  context: BrowserContext;
  page: Page;
  /** Opens a path of the site in this visitor's page. */
  visit(path: string): Promise<void>;
  /** Lets problems pass whose text matches: where a refusal is what the journey is about. */
  expectProblem(pattern: RegExp): void;
  /** What went wrong in any page of this visitor and was not expected. */
  problems(): string[];
};

/** Opens a context at a site; signed in as `account`, or as a stranger. */
export async function openVisitor(
  browser: Browser,
  site: Site,
  account: Account | null,
  options: BrowserContextOptions = DESK,
): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: site.url, locale: 'en-US', ...options });
  context.setDefaultTimeout(15_000);
  const noted: string[] = [];
  const expected: RegExp[] = [];
  context.on('page', (page) => watch(page, noted));
  if (account) {
    const cookies = account
      .cookie()
      .split('; ')
      .map((pair) => pair.split('='));
    await context.addCookies(cookies.map(([name = '', value = '']) => ({ name, value, url: site.url })));
  }
  const page = await context.newPage();
  return {
    context,
    page,
    async visit(path) {
      await page.goto(path);
    },
    expectProblem: (pattern) => void expected.push(pattern),
    problems: () => noted.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
  };
}

/**
 * The stage of a test file, set up before its tests and cleared after them; `env` are settings of the server. After each test every page that was opened
 * in it must have been without problems; of one that fails, pictures of all pages stay in `test-results/e2e`.
 */
export function useStage(env: Record<string, string> = {}) {
  let app: TestApp;
  let browser: Browser;
  let visitors: Visitor[] = [];
  const folder = temporaryFolder();

  beforeAll(async () => {
    [app, browser] = await Promise.all([startTestApp({ env }), openBrowser()]);
  });
  afterEach(async ({ task }) => {
    const opened = visitors;
    visitors = [];
    const problems = opened.flatMap((visitor) => visitor.problems());
    if (task.result?.state === 'fail') await takePictures(opened, task.name);
    for (const { context } of opened) await context.close();
    expect(problems).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    folder[Symbol.dispose]();
  });

  const site = (): Site => ({
    url: app.url(),
    async grant(email, role) {
      await app.database.transaction(async (tx) => {
        const user =
          (await app.identity.userByEmail(tx, email)) ?? (await app.identity.register(tx, { email, roles: [] }));
        await app.identity.grantRole(tx, user.id, role, null);
      });
    },
  });

  return {
    app: () => app,
    site,
    folder: folder.path,
    /** A clip that ffmpeg makes: upright, with sound. @returns its path */
    clip: (name = 'clip.mp4', seconds = 2) => makeClip(folder.path, name, { size: '360x640', seconds }),
    /** A clip of this person's that plays, where its upload is not the question: made once for all journeys. @returns its id */
    readyClip: async (maker: Account): Promise<string> => await (await openStudio(app)).clip(maker),
    /** The same clip once more. @returns its id */
    sameClip: async (mediaId: string): Promise<string> => await (await openStudio(app)).again(mediaId),
    join: (name: string, roles?: Parameters<typeof join>[2]) => join(site(), name, roles),
    /** A maker whose payout account is linked. */
    async joinAsMaker(name: string): Promise<Account> {
      const maker = await join(site(), name, ['maker']);
      await linkPayoutAccount(maker);
      return maker;
    },
    /** Opens a browser context for an account, or for a stranger. */
    async open(account: Account | null, options?: BrowserContextOptions): Promise<Visitor> {
      const visitor = await openVisitor(browser, site(), account, options);
      visitors.push(visitor);
      return visitor;
    },
  };
}

async function takePictures(visitors: readonly Visitor[], test: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const pages = visitors.flatMap(({ context }) => context.pages());
  const name = test.replace(/[^a-z0-9]+/gi, '-').slice(0, 60);
  for (const [at, page] of pages.entries()) {
    // A page that crashed has no picture; the failure itself is told anyway.
    await page.screenshot({ path: joinPath(PICTURES, `${name}-${at}.png`) }).catch(() => {});
  }
}
