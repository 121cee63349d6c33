// EasyPost's shipments: three carriers name a price, one of them sells a label, once. Checks what EasyPost checks.
// Source: https://docs.easypost.com/docs/shipments
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Chaos } from '../control/chaos.ts';
import type { Store } from '../store.ts';
import { labelPdf } from './label.ts';
import { track } from './trackers.ts';

export interface EasyPostParts {
  readonly store: Store;
  readonly chaos: Chaos;
  /** Where this is mounted, as the caller reaches it. */
  readonly base: (request: FastifyRequest) => string;
  /** Seconds since 1970. */
  readonly now: () => Promise<number>;
}

interface Address {
  readonly name: string;
  readonly street1: string;
  readonly city: string;
  readonly zip: string;
  readonly country: string;
}

interface Rate {
  readonly id: string;
  readonly object: 'Rate';
  readonly carrier: string;
  readonly service: string;
  readonly rate: string;
  readonly currency: string;
  readonly delivery_days: number;
}

interface Shipment {
  readonly id: string;
  readonly object: 'Shipment';
  readonly reference: string | null;
  readonly from_address: Address;
  readonly to_address: Address;
  readonly rates: readonly Rate[];
  readonly selected_rate: Rate | null;
  readonly tracking_code: string | null;
  readonly postage_label: { readonly label_url: string; readonly label_pdf_url: string | null } | null;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const KIND = 'easypost_shipment';
const OUNCES_AT_MOST = 2_400;

/** Registers /v2/shipments and the labels' files on `app`, whose JSON bodies must come parsed. */
export function registerEasyPost(app: FastifyInstance, { store, chaos, base, now }: EasyPostParts): void {
  const serve = async (request: FastifyRequest, reply: FastifyReply, work: () => Answer) => {
    const answer = await chaos.around(request, reply, () =>
      isKnown(request.headers.authorization) ? store.transaction(work) : refuse(401, 'APIKEY.INVALID', 'Unauthorized'),
    );
    if (answer === undefined) return reply;
    return reply.code(answer.status).type('application/json').send(answer.body);
  };
  app.post('/v2/shipments', (request, reply) => serve(request, reply, () => create(store, request.body)));
  app.get<{ Params: { id: string } }>('/v2/shipments/:id', (request, reply) =>
    serve(request, reply, () => {
      const shipment = store.get<Shipment>(KIND, request.params.id);
      return shipment ? { status: 200, body: JSON.stringify(shipment) } : refuse(404, 'NOT_FOUND', 'Not found');
    }),
  );
  app.post<{ Params: { id: string } }>('/v2/shipments/:id/buy', async (request, reply) => {
    const moment = await now();
    return await serve(request, reply, () => buy(store, request.params.id, request.body, base(request), moment));
  });
  app.get<{ Params: { id: string } }>('/labels/:id', async (request, reply) => {
    const shipment = store.get<Shipment>(KIND, request.params.id);
    if (!shipment?.selected_rate) return reply.code(404).send();
    const { from_address: from, to_address: to, selected_rate: rate, tracking_code: code } = shipment;
    const lines = [
      `${rate.carrier} ${rate.service}`,
      code ?? '',
      '',
      'From',
      ...linesOf(from),
      '',
      'To',
      ...linesOf(to),
      '',
      'A label of the sandbox: no carrier takes it.',
    ];
    return reply.type('application/pdf').send(labelPdf(lines));
  });
}

const isKnown = (authorization: string | undefined): boolean =>
  /^EZ[AT]K\S*:$/.test(Buffer.from(/^Basic (\S+)$/.exec(authorization ?? '')?.[1] ?? '', 'base64').toString());

const linesOf = ({ name, street1, zip, city, country }: Address): string[] => [
  name,
  street1,
  `${zip} ${city}`.trim(),
  country,
];

const idOf = (prefix: string): string => `${prefix}_${randomBytes(16).toString('hex')}`;

function create(store: Store, body: unknown): Answer {
  const asked = recordOf(recordOf(body)?.shipment);
  if (!asked) return refuse(422, 'PARAMETER.REQUIRED', 'Missing required parameter: shipment');
  const from = addressOf(asked.from_address);
  const to = addressOf(asked.to_address);
  if (!from) return refuse(422, 'ADDRESS.VERIFY.FAILURE', 'Invalid from_address');
  if (!to) return refuse(422, 'ADDRESS.VERIFY.FAILURE', 'Invalid to_address');
  const parcel = recordOf(asked.parcel);
  const sizes = ['weight', 'length', 'width', 'height'].map((name) => parcel?.[name]);
  if (!sizes.every((size): size is number => typeof size === 'number' && size > 0)) {
    return refuse(422, 'PARCEL.INVALID', 'A parcel needs weight, length, width and height');
  }
  const ounces = sizes[0] ?? 0;
  const abroad = from.country !== to.country;
  // Nobody carries more than this.
  const rates = ounces > OUNCES_AT_MOST ? [] : ratesFor(ounces, abroad);
  const shipment: Shipment = {
    id: idOf('shp'),
    object: 'Shipment',
    reference: typeof asked.reference === 'string' ? asked.reference : null,
    from_address: from,
    to_address: to,
    rates,
    selected_rate: null,
    tracking_code: null,
    postage_label: null,
  };
  store.put(KIND, shipment.id, shipment);
  return { status: 201, body: JSON.stringify(shipment) };
}

function ratesFor(ounces: number, abroad: boolean): Rate[] {
  const price = (start: number, ounce: number) => ((start + ounces * ounce) * (abroad ? 3 : 1)).toFixed(2);
  const rate = (carrier: string, service: string, amount: string, days: number): Rate => ({
    id: idOf('rate'),
    object: 'Rate',
    carrier,
    service,
    rate: amount,
    currency: 'USD',
    delivery_days: abroad ? days * 3 : days,
  });
  return [
    rate('UPS', 'Ground', price(9.1, 0.09), 3),
    rate('USPS', 'GroundAdvantage', price(4.6, 0.11), 4),
    rate('FedEx', 'FEDEX_GROUND', price(9.8, 0.1), 3),
  ];
}

function buy(store: Store, id: string, body: unknown, base: string, now: number): Answer {
  const shipment = store.get<Shipment>(KIND, id);
  if (!shipment) return refuse(404, 'NOT_FOUND', 'Not found');
  if (shipment.selected_rate) {
    return refuse(422, 'SHIPMENT.POSTAGE.EXISTS', 'Postage already exists for this shipment');
  }
  const wanted = recordOf(recordOf(body)?.rate)?.id;
  const rate = shipment.rates.find((one) => one.id === wanted);
  if (!rate) return refuse(422, 'SHIPMENT.POSTAGE.FAILURE', 'The rate is not one of this shipment');
  const tracking_code = `EZ${randomBytes(6).toString('hex').toUpperCase()}`;
  const bought: Shipment = {
    ...shipment,
    selected_rate: rate,
    tracking_code,
    postage_label: { label_url: `${base}/labels/${id}`, label_pdf_url: `${base}/labels/${id}` },
  };
  store.put(KIND, id, bought);
  track(store, { tracking_code, carrier: rate.carrier, to: shipment.to_address }, rate.delivery_days, now);
  return { status: 200, body: JSON.stringify(bought) };
}

function addressOf(given: unknown): Address | undefined {
  const fields = recordOf(given);
  const text = (name: string) => (typeof fields?.[name] === 'string' ? fields[name] : '');
  const [street1, city, country] = [text('street1'), text('city'), text('country')];
  if (!street1 || !city || !/^[A-Z]{2}$/.test(country)) return undefined;
  return { name: text('name'), street1, city, zip: text('zip'), country };
}

const recordOf = (value: unknown): Record<string, unknown> | undefined =>
  // Narrowed by the line itself: what is no object or a list is none.
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

const refuse = (status: number, code: string, message: string): Answer => ({
  status,
  body: JSON.stringify({ error: { code, message, errors: [] } }),
});
