import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeSettings } from '#platform/config';
import { settings } from './settings.ts';

it('keeps .env.example in step with the settings', async () => {
  const file = await readFile(join(import.meta.dirname, '..', '..', '..', '.env.example'), 'utf8');

  expect(file.trim()).toBe(describeSettings(settings).trim());
});
