import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { ConfigError, defineSettings, describeSettings, printSettings, readSettings } from '#platform/config';
import { platformSettings } from './platform-settings.ts';

const problemsOf = (env: Record<string, string>): string => {
  try {
    readSettings(platformSettings, env);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

test('with nothing said the defaults hold, and what has none is absent', () => {
  const values = readSettings(platformSettings, {});

  expect(values).toMatchObject({ PORT: 8080, METRICS_PORT: 9464, HOST: '127.0.0.1', VW_ENV: 'development' });
  expect(values.DATABASE_URL).toBeUndefined();
});

test('what is said is read by its kind; blank counts as not said', () => {
  const values = readSettings(platformSettings, {
    PORT: '9000',
    RATE_LIMIT_SCALE: '0.5',
    LOG_LEVEL: 'warn',
    HOST: ' ',
  });

  expect(values).toMatchObject({ PORT: 9000, RATE_LIMIT_SCALE: 0.5, LOG_LEVEL: 'warn', HOST: '127.0.0.1' });
});

test.each([
  ['PORT', '70000'],
  ['PORT', '80.5'],
  ['PORT', 'http'],
  ['METRICS_PORT', '-1'],
  ['VW_ENV', 'staging'],
  ['PUBLIC_URL', 'video.example'],
  ['PUBLIC_URL', 'https://video.example/path'],
  ['PUBLIC_URL', 'https://a b'],
  ['SITE_NAME', 'x'.repeat(61)],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['DATABASE_POOL_SIZE', '1'],
  ['STATEMENT_TIMEOUT_MS', '0'],
  ['SECRET_KEY', 'too short'],
  ['LOG_LEVEL', 'loud'],
  ['RATE_LIMIT_SCALE', '-1'],
  ['JOB_CONCURRENCY', '0'],
  ['SMTP_URL', 'mail.example:25'],
])('%s=%s is named and stops the program', (name, value) => {
  expect(problemsOf({ [name]: value })).toContain(`- ${name} `);
});

test('everything that is wrong is said at once, without a secret among it', () => {
  const message = problemsOf({ PORT: 'x', VW_ENV: 'staging', SECRET_KEY: 'hunter2', DATABASE_URL: 'oops:pass@host' });

  expect(message.match(/^ {2}- /gm)).toHaveLength(4);
  expect(message).toContain('VW_ENV must be one of development, production');
  expect(message).not.toMatch(/hunter2|pass@host/);
});

test('NAME_FILE is read from the file, without the line end that editors add, and wins over NAME', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'videowindow-config-'));
  const file = join(folder, 'secret');
  await writeFile(file, `${'k'.repeat(40)}\n`);

  const values = readSettings(platformSettings, { SECRET_KEY_FILE: file, SECRET_KEY: 'z'.repeat(40) });

  expect(values.SECRET_KEY).toBe('k'.repeat(40));
  expect(problemsOf({ SECRET_KEY_FILE: join(folder, 'missing') })).toContain('SECRET_KEY_FILE');
  await rm(folder, { recursive: true });
});

test('printed, secrets are hidden', () => {
  const values = readSettings(platformSettings, { SECRET_KEY: 's'.repeat(40), DATABASE_URL: 'postgres://a:pw@h/d' });

  const text = printSettings(platformSettings, values);

  expect(text).toContain('PORT=8080');
  expect(text).toContain('SECRET_KEY=(hidden)');
  expect(text).toContain('DATABASE_URL=(hidden)');
  expect(text).not.toMatch(/ssss|pw@h/);
});

test('described, each setting has its sentence and its default', () => {
  const table = defineSettings({ SPEED: { schema: Type.Integer(), default: 3, about: 'How fast' } });

  expect(describeSettings(table)).toBe('# How fast\n# SPEED=3\n');
});
