// Objects by key: the port, and where they may lie.

export { checkStorage } from './check.ts';
export { deleteDeferred, withDeferredDeletions, withoutDeletions } from './deletions.ts';
export { eachOf } from './each.ts';
export { createFolderStorage, folderSpace } from './folder.ts';
export { moveObjects, type Place } from './move.ts';
export { openObjects, openOtherPlace, openStorage } from './open.ts';
export type { ObjectStat, Storage, StoredObject } from './port.ts';
export { createS3Storage, type S3Options } from './s3.ts';
export { storageSettings } from './settings.ts';
export { createTwoPlaces } from './two-places.ts';
