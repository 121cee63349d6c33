/** Hands a page of ours to the device's share sheet; copies the link where there is none. */
export async function share(page: { path: string; title: string }): Promise<'shared' | 'copied' | 'failed'> {
  const url = new URL(page.path, location.origin).href;
  try {
    if (navigator.share) {
      await navigator.share({ title: page.title, url });
      return 'shared';
    }
    await navigator.clipboard.writeText(url);
    return 'copied';
  } catch (error) {
    // Closing the share sheet is a choice, not a failure.
    return error instanceof DOMException && error.name === 'AbortError' ? 'shared' : 'failed';
  }
}
