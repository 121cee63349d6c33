// Puts the sandbox together: one Fastify plugin with everything below its prefix.
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { createChaos } from './control/chaos.ts';
import { registerControl } from './control/routes.ts';
import { registerEasyPost } from './easypost/shipments.ts';
import { moveParcels, type TrackerHook } from './easypost/trackers.ts';
import { createMailbox } from './inbox/mailbox.ts';
import { registerInbox } from './inbox/pages.ts';
import { registerIssuerControl, registerIssuers } from './oidc/issuer.ts';
import { registerSendGrid } from './sendgrid/mail.ts';
import { openStore } from './store.ts';
import { registerStripeApi } from './stripe/api.ts';
import { collectDebits, expireDueSessions } from './stripe/checkout.ts';
import { registerCheckoutPage } from './stripe/checkoutPage.ts';
import { decideDisputes, registerDisputeControl } from './stripe/disputes.ts';
import { registerOnboardingPage } from './stripe/onboardingPage.ts';
import { registerOwnMoves } from './stripe/ownMoves.ts';
import { movePayouts } from './stripe/payouts.ts';
import { answerRefunds } from './stripe/refunds.ts';
import { createDeliveries, type WebhookEndpoints } from './stripe/webhooks.ts';
import { startWork, type Work } from './stripe/work.ts';
import { registerTwilio } from './twilio/messages.ts';
import { registerVerify } from './twilio/verify.ts';
import { html, pageHeaders, renderPage } from './web/html.ts';
import { refuseOutsiders } from './web/loopback.ts';
import { multipartAsForm } from './web/multipart.ts';

export interface SandboxLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface SandboxOptions {
  /** Folder of the sandbox's database; made when missing. */
  readonly dir: string;
  /** The time; left out, the machine's own, which /control/clock can shift. */
  readonly clock?: () => Date | Promise<Date>;
  readonly log: SandboxLog;
  /** Where webhooks go; a function is asked at each delivery. Undefined: they wait in the database. */
  readonly webhooks?: WebhookEndpoints | (() => WebhookEndpoints | undefined);
  /** Where news of parcels go, asked at each delivery. Undefined: nobody is told. */
  readonly parcels?: () => TrackerHook | undefined;
  /** How often open sessions are looked at, in ms. Default 1,000. */
  readonly tickMs?: number;
}

export interface Sandbox {
  /** Register with a prefix such as /sandbox. Webhooks start when the server listens, and stop when it closes. */
  readonly plugin: FastifyPluginAsync;
  /** Does what is due by the clock: sessions expire, payouts go on, disputes are decided. */
  tick(): Promise<void>;
  /** Resolves when every webhook that is due has been tried. */
  settled(): Promise<void>;
  /** Stops webhooks and closes the database; closing the Fastify server does it too. */
  close(): Promise<void>;
}

