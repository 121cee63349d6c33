// The copies that CloudFront keeps of what was deleted: they are taken back by path.
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { ConfigError } from '#platform/config';

export type Copies = {
  /**
   * Asks for the end of all copies below these paths. The same `reference` asks once, however often it is called.
   * @returns whether it is done, which takes CloudFront some seconds to minutes
   * @throws Error of the SDK where it can't be reached or refuses
   */
  takeBack(reference: string, paths: readonly string[]): Promise<{ id: string; done: boolean }>;
};

/** @returns null where no distribution is named. @throws ConfigError when half a key is set */
export const createCopies = (options: {
  distributionId: string | undefined;
  endpoint: string | undefined;
  accessKeyId: string | undefined;
  secretAccessKey: string | undefined;
}): Copies | null => {
  const { distributionId: DistributionId, endpoint, accessKeyId, secretAccessKey } = options;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new ConfigError([
      'CLOUDFRONT_ACCESS_KEY_ID and CLOUDFRONT_SECRET_ACCESS_KEY belong together: set both, or none to use the machine’s role',
    ]);
  if (DistributionId === undefined) return null;
  let opened: Promise<{ client: CloudFrontClient; sdk: typeof import('@aws-sdk/client-cloudfront') }> | null = null;
  // Most processes delete nothing.
  const open = async () => {
    const sdk = await import('@aws-sdk/client-cloudfront');
    const client = new sdk.CloudFrontClient({
      region: 'us-east-1', // CloudFront's own, wherever the distribution serves
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(accessKeyId && secretAccessKey ? { credentials: { accessKeyId, secretAccessKey } } : {}),
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 5000, socketTimeout: 30_000 },
    });
    return { client, sdk };
  };
  return {
    async takeBack(CallerReference, paths) {
      opened ??= open();
      const { client, sdk } = await opened;
      const Paths = { Quantity: paths.length, Items: [...paths] };
      const InvalidationBatch = { CallerReference, Paths };
      const { Invalidation } = await client.send(
        new sdk.CreateInvalidationCommand({ DistributionId, InvalidationBatch }),
      );
      return { id: Invalidation?.Id ?? '', done: Invalidation?.Status === 'Completed' };
    },
  };
};
