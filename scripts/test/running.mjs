/** A reporter for Vitest that keeps a file true which says what runs and what has failed: all that is left of a run that had to be ended. */
import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../setup/root.mjs';

/** The file's place in `test-results`, given by the environment. */
export const RUNNING_FILE = 'VIDEOWINDOW_RUNNING_FILE';

/** Of an error's message: the rest is mostly the two values compared. */
const LINES_OF_WHY = 12;

export default class Running {
  /** Test file → the test in it that runs, or what else it does. */
  #doing = new Map();
  #failed = [];

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
    if (state === 'failed') {
      const why = errors.map(({ message }) => message.split('\n').slice(0, LINES_OF_WHY).join('\n    ')).join('\n    ');
      this.#failed.push(`${nameOf(test.module)} > ${test.fullName}\n    ${why}\n`);
    }
    this.#note(test.module, `after: ${test.fullName}`);
  }

  #note(module, what) {
    this.#doing.set(nameOf(module), what);
    this.#write();
  }
  #write() {
    const file = env[RUNNING_FILE];
    if (!file) return;
    const doing = [...this.#doing].map(([name, what]) => `${name} ${what}\n`).join('');
    writeFileSync(file, `Not at their end:\n${doing}Failed until then:\n${this.#failed.join('') || 'none\n'}`);
  }
}

const nameOf = (module) => module.moduleId.replace(fileURLToPath(ROOT), '');
