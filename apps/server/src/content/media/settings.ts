// What an operator may set about media.
import { Type } from 'typebox';
import { defineSettings } from '#platform/config';

const GIB = 2 ** 30;

export const mediaSettings = defineSettings({
  MEDIA_FILE_BYTES: {
    schema: Type.Integer({ minimum: 1 }),
    default: 10 * GIB,
    about: 'Largest file that may be uploaded',
  },
  MEDIA_DAY_BYTES: {
    schema: Type.Integer({ minimum: 1 }),
    default: 50 * GIB,
    about: 'Bytes a person may upload in 24 hours',
  },
  MEDIA_PERSON_BYTES: {
    schema: Type.Integer({ minimum: 1 }),
    default: 200 * GIB,
    about: 'Bytes of originals a person may keep',
  },
  MEDIA_SECONDS: { schema: Type.Integer({ minimum: 1 }), default: 4 * 3600, about: 'Longest video' },
  MEDIA_AT_ONCE: {
    schema: Type.Integer({ minimum: 1, maximum: 64 }),
    default: 1,
    about: 'Videos prepared at the same time, all workers together; each uses every core it can get',
  },
  MEDIA_AV1: {
    schema: Type.Boolean(),
    default: false,
    about: 'true makes each new video in AV1 too, after it plays: fewer bytes to send, for two to three times the work',
  },
  CLOUDFRONT_KEY_PAIR_ID: {
    schema: Type.String(),
    about: 'Id of the public key at CloudFront whose private half signs the cookies for /media',
  },
  CLOUDFRONT_PRIVATE_KEY: { schema: Type.String(), secret: true, about: 'That RSA private key, PEM' },
  CLOUDFRONT_ORIGIN_SECRET: {
    schema: Type.String({ minLength: 16 }),
    secret: true,
    about: 'What CloudFront sends as x-videowindow-origin with requests for /media whose signed cookies it has checked',
  },
  CLOUDFRONT_DISTRIBUTION_ID: {
    schema: Type.String({ pattern: '^[A-Z0-9]{5,30}$' }),
    about: 'The distribution in front: what is deleted is taken out of it too',
  },
  CLOUDFRONT_ACCESS_KEY_ID: {
    schema: Type.String(),
    about: 'Key that may invalidate there; without it the machine’s role or the AWS configuration in the environment',
    secret: true,
  },
  CLOUDFRONT_SECRET_ACCESS_KEY: { schema: Type.String(), about: 'Belongs to CLOUDFRONT_ACCESS_KEY_ID', secret: true },
  CLOUDFRONT_ENDPOINT: {
    schema: Type.String({ pattern: '^https?://[^/\\s]+$' }),
    about: 'Where CloudFront’s API is, if it is not Amazon’s own',
  },
  MEDIA_IMPORT: {
    schema: Type.Boolean(),
    default: false,
    about: 'true lets people have a file fetched from a public http or https address',
  },
  MEDIA_IMPORT_FROM: {
    schema: Type.String(),
    default: '',
    about: 'Networks beyond the public internet that files may be fetched from too, such as 10.1.0.0/16,fd00::/8',
  },
  MEDIA_WITHOUT_CAGE: {
    schema: Type.Boolean(),
    default: false,
    about: 'true lets ffmpeg run without its cage where the machine allows none; only for files of people you trust',
  },
  FFMPEG_PATH: {
    schema: Type.String(),
    default: 'ffmpeg',
    about: 'The ffmpeg program; ffprobe is looked for beside it',
  },
  WATERMARK_CORNER: {
    schema: Type.Union(['top-left', 'top-right', 'bottom-left', 'bottom-right'].map((corner) => Type.Literal(corner))),
    default: 'top-left',
    about: 'Where the maker’s handle is burnt in',
  },
  WATERMARK_OPACITY: { schema: Type.Number({ minimum: 0, maximum: 1 }), default: 0.7, about: '0 burns nothing in' },
});
