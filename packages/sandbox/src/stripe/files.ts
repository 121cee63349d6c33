// Files that evidence is made of. What is in them is looked at once and not kept: nobody at the sandbox reads it.
// Source: docs.stripe.com/file-upload and docs.stripe.com/disputes/api
import type Stripe from 'stripe';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { invalid } from './faults.ts';
import { oneOf, optional, paramsOf, type Rule, shape, text } from './params.ts';
import { newId, type Work } from './work.ts';

/** Stripe takes 5 MB for a file, and 4.5 MB for all of a dispute's. */
const LARGEST_FILE = 5_000_000;
const LARGEST_EVIDENCE = 4_500_000;
/** Base64 of the largest, and its form around it. */
const LONGEST_DATA = Math.ceil((LARGEST_FILE * 4) / 3) + 4;

const KINDS: readonly (readonly [string, (bytes: Buffer) => boolean])[] = [
  ['pdf', (bytes) => bytes.subarray(0, 5).toString('latin1') === '%PDF-'],
  ['png', (bytes) => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a'],
  ['jpg', (bytes) => bytes.subarray(0, 3).toString('hex') === 'ffd8ff'],
];

const file = shape({
  filename: text(),
  type: optional(text()),
  data: ((value, path) => Buffer.from(text(LONGEST_DATA + LARGEST_FILE)(value, path), 'base64')) satisfies Rule<Buffer>,
});

export const fileEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/files',
    params: paramsOf<Stripe.FileCreateParams>()({ file, purpose: oneOf('dispute_evidence') }),
    run(work, { file: sent, purpose }) {
      if (sent.data.length > LARGEST_FILE) throw invalid('The file is too large.', 'file', 'file_too_large');
      const type = KINDS.find(([, is]) => is(sent.data))?.[0];
      if (type === undefined) {
        throw invalid('The file you uploaded is not one of the supported file types (jpg, jpeg, png, pdf).', 'file');
      }
      const made: Stripe.File = {
        id: newId('file_1'),
        object: 'file',
        created: work.now,
        expires_at: null,
        filename: sent.filename,
        links: { object: 'list', data: [], has_more: false, url: '/v1/file_links' },
        purpose,
        size: sent.data.length,
        title: null,
        type,
        url: null,
      };
      work.put('file', made.id, made);
      return made;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/files',
    params: paramsOf<Stripe.FileListParams>()({ ...listFields, purpose: optional(text()) }),
    run: (work, params) => listPage(work, 'file', '/v1/files', params, { purpose: params.purpose }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/files/:id',
    params: paramsOf<Stripe.FileRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('file', idOf(ids)),
  }),
];

/** Evidence names files that are there, are evidence, and together not too much. @throws StripeFault */
export function assertEvidenceFiles(work: Work, files: readonly (readonly [string, string])[]): void {
  const found = files.map(([field, id]) => work.refer('file', id, `evidence[${field}]`));
  if (found.reduce((sum, { size }) => sum + size, 0) > LARGEST_EVIDENCE) {
    throw invalid('The combined size of the evidence files must be less than 4.5 MB.', 'evidence');
  }
}
