/** Repeats an expectation until it holds; after `withinMs` its own failure is thrown. In place of sleeping. */
export async function eventually(expectation: () => void | Promise<void>, withinMs = 5000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
