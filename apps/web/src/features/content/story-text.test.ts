import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draftOf, isSame, sectionOrder, textOf } from './story-text.ts';

const sectionOf = (kind: (typeof sectionOrder)[number]) =>
  fc.record(
    {
      kind: fc.constant(kind),
      text: fc.stringMatching(/\S/),
      pictures: fc.array(fc.record({ mediaId: fc.uuid(), alt: fc.string() }), { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['kind', 'text'] },
  );

const texts = fc.record({
  title: fc.string(),
  caption: fc.string(),
  category: fc.option(fc.string(), { nil: null }),
  mediaId: fc.option(fc.uuid(), { nil: null }),
  sections: fc.subarray([...sectionOrder]).chain((kinds) => fc.tuple(...kinds.map((kind) => sectionOf(kind)))),
});

test('what the editor holds is what the server gave, until somebody types', () => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(textOf(draftOf(text))).toEqual(text);
    }),
  );
});

test('a section of nothing but space is no section, and no change to save', () => {
  const draft = draftOf({ title: 'Jar', caption: '', category: null, mediaId: null, sections: [] });

  const spaced = { ...draft, sections: { ...draft.sections, care: { text: ' \n ', pictures: [] } } };

  expect(textOf(spaced).sections).toEqual([]);
  expect(isSame(draft, spaced)).toBe(true);
});
