// What the browser may import at run time; schemas are behind ./api, ./events and ./schema.
export type { Api } from './api/index.ts';
export type * from './endpoint.ts';
export * from './errors.ts';
export type * from './events.ts';
export * from './money.ts';
export * from './permissions.ts';
export type * from './realtime.ts';
