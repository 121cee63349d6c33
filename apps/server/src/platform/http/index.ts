// HTTP: endpoint tables from the contract become routes that are checked, guarded, documented and answered alike.
export { createHttp, type Http, type HttpOptions } from './server.ts';
export { implement, type Handled, type RequestContext, type RouteTable } from './implement.ts';
export { limitKey, networkOf } from './rate-limit.ts';
export { authorize, personId } from './authorize.ts';
export { escapeHtml, type PageHead } from './pages.ts';
export { decodeCursor, encodeCursor } from './cursor.ts';
