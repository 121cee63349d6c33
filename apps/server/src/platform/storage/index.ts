// Objects by key: the port, and where they may lie.
export { createFolderStorage, folderSpace } from './folder.ts';
export type { ObjectStat, Storage, StoredObject } from './port.ts';
