// Bounds of a story that both sides know.
// No TypeBox here: the browser imports this file.

/** Pictures in a story, all sections together. */
export const MOST_PICTURES = 24;
