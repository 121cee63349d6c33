// stories
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Cursor, Id, Instant, Nullable, OneOf, Page, Strict } from '../schema.ts';
import { MOST_PICTURES } from '../story-bounds.ts';
import { ImageView, MediaView, mediaStates, visibilities } from './media.ts';
import { PersonSummary } from './people.ts';

export const storyStates = [
  'draft',
  'submitted',
  'changes_requested',
  'listed',
  'scheduled',
  'archived',
  'removed',
] as const;
export const sectionKinds = ['overview', 'process', 'materials', 'dimensions', 'care', 'provenance'] as const;

/** A picture of a section: media of the purpose `image`, and what it shows, for those who do not see it. */
const SectionPicture = Strict({ mediaId: Id, alt: Type.String({ maxLength: 300 }) });
export type SectionPicture = Static<typeof SectionPicture>;

const Section = Strict({
  kind: OneOf(sectionKinds),
  text: Type.String({
    maxLength: 10_000,
    description: 'Paragraphs, lists, **strong**, *stressed*, [words](https://...)',
  }),
  pictures: Type.Optional(Type.Array(SectionPicture, { maxItems: MOST_PICTURES })),
});

/** What the maker writes. */
export const StoryText = Strict({
  title: Type.String({ maxLength: 120 }),
  caption: Type.String({ maxLength: 300, description: 'The line under the clip; #hashtags are taken from it' }),
  category: Nullable(Type.String({ maxLength: 40 })),
  sections: Type.Array(Section, { maxItems: sectionKinds.length }),
  mediaId: Nullable(Id),
});
export type StoryText = Static<typeof StoryText>;

/** A story as its maker and the moderators see it. */
export const Story = Strict({
  id: Id,
  ...StoryText.properties,
  maker: PersonSummary,
  state: OneOf(storyStates),
  visibility: OneOf(visibilities),
  isShown: Type.Boolean({ description: 'An approved version is shown; while `state` is not `listed`, another one' }),
  version: Type.Integer({ description: 'Counts saves; send it back with the next one' }),
  possible: Type.Array(Type.String(), { description: 'Commands that the maker may give now' }),
  review: Nullable(
    Strict({
      decision: OneOf(['approved', 'changes_requested', 'removed']),
      reason: Type.String(),
      at: Instant,
    }),
  ),
  media: Nullable(MediaView),
  mediaState: Nullable(OneOf(mediaStates)),
  hashtags: Type.Array(Type.String()),
  createdAt: Instant,
  updatedAt: Instant,
  listedAt: Nullable(Instant),
});
export type Story = Static<typeof Story>;

/** A listed story as those see it for whom it is. */
export const PublicStory = Strict({
  id: Id,
  title: Type.String(),
  caption: Type.String(),
  category: Nullable(Type.String()),
  sections: Type.Array(
    Strict({
      kind: OneOf(sectionKinds),
      text: Section.properties.text,
      pictures: Type.Array(Strict({ alt: SectionPicture.properties.alt, image: ImageView })),
    }),
  ),
  hashtags: Type.Array(Type.String()),
  maker: PersonSummary,
  visibility: OneOf(visibilities),
  media: MediaView,
  listedAt: Instant,
});
export type PublicStory = Static<typeof PublicStory>;

export const storiesApi = defineApi({
  'POST /stories': {
    summary: 'Start a draft',
    action: 'story.create',
    body: Type.Partial(StoryText, { additionalProperties: false }),
    response: Story,
    status: 201,
  },
  'GET /stories': {
    summary: 'My stories, last changed first',
    action: 'story.edit',
    query: Strict({
      state: Type.Optional(OneOf(storyStates)),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Page(Story),
  },
  'GET /stories/:id': { summary: 'A story of mine, or one that I moderate', action: 'story.preview', response: Story },
  'PATCH /stories/:id': {
    summary: 'Save. `version` must be the one last read; else 409 with both versions',
    action: 'story.edit',
    body: Strict({ version: Type.Integer(), ...Type.Partial(StoryText).properties }),
    response: Story,
    errors: ['version_conflict', 'invalid_transition', 'story_frozen'],
  },
  'DELETE /stories/:id': {
    summary: 'Discard a draft that was never approved, with what no other story has of its video and pictures',
    action: 'story.edit',
    response: Strict({ discarded: Type.Boolean() }),
    errors: ['invalid_transition'],
  },
  'POST /stories/:id/submit': {
    summary: 'Send for review',
    action: 'story.edit',
    response: Story,
    errors: ['story_incomplete', 'story_private', 'invalid_transition'],
  },
  'PUT /stories/:id/visibility': {
    summary:
      'Who may see it once it is approved, and watch its clip: everybody (in the feed), who has the address, who follows its maker, only its maker',
    action: 'story.edit',
    body: Strict({ visibility: OneOf(visibilities) }),
    response: Story,
    errors: ['story_private', 'story_frozen', 'invalid_transition'],
  },
  'POST /stories/:id/withdraw': {
    summary: 'Take back from review',
    action: 'story.edit',
    response: Story,
    errors: ['invalid_transition'],
  },
  'POST /stories/:id/archive': {
    summary: 'Take out of the feed',
    action: 'story.edit',
    response: Story,
    errors: ['invalid_transition', 'story_frozen'],
  },
  'POST /stories/:id/revert': {
    summary: 'Give up the version that is written or looked at, for the one that is in the feed',
    action: 'story.edit',
    response: Story,
    errors: ['invalid_transition'],
  },
  'POST /stories/:id/unarchive': {
    summary: 'Put back into the feed',
    action: 'story.edit',
    response: Story,
    errors: ['invalid_transition'],
  },
});
