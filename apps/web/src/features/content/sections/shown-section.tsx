import type { PublicStory } from '@videowindow/contract/api/content';
import { SectionBody } from './section-body.tsx';
import { StoryPicture } from './story-picture.tsx';

/** A section of a story as others see it. */
export function ShownSection({ section }: { section: PublicStory['sections'][number] }) {
  return (
    <SectionBody text={section.text}>
      {section.pictures.map(({ image, alt }) => (
        <StoryPicture key={`${image.id} ${image.version}`} image={image} alt={alt} />
      ))}
    </SectionBody>
  );
}
