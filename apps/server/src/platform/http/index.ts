// HTTP: endpoint tables from the contract become routes that are checked, guarded, documented and answered alike.

export { authorize, personId } from './authorize.ts';
export { cutPage, decodeCursor, encodeCursor } from './cursor.ts';
export { type Handled, implement, type RequestContext, type RouteTable } from './implement.ts';
export { assertOwnOrigin } from './origin.ts';
export { escapeHtml, type Opening, type PageHead } from './pages.ts';
export { networkOf } from './rate-limit.ts';
export { createHttp, type Http, type HttpOptions } from './server.ts';
