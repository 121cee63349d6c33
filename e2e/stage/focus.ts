/** What has the focus. */
import type { Locator, Page } from 'playwright-core';

type Element = { ownerDocument: { activeElement: unknown } };

export const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element: Element) => element.ownerDocument.activeElement === element);

/** Presses Tab until a control has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${target}`);
}
