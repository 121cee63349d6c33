// Labels of many carriers by EasyPost's API, over plain HTTP: three calls, which its SDK would make as well.
// Source: docs.easypost.com/docs/shipments
import { DomainError } from '@videowindow/contract';
import type { Address, LabelRate } from '@videowindow/contract/api/commerce';
import { type Money, parse } from '@videowindow/contract/money';
import { isPdf } from '#platform/pdf';
import { createProvider } from '#platform/resilience';

export type Parcel = {
  readonly grams: number;
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
};

export type BoughtLabel = {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly price: Money;
  readonly pdf: Buffer;
};

/** Who sells labels of carriers. */
export type LabelShop = {
  /** What a parcel costs. Buys nothing. @throws LabelRefused, DomainError external_service_unavailable */
  quote(way: { from: Address; to: Address; parcel: Parcel; reference: string }): Promise<{
    providerId: string;
    rates: LabelRate[];
  }>;
  /** Buys at one of the prices; what was bought before is given again. @throws as above */
  buy(providerId: string, rateId: string): Promise<BoughtLabel>;
};

/** The shop's last word, in its own words. */
export class LabelRefused extends Error {
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.name = 'LabelRefused';
    this.code = code;
  }
}

export type EasyPostAccount = {
  readonly apiKey: string;
  /** Another address than EasyPost's own, asked at each call: a stand-in's port is not known earlier. */
  readonly baseUrl?: () => string;
};

const TIMEOUT_MS = 15_000;
const GRAMS_OF_AN_OUNCE = 28.349_523_125;
const MM_OF_AN_INCH = 25.4;
/** Its own word for what is bought already. */
const BOUGHT_BEFORE = 'SHIPMENT.POSTAGE.EXISTS';
/** Labels lie in its own storage. */
const FILE_HOSTS = /(^|\.)(easypost\.com|amazonaws\.com)$/;
const MOST_BYTES = 1_400_000;

type Rate = { id: string; carrier: string; service: string; rate: string; currency: string; delivery_days?: number };
type Shipment = {
  id: string;
  rates?: Rate[];
  tracking_code?: string;
  selected_rate?: Rate;
  postage_label?: { label_url?: string; label_pdf_url?: string } | null;
};

export const createEasyPost = (account: EasyPostAccount): LabelShop => {
  const provider = createProvider('easypost', {
    timeoutMs: TIMEOUT_MS,
    isAnswer: (error) => error instanceof LabelRefused,
  });
  const base = () => account.baseUrl?.() ?? 'https://api.easypost.com';
  const authorization = `Basic ${Buffer.from(`${account.apiKey}:`).toString('base64')}`;

  const call = (method: 'GET' | 'POST', path: string, body?: object): Promise<Shipment> =>
    provider.call(async (signal) => {
      const answer = await fetch(`${base()}/v2${path}`, {
        method,
        headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal,
      });
      if (answer.ok) return (await answer.json()) as Shipment; // its documented shape; what is used of it is looked at
      const said = await answer.text();
      if (answer.status >= 500 || answer.status === 429) throw new Error(`easypost ${answer.status}`);
      throw refusalOf(said);
    });

  const file = (address: string): Promise<Buffer> =>
    provider.call(async (signal) => {
      const url = new URL(address);
      const ours = account.baseUrl && url.origin === new URL(base()).origin;
      if (!ours && !(url.protocol === 'https:' && FILE_HOSTS.test(url.hostname))) {
        throw new Error(`a label lies where none should: ${url.hostname}`);
      }
      const answer = await fetch(url, { signal, redirect: 'error' });
      if (!answer.ok) throw new Error(`a label's file: ${answer.status}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (!isPdf(bytes) || bytes.length > MOST_BYTES) throw new Error("a label's file is no PDF of a label's size");
      return bytes;
    });

  return {
    async quote({ from, to, parcel, reference }) {
      const made = await call('POST', '/shipments', {
        shipment: {
          reference,
          from_address: addressOf(from),
          to_address: addressOf(to),
          parcel: {
            weight: tenth(parcel.grams / GRAMS_OF_AN_OUNCE),
            length: tenth(parcel.lengthMm / MM_OF_AN_INCH),
            width: tenth(parcel.widthMm / MM_OF_AN_INCH),
            height: tenth(parcel.heightMm / MM_OF_AN_INCH),
          },
          options: { label_format: 'PDF' },
        },
      });
      return { providerId: made.id, rates: (made.rates ?? []).flatMap((rate) => rateOf(rate) ?? []) };
    },
    async buy(providerId, rateId) {
      const path = `/shipments/${encodeURIComponent(providerId)}`;
      const bought = await call('POST', `${path}/buy`, { rate: { id: rateId } }).catch((error: unknown) => {
        if (error instanceof LabelRefused && error.code === BOUGHT_BEFORE) return call('GET', path);
        throw error;
      });
      const { tracking_code: trackingNumber, selected_rate: rate, postage_label: label } = bought;
      const price = rate && priceOf(rate);
      const at = label?.label_pdf_url ?? label?.label_url;
      if (!trackingNumber || !rate || !price || !at)
        throw new Error(`shipment ${providerId} is bought and has no label`);
      return { carrier: rate.carrier, trackingNumber, price, pdf: await file(at) };
    },
  };
};

/** A carrier takes no parcel of nothing. */
const tenth = (value: number): number => Math.max(0.1, Math.round(value * 10) / 10);

const addressOf = ({ name, line1, line2, city, region, postalCode, country }: Address) => ({
  name,
  street1: line1,
  street2: line2,
  city,
  state: region,
  zip: postalCode,
  country,
});

const priceOf = ({ rate, currency }: Rate): Money | null => parse(rate, currency);

const rateOf = (rate: Rate): LabelRate | null => {
  const price = priceOf(rate);
  const { id, carrier, service, delivery_days: days } = rate;
  return price && { id, carrier, service, price, days: days ?? null };
};

const refusalOf = (text: string): LabelRefused => {
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    return new LabelRefused(error?.message ?? text, error?.code ?? null);
  } catch {
    return new LabelRefused(text, null);
  }
};

/** Where no shop is configured. @throws DomainError capability_off */
export const noShop = (): never => {
  throw new DomainError('capability_off', { capability: 'labels' });
};
