// From becoming a maker to a story that plays for strangers: upload, words, terms, review, feed, cold link.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { slowUplink } from './stage/network.ts';
import { hasPlayed } from './stage/player.ts';
import { useStage, type Visitor } from './stage/stage.ts';

const stage = useStage();
const TITLE = 'Moon jar, wood ash';
const REASON = 'Please say how tall the jar is.';

const becomeMaker = async (page: Page) => {
  await page.getByRole('link', { name: 'Create' }).click(); // leads makers to be there
  await page.getByRole('button', { name: 'I make things' }).click();
  await page.getByRole('button', { name: 'Link an account' }).click();
  await page.getByRole('heading', { name: 'Get paid for your sales' }).waitFor();
  await page.getByRole('button').first().click();
  await page.getByText('You can sell.').waitFor();
};

const uploadWithProgress = async (page: Page, file: string) => {
  await page.getByRole('link', { name: 'Create' }).click();
  const release = await slowUplink(page, 150_000); // as a phone far from its mast
  await page.getByLabel('Choose a video').setInputFiles(file);
  const sending = page.getByRole('progressbar', { name: 'Sending' });
  await sending.waitFor();
  const percent = async () => Number(await sending.getAttribute('aria-valuenow'));
  await eventually(async () => expect(await percent()).toBeGreaterThan(0), 10_000);
  const first = await percent();
  await eventually(async () => expect(await percent()).toBeGreaterThan(first), 10_000);
  await release();
};

const writeStory = async (page: Page) => {
  await page.getByRole('textbox', { name: 'Title' }).fill(TITLE);
  await page.getByRole('textbox', { name: 'The line under the clip' }).fill('Three days of oak. #moonjar');
  await page.getByRole('combobox', { name: 'Craft' }).selectOption('Ceramics');
  await page.getByRole('textbox', { name: 'The piece' }).fill('Thrown in one piece.');
  await page.getByText('Saved', { exact: true }).waitFor();
};

/** A second tab changes the title while the first has written on: both versions are shown, and one is chosen. */
const writeInTwoTabs = async (maker: Visitor) => {
  const { page } = maker;
  maker.expectProblem(/^409 PATCH \/api\/v1\/stories\/:id$/);
  const other = await maker.context.newPage();
  await other.goto(page.url());
  await other.getByRole('textbox', { name: 'Title' }).fill('A title from the other tab');
  await other.getByText('Saved', { exact: true }).waitFor();
  await other.close();
  await page.getByRole('textbox', { name: 'How it was made' }).fill('Slowly.');
  const conflict = page.getByRole('dialog', { name: 'This was changed somewhere else' });
  await conflict.getByText('A title from the other tab').waitFor();
  await conflict.getByText(TITLE).waitFor();
  await conflict.getByRole('button', { name: 'Keep mine' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
};

const setTerms = async (maker: Visitor) => {
  const { page } = maker;
  // A piece that isn't for sale yet has no listing, and the server says so.
  maker.expectProblem(/^404 GET \/api\/v1\/stories\/:id\/listing$/);
  await page.getByRole('tab', { name: 'Sale' }).click();
  await page.getByRole('textbox', { name: 'Asking price' }).fill('90');
  await page.getByRole('textbox', { name: 'Least offer' }).fill('30');
  const opensItself = page.getByRole('switch', { name: 'Let a good offer open the auction' });
  if (!(await opensItself.isChecked())) await opensItself.click();
  await page.getByRole('textbox', { name: 'From this amount' }).fill('50');
  await page.getByRole('textbox', { name: 'Sending costs the buyer' }).fill('18');
  await page.getByRole('combobox', { name: 'Add a country' }).selectOption('US');
  await page.getByRole('button', { name: 'Put it up for sale' }).click();
  await page.getByText('Story not shown yet').waitFor();
};

const preview = async (page: Page) => {
  await page.getByRole('tab', { name: 'Preview' }).click();
  await page.getByRole('heading', { name: TITLE, level: 2 }).waitFor();
  await page.getByRole('heading', { name: 'How it was made' }).waitFor();
  await page.getByRole('tab', { name: 'Story' }).click();
};

it('goes from a file on a disk to a story that plays for strangers', async () => {
  const file = stage.clip('moon jar.mp4', 3);
  const ines = await stage.join('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const maker = await stage.open(ines);
  const moderator = await stage.open(noor);
  const { page } = maker;
  const desk = moderator.page;

  await maker.visit('/');
  await becomeMaker(page);
  await uploadWithProgress(page, file);
  await writeStory(page);
  await page.getByRole('button', { name: 'Replace the video' }).waitFor({ timeout: 60_000 });
  await page.reload();
  await expect(page.getByRole('textbox', { name: 'Title' }).inputValue()).resolves.toBe(TITLE);
  await writeInTwoTabs(maker);
  await setTerms(maker);
  await preview(page);
  await page.getByRole('button', { name: 'Send for review' }).click();
  await page.getByText('A moderator looks at it now.').waitFor();

  await moderator.visit('/moderation');
  await desk.getByRole('heading', { name: TITLE }).waitFor();
  await hasPlayed(desk, TITLE);
  await desk.getByRole('button', { name: 'Ask for changes' }).click();
  await desk.getByRole('textbox', { name: 'Reason' }).fill(REASON);
  await desk.getByRole('button', { name: 'Send it back' }).click();
  await desk.getByRole('heading', { name: 'Nothing waits' }).waitFor();

  await page.getByRole('link', { name: /Inbox/ }).click();
  await page.getByRole('link', { name: new RegExp(REASON) }).click();
  await page.getByText('A change was asked for').waitFor();
  await page.getByRole('textbox', { name: 'Dimensions' }).fill('24 cm tall');
  await page.getByRole('button', { name: 'Send for review' }).click();
  await page.getByText('A moderator looks at it now.').waitFor();

  await desk.reload();
  await desk.getByText('24 cm tall').waitFor();
  await desk.keyboard.press('a');
  await desk.getByRole('heading', { name: 'Nothing waits' }).waitFor();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Studio' }).click();
  await page.getByRole('link', { name: new RegExp(TITLE) }).click();
  await page.getByRole('link', { name: 'See it live' }).click();
  await page.waitForURL('**/s/*');
  const { pathname } = new URL(page.url());
  const viewer = await stage.open(await stage.join('Vera Lindqvist'));
  await viewer.visit('/');
  await viewer.page.getByRole('heading', { name: TITLE }).waitFor();
  await hasPlayed(viewer.page, TITLE);

  const stranger = await stage.open(null);
  await stranger.visit(pathname);
  await stranger.page.getByRole('heading', { name: TITLE, level: 1 }).waitFor();
  await stranger.page.getByRole('button', { name: 'Make an offer' }).waitFor();
  await hasPlayed(stranger.page, TITLE);
  const head = await (await fetch(`${stage.site().url}${pathname}`, { headers: { accept: 'text/html' } })).text();
  expect(head).toContain(`<meta property="og:title" content="${TITLE}`);
  expect(head).toContain('<meta property="og:image" content="http');
  expect(head).toContain(`<meta property="og:url" content="${stage.site().url}${pathname}">`);
});
