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
  type UploadFile,
  type UploadMemory,
  type UploadOptions,
  type UploadProgress,
  unfinishedUpload,
  uploadVideo,
} from './upload.ts';
