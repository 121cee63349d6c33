// Serving the web app: hashed assets for ever; index.html with a nonce, the head that a shared link shows, and what the
// app would ask for first.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
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

/** How a page begins. */
export type Opening = {
  /** Addresses below the API's prefix that the app asks for at once, spelled as it spells them. */
  questions: readonly string[];
  /** By the answer to the first one. */
  pictureOf?(answer: unknown): FirstPicture | null;
};

/** A picture that is fetched before the app is there. */
export type FirstPicture = {
  url: string;
  /** Stands in the page, where the app will draw it, until it does. */
  stands?: { shape: number; belowBanner: boolean };
};

/** One of the API's own answers, sent inside a page. */
export type CarriedAnswer = { url: string; body: string };

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** JSON in which no text can end the script that it stands in. Its nonce comes with those of all scripts. */
const inScript = (json: string): string => json.replace(/</g, '\\u003c');

const preloadTag = ({ url }: FirstPicture): string =>
  `<link rel="preload" as="image" href="${escapeHtml(url)}" fetchpriority="high">`;

/** Styled in features/discovery/clip-frame.css, taken away by features/discovery/first-picture.ts of the web app. */
const standingPicture = ({ url, stands }: FirstPicture): string =>
  stands
    ? `<div id="first-picture" style="--shape:${stands.shape}${stands.belowBanner ? ';--banner:2rem' : ''}"${
        stands.shape > 0.7 ? ' class="wide"' : ''
      }><img src="${escapeHtml(url)}" alt="" fetchpriority="high"></div>`
    : '';

const answerTag = ({ url, body }: CarriedAnswer): string =>
  `<script type="application/json" data-answer="${escapeHtml(url)}">${inScript(body)}</script>`;

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
    ...(head.jsonLd ? [`<script type="application/ld+json">${inScript(JSON.stringify(head.jsonLd))}</script>`] : []),
  ].join('\n    ');
};

/** Content-Security-Policy of the app's pages. */
const contentSecurityPolicy = (nonce: string, https: boolean, loadFrom: readonly string[]): string => {
  const self = ["'self'", ...loadFrom].join(' ');
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    // React and Radix set inline style attributes; the sheets themselves are ours or carry the nonce.
    "style-src 'self' 'unsafe-inline'",
    `img-src ${self} data: blob:`,
    `media-src ${self} blob:`,
    "font-src 'self'",
    `connect-src ${self}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(https ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
};

/** What is written into a page. */
type PageParts = {
  /** null for the plain one. */
  head: PageHead | null;
  /** What the app would ask for first, answered. */
  carried: readonly CarriedAnswer[];
  picture: FirstPicture | null;
};

/** Registers the web app of `folder`. @returns what makes a page of it */
export const servePages = async (
  app: FastifyInstance,
  options: { folder: string; siteName: string; https: boolean; loadFrom: readonly string[] },
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

  return ({ head, carried, picture }: PageParts) => {
    const nonce = randomToken(16);
    const html = template
      .replace('<!--head-->', () =>
        [
          head ? metaTags(head, options.siteName) : `<title>${escapeHtml(options.siteName)}</title>`,
          ...(picture ? [preloadTag(picture)] : []),
        ].join('\n    '),
      )
      .replace('<!--first-picture-->', () => (picture ? standingPicture(picture) : ''))
      .replace('<!--answers-->', () => carried.map(answerTag).join('\n    '))
      .replaceAll(/<script(?=[\s>])/g, `<script nonce="${nonce}"`);
    return {
      html,
      status: head?.status ?? 200,
      headers: {
        'content-security-policy': contentSecurityPolicy(nonce, options.https, options.loadFrom),
        // With answers in it, it is as private as they are.
        'cache-control': carried.length > 0 ? 'private, no-store' : 'no-cache',
        'x-frame-options': 'DENY',
      },
    };
  };
};
