/**
 * A reporter for Vitest that keeps a file true which says what runs, what has failed, and what came through at its
 * second try only: all that is left of a run that had to be ended.
 */
import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../setup/root.mjs';

/** The file's place, given by the environment. */
export const RUNNING_FILE = 'VIDEOWINDOW_RUNNING_FILE';

/** Of an error's message: the rest is mostly the two values compared. */
const LINES_OF_WHY = 12;

export default class Running {
  /** Test file → the test in it that runs, or what else it does. */
  #doing = new Map();
  #failed = [];
  #again = [];

  onTestModuleStart(module) {
    this.#note(module, 'began');
  }
  onTestModuleEnd(module) {
    this.#doing.delete(nameOf(module));
    this.#write();
  }
  onTestCaseReady(test) {
    this.#note(test.module, `in: ${test.fullName}`);
  }
  onTestCaseResult(test) {
    const { state, errors } = test.result();
    const told = `${nameOf(test.module)} > ${test.fullName}\n    ${whyOf(errors ?? [])}`;
    if (state === 'failed') this.#failed.push(told);
    else if (test.diagnostic()?.flaky) this.#again.push(told);
    this.#note(test.module, `after: ${test.fullName}`);
  }

  #note(module, what) {
    this.#doing.set(nameOf(module), what);
    this.#write();
  }
  #write() {
    const doing = [...this.#doing].map(([name, what]) => `${name} ${what}`);
    const all = { doing, failed: this.#failed, again: this.#again };
    if (env[RUNNING_FILE]) writeFileSync(env[RUNNING_FILE], JSON.stringify(all));
  }
}

const nameOf = (module) => module.moduleId.replace(fileURLToPath(ROOT), '');

const whyOf = (errors) => errors.flatMap(({ message }) => message.split('\n').slice(0, LINES_OF_WHY)).join('\n    ');
