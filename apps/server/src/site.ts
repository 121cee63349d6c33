// GET /site: what the client must know before anybody signs in.
import type { Role } from '@videowindow/contract';
import type { SocialProvider } from '@videowindow/contract/api/keys';
import { siteApi } from '@videowindow/contract/api/site';
import { implement } from '#platform/http';
import type { Room } from '#platform/room';

/** The demo people and their roles; they exist only where the sandbox does. */
export const demoPeople: readonly { email: string; role: Role; handle: string; displayName: string; city: string }[] = [
  { email: 'viewer@demo.test', role: 'viewer', handle: 'vera', displayName: 'Vera Lindqvist', city: 'Malmö' },
  { email: 'maker@demo.test', role: 'maker', handle: 'ines.duarte', displayName: 'Ines Duarte', city: 'Lisbon' },
  { email: 'moderator@demo.test', role: 'moderator', handle: 'mod.noor', displayName: 'Noor Haddad', city: 'Utrecht' },
  { email: 'admin@demo.test', role: 'admin', handle: 'admin.sam', displayName: 'Sam Okafor', city: 'Leeds' },
];

export const createSite = (options: {
  name: string;
  currency: string;
  displayRates: readonly { currency: string; rate: number }[];
  clock: () => Date;
  sandbox: boolean;
  demo: boolean;
  uploadBytes: number;
  videoSeconds: number;
  importByUrl: boolean;
  offerHours: number;
  payHours: number;
  completeDays: number;
  answerDays: number;
  payments: boolean;
  signInWith: readonly SocialProvider[];
  sms: boolean;
  mapStyleUrl: string | null;
}): { room: Room } => ({
  room: {
    routes: [
      implement(siteApi, {
        'GET /site': async () => ({
          name: options.name,
          currency: options.currency,
          displayRates: [...options.displayRates],
          serverTime: options.clock().toISOString(),
          sandbox: options.sandbox
            ? {
                inboxUrl: '/sandbox/inbox',
                people: options.demo ? demoPeople.map(({ email, role }) => ({ email, role })) : [],
              }
            : null,
          limits: { uploadBytes: options.uploadBytes, videoSeconds: options.videoSeconds },
          importByUrl: options.importByUrl,
          offerHours: options.offerHours,
          payHours: options.payHours,
          completeDays: options.completeDays,
          answerDays: options.answerDays,
          payments: options.payments,
          signInWith: [...options.signInWith],
          sms: options.sms,
          mapStyleUrl: options.mapStyleUrl,
        }),
      }),
    ],
  },
});
