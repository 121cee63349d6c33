import type { StoryText } from '@videowindow/contract/api/content';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashtagsOf, isCorrection, missingFrom } from './story.ts';

const text: StoryText = {
  title: 'Moon jar, wood ash',
  caption: 'One pull, no second chance. #moonjar',
  category: 'ceramics',
  sections: [{ kind: 'process', text: 'Thrown in one piece, dried for a week and fired for three days with wood.' }],
  mediaId: '01900000-0000-7000-8000-00000000000a',
};
const section = (kind: StoryText['sections'][number]['kind'], words: string) => ({ kind, text: words });

describe('the hashtags of a caption', () => {
  it.each([
    ['One pull. #moonjar #Ash', ['moonjar', 'ash']],
    ['#Ash #ash #ASH', ['ash']],
    ['#töpfern, #陶芸 and #हिन्दी!', ['töpfern', '陶芸', 'हिन्दी']],
    ['no# hash#tag &#39; https://x.test/#part # ##', []],
    ['#a is too short, #ab is not', ['ab']],
    ['(#glaze) "#slip"', ['glaze', 'slip']],
  ])('%s', (caption, hashtags) => {
    expect(hashtagsOf(caption)).toEqual(hashtags);
  });

  it('are at most ten, each once, lower case and no longer than 40 letters, whatever is written', () => {
    const caption = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }).map((word) => `#${word}`)).map((tags) => tags.join(' ')),
    );
    fc.assert(
      fc.property(caption, (written) => {
        const hashtags = hashtagsOf(written);

        expect(hashtags.length).toBeLessThanOrEqual(10);
        expect(new Set(hashtags).size).toBe(hashtags.length);
        for (const tag of hashtags) {
          expect(tag).toBe(tag.toLowerCase());
          expect(tag.isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

describe('what is missing before a review', () => {
  const paths = (changes: Partial<StoryText>, mediaState: string | null = 'ready') =>
    missingFrom({ ...text, ...changes }, mediaState).map(({ path }) => path);

  it('is nothing when title, words and a ready video are there', () => {
    expect(paths({})).toEqual([]);
  });

  it('is a title of at least three characters, spaces not counted', () => {
    expect(paths({ title: ' ab ' })).toEqual(['title']);
  });

  it('is a video, once, and one that is ready', () => {
    expect(paths({ mediaId: null }, null)).toEqual(['mediaId']);
    expect(paths({}, 'processing')).toEqual(['mediaId']);
    expect(paths({}, null)).toEqual(['mediaId']);
  });

  it('is some words in some section', () => {
    expect(paths({ sections: [] })).toEqual(['sections']);
    expect(paths({ sections: [section('process', '  \n'), section('care', '')] })).toEqual(['sections']);
    expect(paths({ sections: [section('process', ''), section('care', 'By hand.')] })).toEqual([]);
  });

  it('is told all at once', () => {
    expect(paths({ title: '', mediaId: null, sections: [] }, null)).toEqual(['title', 'mediaId', 'sections']);
  });
});

describe('a correction of what was approved', () => {
  const isSmall = (changes: Partial<StoryText>) => isCorrection(text, { ...text, ...changes });

  it.each<[string, Partial<StoryText>]>([
    ['nothing', {}],
    ['a letter in the title', { title: 'Moon jars, wood ash' }],
    ['a word in the caption', { caption: 'One pull, no third chance. #moonjar' }],
    ['a word in a section', { sections: [section('process', text.sections[0]?.text.replace('week', 'month') ?? '')] }],
    ['sections in another order', { sections: [section('care', ''), ...text.sections] }],
  ])('may change %s', (_, changes) => {
    expect(isSmall(changes)).toBe(true);
  });

  it.each<[string, Partial<StoryText>]>([
    ['the video', { mediaId: '01900000-0000-7000-8000-00000000000b' }],
    ['the video away', { mediaId: null }],
    ['the category', { category: 'wood' }],
    ['the whole of a short title', { title: 'Phone, as new' }],
    ['a caption that was not there before', { caption: 'Buy at spam.example' }],
    ['a sentence', { sections: [section('process', `${text.sections[0]?.text} Call me, I sell it for cash.`)] }],
    ['a section that was not there before', { sections: [...text.sections, section('care', 'By hand.')] }],
    [
      'a section of a kind that is there already',
      { sections: [...text.sections, section('process', 'Or buy the same at spam.example.')] },
    ],
    ['two places far apart', { sections: [section('process', 'Cast in one piece, dried for a week, fired by gas.')] }],
  ])('may not change %s', (_, changes) => {
    expect(isSmall(changes)).toBe(false);
  });

  it('changes at most 24 characters and a third of each text, and undoing it is one too', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 80 });
    fc.assert(
      fc.property(words, words, words, words, (start, removed, added, end) => {
        const before = { ...text, title: start + removed + end };
        const after = { ...text, title: start + added + end };
        const most = Math.max(removed.length, added.length);
        const bound = Math.min(24, Math.max(before.title.length, after.title.length) / 3);

        if (most <= bound) expect(isCorrection(before, after)).toBe(true);
        expect(isCorrection(before, after)).toBe(isCorrection(after, before));
        expect(isCorrection(before, before)).toBe(true);
      }),
    );
  });
});
