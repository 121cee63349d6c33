// Somebody else's news for the session: a call was answered with 401. Kept apart so that neither end knows the other.
let listener = () => {};

export const sessionEnded = {
  tell: (): void => listener(),
  listen(then: () => void): void {
    listener = then;
  },
};
