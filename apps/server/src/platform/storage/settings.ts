// Where objects lie: what an operator may set about it.
import { OneOf } from '@videowindow/contract/schema';
import { Type } from 'typebox';
import { defineSettings, type Values } from '#platform/config';

export const storageSettings = defineSettings({
  STORAGE: {
    schema: OneOf(['folder', 's3']),
    default: 'folder',
    about: 'Where video and pictures are kept: folder (objects/ in the data folder) or s3',
  },
  S3_BUCKET: {
    schema: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' }),
    about: 'The bucket, which exists already and belongs to this installation alone',
  },
  S3_REGION: { schema: Type.String({ minLength: 1 }), default: 'us-east-1', about: 'The region of the bucket' },
  S3_ENDPOINT: {
    schema: Type.String({ pattern: '^https?://[^/\\s]+$' }),
    about: 'Address of a store that speaks S3, e.g. https://s3.example:9000; without it Amazon’s own',
  },
  S3_PATH_STYLE: {
    schema: Type.Boolean(),
    about: 'true puts the bucket into the path instead of the host’s name; without it true where S3_ENDPOINT is set',
  },
  S3_ACCESS_KEY_ID: {
    schema: Type.String(),
    about: 'Key for the bucket; without it the machine’s role or the AWS configuration in the environment',
    secret: true,
  },
  S3_SECRET_ACCESS_KEY: { schema: Type.String(), about: 'Belongs to S3_ACCESS_KEY_ID', secret: true },
});

export type StorageSettings = Values<typeof storageSettings>;
