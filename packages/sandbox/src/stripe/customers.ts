// Customers: who pays, by email.
import type Stripe from 'stripe';
import { mergeMetadata } from './accounts.ts';
import { endpoint, idOf, listFields, listPage } from './endpoint.ts';
import { email, metadata, optional, paramsOf, text } from './params.ts';
import { newId } from './work.ts';

const fields = {
  email: optional(email),
  name: optional(text(256)),
  phone: optional(text(20)),
  description: optional(text()),
  metadata: optional(metadata),
};

export const customerEndpoints = [
  endpoint({
    method: 'POST',
    path: '/v1/customers',
    params: paramsOf<Stripe.CustomerCreateParams>()(fields),
    run(work, params) {
      const customer: Stripe.Customer = {
        id: newId('cus_', 14),
        object: 'customer',
        address: null,
        balance: 0,
        created: work.now,
        currency: null,
        customer_account: null,
        default_source: null,
        delinquent: false,
        description: params.description ?? null,
        discount: null,
        email: params.email ?? null,
        invoice_prefix: newId('', 8).toUpperCase(),
        invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
        livemode: false,
        metadata: params.metadata ?? {},
        name: params.name ?? null,
        phone: params.phone ?? null,
        preferred_locales: [],
        shipping: null,
        tax_exempt: 'none',
        test_clock: null,
      };
      work.put('customer', customer.id, customer);
      work.emit('customer.created', customer);
      return customer;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers',
    params: paramsOf<Stripe.CustomerListParams>()({ ...listFields, email: optional(text(512)) }),
    run: (work, params) => listPage(work, 'customer', '/v1/customers', params, { email: params.email }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/customers/:id',
    params: paramsOf<Stripe.CustomerRetrieveParams>()({}),
    run(work, _params, ids) {
      const customer = work.require('customer', idOf(ids));
      return customer;
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/customers/:id',
    params: paramsOf<Stripe.CustomerUpdateParams>()(fields),
    run(work, params, ids) {
      const customer = work.require('customer', idOf(ids));
      const updated: Stripe.Customer = {
        ...customer,
        email: params.email ?? customer.email,
        name: params.name ?? customer.name ?? null,
        phone: params.phone ?? customer.phone ?? null,
        description: params.description ?? customer.description,
        metadata: mergeMetadata(customer.metadata, params.metadata),
      };
      work.put('customer', customer.id, updated);
      work.emit('customer.updated', updated);
      return updated;
    },
  }),
];
