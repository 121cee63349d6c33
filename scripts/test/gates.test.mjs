import { expect, test } from 'vitest';
import { countTests } from './gates.mjs';

const file = (...statuses) => ({
  status: statuses.includes('failed') ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});

test('tests are counted by what came of them', () => {
  const report = { testResults: [file('passed', 'passed', 'pending'), file('passed', 'failed')] };

  expect(countTests(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test('a file that can not be loaded counts as a failure', () => {
  const report = { testResults: [file('passed'), { status: 'failed', assertionResults: [] }] };

  expect(countTests(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a failure outside every test, no report and no test at all count as one', () => {
  expect(countTests({ testResults: [file('passed')] }, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countTests({ testResults: [] }, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countTests({ testResults: [] }, 1, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a change that touches no test may have none', () => {
  expect(countTests({ testResults: [] }, 0, true)).toEqual({ passed: 0, failed: 0, skipped: 0 });
});
