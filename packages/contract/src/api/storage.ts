// /admin/storage: what objects take, whose they are, how it grows
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Instant, Nullable, OneOf, Strict } from '../schema.ts';
import { PersonSummary } from './people.ts';

/** What an object is of a piece of media: what was uploaded, what is streamed, short MP4s, stills, captions. */
export const objectKinds = ['original', 'stream', 'mp4', 'picture', 'captions', 'other'] as const;

const Amount = { objects: Type.Integer({ minimum: 0 }), bytes: Type.Integer({ minimum: 0 }) };

/** As it was last measured: all objects that there are, each counted where it lies. */
export const StorageReport = Strict({
  /** null before the first time. */
  measuredAt: Nullable(Instant),
  ...Amount,
  byKind: Type.Array(Strict({ kind: OneOf(objectKinds), rendition: Nullable(Type.String()), ...Amount })),
  /** Those who keep most, most first. */
  byPerson: Type.Array(Strict({ person: PersonSummary, ...Amount }), { maxItems: 50 }),
  /** Of media that is at least so old, and younger than the next. */
  byAge: Type.Array(Strict({ fromDays: Type.Integer(), ...Amount })),
  /** Objects that no media knows; they are swept every night. */
  orphans: Strict(Amount),
  /** A row for each day that was measured, the latest 90, oldest first. */
  growth: Type.Array(Strict({ day: Type.String({ format: 'date' }), ...Amount }), { maxItems: 90 }),
  /** What this server sent to people on each day, the latest 90, oldest first; what a CDN sent is not in it. */
  egress: Type.Array(
    Strict({
      day: Type.String({ format: 'date' }),
      answers: Type.Integer({ minimum: 0 }),
      bytes: Type.Integer({ minimum: 0 }),
    }),
    { maxItems: 90 },
  ),
});
export type StorageReport = Static<typeof StorageReport>;

export const storageApi = defineApi({
  'GET /admin/storage': {
    summary: 'Bytes by kind, person and age, orphans and growth, as measured every night; and what was sent each day',
    action: 'media.manage',
    response: StorageReport,
  },
  'POST /admin/storage/measure': {
    summary: 'Measure now, in the background',
    action: 'media.manage',
    response: Strict({ state: OneOf(['measuring']) }),
  },
});
