/** The checkout's folder, as a URL that ends with a slash: spaces in its path need no care that way. */
export const ROOT = new URL('../../', import.meta.url);

export class SetupError extends Error {
  name = 'SetupError';
}

/** One calm line. */
export const say = (line) => console.log(line);
