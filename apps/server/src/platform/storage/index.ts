// Objects by key: the port, and where they may lie.

export { checkStorage } from './check.ts';
export { deleteDeferred, withDeferredDeletions, withoutDeletions } from './deletions.ts';
export { createFolderStorage, folderSpace } from './folder.ts';
export { openStorage } from './open.ts';
export type { ObjectStat, Storage, StoredObject } from './port.ts';
export { createS3Storage, type S3Options } from './s3.ts';
export { storageSettings } from './settings.ts';
