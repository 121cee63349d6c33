// The client of a Video Window server: typed calls, realtime, resumable uploads. The web app, the tests and outside
// developers use the same one. Cookies outside a browser: ./node.ts.
export { ApiError, type ApiErrorCode, type FieldError, isApiError } from './api-error.ts';
export type { Answer, CallBody, CallInput, EndpointName } from './call.ts';
export { API_PREFIX, type Client, type ClientOptions, createClient } from './client.ts';
export {
  createRealtime,
  type DataOf,
  type Listener,
  type Realtime,
  type RealtimeOptions,
  type RealtimeStatus,
} from './realtime.ts';
export {
  type RunningUpload,
  startUpload,
  UploadCancelled,
  type UploadOptions,
  type UploadProgress,
  uploadFile,
  uploadVideo,
} from './upload.ts';
export {
  createUploadMemory,
  forgetUpload,
  type StoredUpload,
  type UploadFile,
  type UploadMemory,
  type UploadPurpose,
  unfinishedUpload,
  unfinishedUploads,
} from './upload-memory.ts';
export {
  createUploadQueue,
  type QueuedUpload,
  type QueueState,
  refusalsOf,
  type UploadQueue,
  type UploadQueueOptions,
} from './upload-queue.ts';
