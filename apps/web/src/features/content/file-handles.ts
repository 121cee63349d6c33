// Handles of files that are being sent, kept in IndexedDB, so that an upload goes on after a restart without choosing
// the file again. Chromium has them; elsewhere the person is asked for the file.
import type { UploadFile } from '@videowindow/client';

/** The File System Access API as far as it is used; not in TypeScript's DOM types. */
type Handle = FileSystemFileHandle & { requestPermission(ask: { mode: 'read' }): Promise<PermissionState> };
type Picking = {
  showOpenFilePicker?: (options: {
    multiple: boolean;
    types: { description: string; accept: Record<string, string[]> }[];
  }) => Promise<Handle[]>;
};
export type PickedFile = { file: File; handle: Handle | null };

const NAME = 'vw.uploads';
const STORE = 'handles';
const ENDINGS = ['.mp4', '.mov', '.m4v', '.mkv', '.webm', '.avi', '.3gp', '.ts'];
const SOUND_ENDINGS = ['.mp3', '.m4a', '.aac', '.wav', '.flac', '.ogg', '.oga', '.opus'];

/** What an `<input>` offers. What a file really is, the server finds out by looking into it. */
export const ACCEPTED = ['video/*', 'audio/*', ...ENDINGS, ...SOUND_ENDINGS].join(',');
export const PICTURES = 'image/jpeg,image/png,image/webp,image/avif,image/gif,image/heic,image/heif,.heic,.heif';

/** What a file is sent as. Where the browser knows no type, its name has to do. */
export const purposeOf = ({ name, type }: Pick<UploadFile, 'name' | 'type'>): 'video' | 'audio' =>
  type?.startsWith('audio/') || (!type && SOUND_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending)))
    ? 'audio'
    : 'video';

const keyOf = ({ name, size, lastModified }: UploadFile) => `${name}:${size}:${lastModified ?? 0}`;

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** One request on the store; undefined where the browser keeps nothing for us (private windows, full disks). */
async function ask<T>(mode: IDBTransactionMode, question: (store: IDBObjectStore) => IDBRequest<T>) {
  try {
    const database = await open();
    return await new Promise<T | undefined>((resolve) => {
      const request = question(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(undefined);
    }).finally(() => database.close());
  } catch {
    return undefined;
  }
}

export async function keepHandle(handle: PickedFile['handle'], file: UploadFile): Promise<void> {
  if (handle) await ask('readwrite', (store) => store.put(handle, keyOf(file)));
}

export async function forgetHandle(file: UploadFile): Promise<void> {
  await ask('readwrite', (store) => store.delete(keyOf(file)));
}

export const hasHandle = async (file: UploadFile): Promise<boolean> =>
  (await ask<Handle>('readonly', (store) => store.get(keyOf(file)))) !== undefined;

/** The file behind a kept handle, after asking the person where the browser wants that; null when it can't be had. */
export async function fileOfHandle(file: UploadFile): Promise<PickedFile | null> {
  const handle = await ask<Handle>('readonly', (store) => store.get(keyOf(file)));
  if (!handle) return null;
  try {
    if ((await handle.requestPermission({ mode: 'read' })) !== 'granted') return null;
    const found = await handle.getFile();
    return keyOf(found) === keyOf(file) ? { file: found, handle } : null;
  } catch {
    return null; // moved or deleted since
  }
}

/** Whether to use the browser's own picker, which gives handles. Not on phones: only an `<input>` offers the camera. */
export const canPickHandles = (): boolean =>
  (window as Picking).showOpenFilePicker !== undefined && matchMedia('(pointer: fine)').matches;

/** Files with their handles; none when the person turned back. */
export async function pickHandles(multiple: boolean): Promise<PickedFile[]> {
  const types = [{ description: 'Videos and recordings', accept: { 'video/*': ENDINGS, 'audio/*': SOUND_ENDINGS } }];
  const handles = (await (window as Picking).showOpenFilePicker?.({ multiple, types }).catch(() => [])) ?? [];
  return Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })));
}

/** Files that were dropped, with handles where the browser gives them. Called within the event: later it is empty. */
export function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  type Item = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> };
  const items = [...transfer.items].filter((item) => item.kind === 'file') as Item[];
  return Promise.all(
    items.map(async (item) => {
      const file = item.getAsFile();
      const handle = (await item.getAsFileSystemHandle?.().catch(() => null)) ?? null;
      // A folder has a handle as well, and no bytes of its own.
      return file && handle?.kind !== 'directory' ? { file, handle: handle as PickedFile['handle'] } : null;
    }),
  ).then((found) => found.filter((one) => one !== null));
}
