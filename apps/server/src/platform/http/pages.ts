// Serving the web app: hashed assets for ever, index.html with a nonce and the head that a shared link shows.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { randomToken } from '#platform/crypto';

/** What a shared link shows. */
export type PageHead = {
  title: string;
  description: string;
  /** Absolute URLs. */
  url: string;
  image?: { url: string; width?: number; height?: number };
  video?: { url: string; width: number; height: number };
  /** Schema.org data. */
  jsonLd?: object;
  status?: number;
  /** Kept out of search engines. */
  isUnlisted?: boolean;
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

const metaTags = (head: PageHead, siteName: string): string => {
  const meta = (property: string, content: string | number) =>
    `<meta property="${property}" content="${escapeHtml(String(content))}">`;
  return [
    `<title>${escapeHtml(head.title)}</title>`,
    `<meta name="description" content="${escapeHtml(head.description)}">`,
    ...(head.isUnlisted ? ['<meta name="robots" content="noindex, nofollow">'] : []),
    `<link rel="canonical" href="${escapeHtml(head.url)}">`,
    meta('og:site_name', siteName),
    meta('og:title', head.title),
    meta('og:description', head.description),
    meta('og:url', head.url),
    meta('og:type', head.video ? 'video.other' : 'website'),
    ...(head.image
      ? [
          meta('og:image', head.image.url),
          ...(head.image.width ? [meta('og:image:width', head.image.width)] : []),
          ...(head.image.height ? [meta('og:image:height', head.image.height)] : []),
        ]
      : []),
    ...(head.video ? [meta('og:video', head.video.url), meta('og:video:type', 'video/mp4')] : []),
    `<meta name="twitter:card" content="${head.image ? 'summary_large_image' : 'summary'}">`,
    ...(head.jsonLd
      ? [
          // `<` is escaped so that no text in it can end the script. Its nonce comes with those of all scripts.
          `<script type="application/ld+json">${JSON.stringify(head.jsonLd).replace(/</g, '\\u003c')}</script>`,
        ]
      : []),
  ].join('\n    ');
};

/** Content-Security-Policy of the app's pages. */
const contentSecurityPolicy = (nonce: string, https: boolean): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    // React and Radix set inline style attributes; the sheets themselves are ours or carry the nonce.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(https ? ['upgrade-insecure-requests'] : []),
  ].join('; ');

/**
 * Registers the web app of `folder`.
 * @param headOf the head for a path, or null for the plain one.
 */
export const servePages = async (
  app: FastifyInstance,
  options: {
    folder: string;
    siteName: string;
    https: boolean;
    headOf(path: string, request: FastifyRequest): Promise<PageHead | null>;
  },
) => {
  await app.register(fastifyStatic, {
    root: options.folder,
    wildcard: false,
    // The page is only ever sent with its head, its nonce and its policy (below), never as the bare file.
    globIgnore: ['index.html', 'index.html.*'],
    index: false,
    maxAge: 0,
    preCompressed: true, // the build lays .br and .gz beside each text
    setHeaders(reply, path) {
      const hashed = path.includes(`${join(options.folder, 'assets')}`);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const template = await readFile(join(options.folder, 'index.html'), 'utf8');

  /** The page for any path of the app. */
  return async (request: FastifyRequest, path: string) => {
    const nonce = randomToken(16);
    const head = await options.headOf(path, request);
    const html = template
      .replace('<!--head-->', () =>
        head ? metaTags(head, options.siteName) : `<title>${escapeHtml(options.siteName)}</title>`,
      )
      .replaceAll('<script ', `<script nonce="${nonce}" `);
    return {
      html,
      status: head?.status ?? 200,
      headers: {
        'content-security-policy': contentSecurityPolicy(nonce, options.https),
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
      },
    };
  };
};
