// A stand-in for CloudFront's invalidations on loopback: signatures checked, one invalidation a caller's reference.
// Source: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { S3Fault } from '../s3/fault.ts';
import { type Credentials, checkSignature } from '../s3/signature.ts';
import { elementsOf, renderXml, textOf, type Xml } from '../s3/xml.ts';

export interface Invalidation {
  readonly id: string;
  readonly reference: string;
  readonly paths: readonly string[];
  readonly createdAt: string;
  completed: boolean;
}

export interface ServedCloudFront {
  /** Such as http://127.0.0.1:40123 */
  readonly url: string;
  /** What was asked for, oldest first. */
  readonly invalidations: readonly Invalidation[];
  /** All that was asked for is done; as at CloudFront, some time after it was asked. */
  complete(): void;
  /** Answers the next requests with ServiceUnavailable. */
  refuse(times: number): void;
  close(): Promise<void>;
}

const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
type Answer = { status: number; xml: string };

/** Listens on 127.0.0.1. */
export async function serveCloudFront(
  options: Credentials & { readonly distribution: string },
): Promise<ServedCloudFront> {
  const invalidations: Invalidation[] = [];
  let refusals = 0;

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const body = await text(request);
    if (refusals > 0) {
      refusals--;
      return refusal(503, 'ServiceUnavailable', 'CloudFront cannot be reached.');
    }
    try {
      const hash = checkSignature(request, options, new Date(), 'cloudfront');
      if (hash !== createHash('sha256').update(body).digest('hex'))
        return refusal(400, 'InvalidArgument', 'The body is not what was signed.');
    } catch (error) {
      if (error instanceof S3Fault) return refusal(403, error.code, error.message);
      throw error;
    }
    const [, distribution] = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || distribution !== options.distribution)
      return refusal(404, 'NoSuchDistribution', 'The specified distribution does not exist.');
    return invalidate(body);
  };

  const invalidate = (body: string): Answer => {
    const reference = textOf(body, 'CallerReference') ?? '';
    const paths = elementsOf(body, 'Path');
    if (reference === '' || paths.length === 0 || paths.some((path) => !path.startsWith('/')))
      return refusal(400, 'InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
    const before = invalidations.find((one) => one.reference === reference);
    if (before && before.paths.join('\n') !== paths.join('\n'))
      return refusal(400, 'InvalidationBatchAlreadyExists', 'The reference was used for other paths.');
    const made = before ?? {
      id: `I${createHash('sha256').update(reference).digest('hex').slice(0, 13).toUpperCase()}`,
      ...{ reference, paths, createdAt: new Date().toISOString(), completed: false },
    };
    if (!before) invalidations.push(made);
    return { status: 201, xml: renderXml('Invalidation', describe(made), NAMESPACE) };
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, xml }) => response.writeHead(status, { 'content-type': 'text/xml' }).end(xml),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed).listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    invalidations,
    complete() {
      for (const one of invalidations) one.completed = true;
    },
    refuse(times) {
      refusals = times;
    },
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

const describe = ({ id, reference, paths, createdAt, completed }: Invalidation): Xml => [
  ['Id', id],
  ['Status', completed ? 'Completed' : 'InProgress'],
  ['CreateTime', createdAt],
  [
    'InvalidationBatch',
    [
      [
        'Paths',
        [
          ['Quantity', paths.length],
          ['Items', paths.map((path) => ['Path', path] as const)],
        ],
      ],
      ['CallerReference', reference],
    ],
  ],
];

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  xml: renderXml(
    'ErrorResponse',
    [
      [
        'Error',
        [
          ['Type', 'Sender'],
          ['Code', code],
          ['Message', message],
        ],
      ],
      ['RequestId', 'sandbox'],
    ],
    NAMESPACE,
  ),
});
