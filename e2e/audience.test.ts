// Whom a story is for: chosen in the studio, opened from a cold link by those it is for, and not there for others.
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { hasPlayed } from './stage/player.ts';
import { useStage } from './stage/stage.ts';
import { draftStory } from './stage/stories.ts';

const stage = useStage();
const TITLE = 'Salt cellar, not for the feed';

const choose = async (page: Page, name: string) => {
  await page.getByRole('radio', { name, exact: true }).check();
  await page.getByRole('radio', { name, exact: true, checked: true }).waitFor();
};
const change = async (page: Page, name: string) => {
  await choose(page, name);
  await page.getByRole('button', { name: 'Change who can see it' }).click();
  await page.getByRole('button', { name: 'Change who can see it' }).waitFor({ state: 'detached' });
};
const isNotThere = (page: Page) => page.getByRole('heading', { name: 'We could not find this' }).waitFor();

it('a story goes to who has its link, then to followers, then back to its maker alone', async () => {
  const ines = await stage.joinAsMaker('Ines Duarte');
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const fay = await stage.join('Fay Ito');
  await fay.client.call('PUT /users/:id/follow', { params: { id: ines.id } });
  const { id } = await draftStory(ines, await stage.readyClip(ines), { title: TITLE });
  const maker = await stage.open(ines);
  maker.expectProblem(/^422 POST \/api\/v1\/stories\/:id\/submit$/);
  // The clip moves to other addresses under the open page.
  maker.expectProblem(/^40[34] GET \/media\/private\//);
  const { page } = maker;
  await maker.visit(`/studio/stories/${id}`);

  // By keyboard: the arrows go through the choices.
  await page.getByRole('radio', { name: 'Everybody', exact: true }).focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await page.getByRole('radio', { name: 'Only you', checked: true }).waitFor();
  await page.getByRole('button', { name: 'Send for review' }).click();
  await page.getByText('Choose who else may see it, then send it for review.').first().waitFor();
  await choose(page, 'Who has the link');
  await page.getByRole('button', { name: 'Send for review' }).click();
  await page.getByText('A moderator looks at it now.').waitFor();
  const { version } = await ines.client.call('GET /stories/:id', { params: { id } });
  const body = { decision: 'approve', reason: '', version } as const;
  await noor.client.call('POST /moderation/stories/:id/decision', { params: { id }, body });
  await page.reload();
  await page.getByRole('button', { name: 'Copy its link' }).waitFor();

  const stranger = await stage.open(null);
  stranger.expectProblem(/^404 GET (\/s\/:id|\/api\/v1\/feed\/story\/:id|\/media\/private\/.*)$/);
  await stranger.visit(`/s/${id}`);
  await hasPlayed(stranger.page, TITLE);
  await stranger.page.getByText('Only people with the link see this.').waitFor();
  const hidden = await stranger.page.locator('meta[name=robots]').getAttribute('content');
  for (const path of ['/', `/@${ines.handle}`]) {
    await stranger.visit(path);
    await stranger.page
      .getByText(/No stories yet|Nothing to watch yet/)
      .first()
      .waitFor();
  }

  await change(page, 'Your followers');
  await stranger.visit(`/s/${id}`);
  await isNotThere(stranger.page);
  const follower = await stage.open(fay);
  follower.expectProblem(/^404 GET (\/s\/:id|\/api\/v1\/feed\/story\/:id)$/);
  await follower.visit(`/@${ines.handle}`);
  await follower.page.getByRole('link', { name: TITLE }).click();
  await hasPlayed(follower.page, TITLE);
  await follower.page.reload();
  await hasPlayed(follower.page, TITLE);

  await change(page, 'Only you');
  await follower.visit(`/s/${id}`);
  await isNotThere(follower.page);
  await maker.visit(`/s/${id}`);
  await hasPlayed(page, TITLE);

  expect(hidden).toBe('noindex, nofollow');
});
