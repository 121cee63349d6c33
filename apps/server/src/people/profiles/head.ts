// What a shared link to a person's page shows.
import type { Profile } from '@videowindow/contract/api/people';
import type { PageHead } from '#platform/http';

/** @param profile as the one who asks may see it; null when nobody is there for them */
export const headOfProfile = (
  profile: Profile | null,
  { path, siteName, publicUrl }: { path: string; siteName: string; publicUrl: string },
): PageHead => {
  if (profile === null)
    return {
      title: `Not found · ${siteName}`,
      description: 'Nobody is here (any more).',
      url: `${publicUrl}${path}`,
      status: 404,
    };
  const url = `${publicUrl}/@${profile.handle}`;
  const description = profile.bio || [profile.displayName, profile.city].filter(Boolean).join(', ');
  const picture = profile.heroUrl ?? profile.avatarUrl;
  return {
    title: `${profile.displayName} (@${profile.handle}) · ${siteName}`,
    description,
    url,
    ...(picture ? { image: { url: `${publicUrl}${picture}` } } : {}),
    jsonLd: {
      '@context': 'https://schema.org',
      '@type': 'ProfilePage',
      mainEntity: {
        '@type': 'Person',
        name: profile.displayName,
        alternateName: `@${profile.handle}`,
        url,
        ...(profile.bio ? { description: profile.bio } : {}),
        ...(profile.links.length > 0 ? { sameAs: profile.links.map((link) => link.url) } : {}),
      },
    },
  };
};
