// What protects people: a report that a moderator acts on, and a block that keeps two people apart.
import { it } from 'vitest';
import { useStage } from './stage/stage.ts';
import { listClip } from './stage/stories.ts';

const stage = useStage();

it('takes a reported story away from everybody, and keeps people apart who blocked one another', async () => {
  const ines = await stage.join('Ines Duarte', ['maker']);
  const otto = await stage.join('Otto Krause', ['maker']);
  const noor = await stage.join('Noor Haddad', ['moderator']);
  const verasAccount = await stage.join('Vera Lindqvist', ['maker']);
  const fake = await listClip(
    { maker: ines, moderator: noor },
    await stage.readyClip(ines),
    { title: 'A copied vase' },
    null,
  );
  const honest = await listClip(
    { maker: otto, moderator: noor },
    await stage.readyClip(otto),
    { title: 'A turned bowl' },
    null,
  );
  const vera = await stage.open(verasAccount);
  const { page } = vera;
  const moderator = await stage.open(noor);
  const desk = moderator.page;

  await vera.visit(`/s/${fake}`);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Report' }).click();
  await page.getByRole('combobox', { name: 'What is wrong?' }).selectOption('A copy sold as an original');
  await page.getByRole('textbox', { name: 'What should we know?' }).fill('I know the original.');
  await page.getByRole('button', { name: 'Send the report' }).click();
  await page.getByText('Thank you. A person will look at it.').waitFor();

  await moderator.visit('/moderation?tab=reports');
  await desk.getByText('I know the original.').waitFor();
  await desk.getByRole('button', { name: 'Remove the story' }).click();
  await desk.getByRole('textbox', { name: 'Reason' }).fill('It is a copy.');
  await desk.getByRole('button', { name: 'Remove it' }).click();
  await desk.getByRole('heading', { name: 'No open reports' }).waitFor();

  const stranger = await stage.open(null);
  stranger.expectProblem(/^404 GET \/(s|api\/v1\/feed\/story)\/:id$/);
  await stranger.visit(`/s/${fake}`);
  await stranger.page.getByRole('heading', { name: 'We could not find this' }).waitFor();
  const maker = await stage.open(ines);
  await maker.visit('/inbox');
  await maker.page.getByRole('link', { name: /Your story was removed/ }).click();
  await maker.page.getByText('It is a copy.').waitFor();

  await vera.visit('/');
  await page.getByRole('heading', { name: 'A turned bowl' }).waitFor();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Block Otto Krause' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();
  await page.getByText('Otto Krause is blocked.').waitFor();
  await page.getByRole('heading', { name: /Nothing|No / }).waitFor();
  const blocked = await stage.open(otto);
  blocked.expectProblem(/^404 GET (\/api\/v1\/users\/(:handle|vera\.lindqvist)|\/@vera\.lindqvist)$/);
  await blocked.visit('/@vera.lindqvist');
  await blocked.page.getByRole('heading', { name: 'We could not find this' }).waitFor();

  await vera.visit('/you/privacy');
  await page.getByRole('button', { name: 'Unblock' }).click();
  await page.getByText('Otto Krause').waitFor({ state: 'detached' });
  await vera.visit(`/s/${honest}`);
  await page.getByRole('heading', { name: 'A turned bowl', level: 1 }).waitFor();
});
