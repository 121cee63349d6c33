/** A reporter for Vitest that keeps a file true which says what runs: all that is left of a run that had to be ended. */
import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../setup/root.mjs';

/** The file's place in `test-results`, given by the environment. */
export const RUNNING_FILE = 'VIDEOWINDOW_RUNNING_FILE';

export default class Running {
  /** Test file → the test in it that runs, or what else it does. */
  #doing = new Map();

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
    this.#note(test.module, `after: ${test.fullName}`);
  }

  #note(module, what) {
    this.#doing.set(nameOf(module), what);
    this.#write();
  }
  #write() {
    const file = env[RUNNING_FILE];
    if (file) writeFileSync(file, [...this.#doing].map(([name, what]) => `${name} ${what}\n`).join(''));
  }
}

const nameOf = (module) => module.moduleId.replace(fileURLToPath(ROOT), '');
