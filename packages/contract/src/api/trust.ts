// moderation
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Id, Instant, OneOf, Page, PageQuery, Strict } from '../schema.ts';
import { Story } from './content.ts';
import { PersonSummary } from './people.ts';

export const reportReasons = [
  'spam',
  'scam',
  'copyright',
  'dangerous',
  'hateful',
  'sexual',
  'counterfeit',
  'other',
] as const;

export const Report = Strict({
  id: Id,
  kind: OneOf(['story', 'profile', 'review']),
  subjectId: Id,
  subjectTitle: Type.String(),
  reason: OneOf(reportReasons),
  note: Type.String(),
  reporter: PersonSummary,
  state: OneOf(['open', 'removed', 'dismissed']),
  createdAt: Instant,
});
export type Report = Static<typeof Report>;

export const moderationApi = defineApi({
  'GET /moderation/queue': {
    summary: 'Stories that wait for review, oldest first',
    action: 'moderation.queue',
    query: PageQuery,
    response: Page(Strict({ story: Story, submittedAt: Instant })),
  },
  'POST /moderation/stories/:id/decision': {
    summary: 'Approve, ask for changes, or remove. Everything but approval needs a reason, which the maker reads',
    action: 'moderation.decide',
    body: Strict({
      decision: OneOf(['approve', 'request_changes', 'remove']),
      reason: Type.String({ maxLength: 2000 }),
      version: Type.Integer({ description: 'The version that was looked at' }),
    }),
    response: Story,
    errors: ['own_content', 'invalid_transition', 'version_conflict', 'story_frozen'],
  },
  'POST /moderation/report': {
    summary: 'Report something. Twice by one person is once',
    action: 'report.create',
    body: Strict({
      kind: OneOf(['story', 'profile', 'review']),
      subjectId: Id,
      reason: OneOf(reportReasons),
      note: Type.String({ maxLength: 1000 }),
    }),
    response: Strict({ id: Id }),
    status: 201,
  },
  'GET /moderation/reports': {
    summary: 'Open reports, oldest first',
    action: 'moderation.queue',
    query: PageQuery,
    response: Page(Report),
  },
  'POST /moderation/action': {
    summary: 'Close a report: remove what it is about, or dismiss it',
    action: 'moderation.decide',
    body: Strict({
      reportId: Id,
      action: OneOf(['remove', 'dismiss']),
      reason: Type.String({ minLength: 1, maxLength: 2000 }),
    }),
    response: Report,
    errors: ['invalid_transition'],
  },
});