/** Opens the sandbox. Only one plugin instance per sandbox; several processes may share `dir`. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const store = openStore(options.dir);
  const { webhooks } = options;
  const endpoints = typeof webhooks === 'function' ? webhooks : () => webhooks;
  const deliveries = createDeliveries(store, endpoints, (details, message) => options.log.warn(details, message));
  const mailbox = createMailbox(store);
  let prefix = '';
  let ticker: NodeJS.Timeout | undefined;
  let closed: Promise<void> | undefined;
  const clock = options.clock ?? (() => new Date(Date.now() + (store.get<{ ms: number }>('clock', 'offset')?.ms ?? 0)));
  const now = async () => Math.floor((await clock()).getTime() / 1000);
  const pages = (request: FastifyRequest) => `${request.protocol}://${request.host}${prefix}/stripe`;

  async function tick(): Promise<void> {
    const moment = await now();
    store.transaction(() => {
      const work = startWork({ store, deliveries, now: moment, account: '', pages: '', cause: null });
      expireDueSessions(work);
      collectDebits(work);
      answerRefunds(work);
      movePayouts(work);
      decideDisputes(work);
    });
    await moveParcels(store, moment, options.parcels?.());
  }

  async function transact<T>(request: FastifyRequest, act: (work: Work) => T): Promise<T> {
    const moment = await now();
    return store.transaction(() =>
      act(
        startWork({
          store,
          deliveries,
          now: moment,
          account: '',
          pages: pages(request),
          cause: { id: null, idempotency_key: null },
        }),
      ),
    );
  }

  function close(): Promise<void> {
    closed ??= (async () => {
      clearInterval(ticker);
      await deliveries.stop();
      store.close();
    })();
    return closed;
  }

  const plugin: FastifyPluginAsync = async (app) => {
    prefix = app.prefix;
    readBodiesAsTheyCome(app);
    app.addHook('onRequest', refuseOutsiders);
    app.addHook('onListen', async () => {
      deliveries.start();
      ticker = setInterval(() => {
        tick().catch((error: unknown) => options.log.warn({ error: String(error) }, 'sandbox tick failed'));
      }, options.tickMs ?? 1000).unref();
    });
    app.addHook('onClose', close);

    app.get('/', async (_request, reply) => reply.headers(pageHeaders()).send(indexPage(prefix)));
    registerInbox(app, mailbox, () => `${prefix}/inbox`);
    const setClockOffset =
      options.clock === undefined ? (ms: number) => store.put('clock', 'offset', { ms }) : undefined;
    const stripeChaos = createChaos(store, 'stripe', () => `${prefix}/stripe`);
    const sendgridChaos = createChaos(store, 'sendgrid', () => `${prefix}/sendgrid`);
    const twilioChaos = createChaos(store, 'twilio', () => `${prefix}/twilio`);
    const easypostChaos = createChaos(store, 'easypost', () => `${prefix}/easypost`);
    registerControl(app, {
      chaos: { stripe: stripeChaos, sendgrid: sendgridChaos, twilio: twilioChaos, easypost: easypostChaos },
      deliveries,
      tick,
      setClockOffset,
    });
    registerDisputeControl(app, { transact });
    registerOwnMoves(app, { transact });
    registerIssuerControl(app, store);
    await app.register(async (oidc) => registerIssuers(oidc, { store, now }), { prefix: '/oidc' });
    await app.register(
      async (stripe) => {
        registerStripeApi(stripe, { store, deliveries, chaos: stripeChaos, now, pages });
        registerCheckoutPage(stripe, { transact });
        registerOnboardingPage(stripe, { transact });
      },
      { prefix: '/stripe' },
    );
    await app.register(
      async (twilio) => {
        const parts = { mailbox, chaos: twilioChaos, now, store };
        registerTwilio(twilio, parts);
        registerVerify(twilio, parts);
      },
      { prefix: '/twilio' },
    );
    await app.register(async (sendgrid) => registerSendGrid(sendgrid, { mailbox, chaos: sendgridChaos, now }), {
      prefix: '/sendgrid',
    });
    const labelsAt = (request: FastifyRequest) => `${request.protocol}://${request.host}${prefix}/easypost`;
    await app.register(
      async (easypost) => registerEasyPost(easypost, { store, chaos: easypostChaos, base: labelsAt, now }),
      { prefix: '/easypost' },
    );
  };

  return { plugin, tick, settled: () => deliveries.settled(), close };
}

/** More than Stripe takes, so that it is Stripe's words that refuse. */
const LARGEST_UPLOAD = 8_000_000;

/** Forms stay text (each provider reads them its own way), uploads become forms, JSON is parsed, everything else is an empty body. */
function readBodiesAsTheyCome(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      // Each provider refuses a body that it can't read in its own words.
      done(null, undefined);
    }
  });
  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit: LARGEST_UPLOAD },
    (request: FastifyRequest, body: Buffer) => multipartAsForm(body, request.headers['content-type'] ?? ''),
  );
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

function indexPage(prefix: string): string {
  const body = html`
<section class="sheet"><h1>Sandbox</h1>
<p class="quiet">Stand-ins for the outside world, on this machine only: the real protocols, no real money, no real mail.</p>
<ul class="rows">
<li><a href="${prefix}/inbox">Inbox</a><br><span class="quiet small">Every mail that was sent, sign-in codes too</span></li>
<li><strong>Stripe</strong><br><span class="quiet small">API at ${prefix}/stripe/v1 · checkout and onboarding pages open from the shop</span></li>
<li><strong>SendGrid</strong><br><span class="quiet small">API at ${prefix}/sendgrid/v3/mail/send</span></li>
<li><strong>Twilio</strong><br><span class="quiet small">API at ${prefix}/twilio/2010-04-01, Verify at ${prefix}/twilio/v2 · texts land in the inbox</span></li>
<li><strong>EasyPost</strong><br><span class="quiet small">API at ${prefix}/easypost/v2 · labels that no carrier takes, and news of their parcels</span></li>
<li><strong>Google and Apple</strong><br><span class="quiet small">OpenID Connect at ${prefix}/oidc/google and ${prefix}/oidc/apple · their pages open from the sign-in page</span></li>
<li><a href="${prefix}/control">Control</a><br><span class="quiet small">Webhook log and faults on request, as JSON</span></li>
</ul></section>`;
  return renderPage({ title: 'Sandbox', body });
}
