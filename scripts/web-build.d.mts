/** Builds the web app when what it is made of has changed since the last build. */
export function buildWeb(): void;
