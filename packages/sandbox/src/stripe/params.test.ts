import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { parseForm } from '../web/form.ts';
import { endpoint } from './endpoint.ts';
import { StripeFault } from './faults.ts';
import {
  currency,
  email,
  flag,
  integer,
  list,
  metadata,
  oneOf,
  optional,
  paramsOf,
  type Rule,
  shape,
  text,
  webAddress,
} from './params.ts';

/** What a rule makes of the parameter `a` of a form. */
function read<T>(rule: Rule<T>, form: string): T | { code: string | undefined; param: string | undefined } {
  try {
    return rule(parseForm(form).a, 'a');
  } catch (error) {
    if (error instanceof StripeFault) return { code: error.body.code, param: error.body.param };
    throw error;
  }
}

describe('rules', () => {
  test.each([
    [text(), 'a=x', 'x'],
    [text(3), 'a=long', { code: 'parameter_invalid_string_blank', param: 'a' }],
    [text(), 'a=', { code: 'parameter_invalid_empty', param: 'a' }],
    [text(), 'a[b]=x', { code: undefined, param: 'a' }],
    [text(), 'b=x', { code: 'parameter_missing', param: 'a' }],
    [optional(text()), '', undefined],
    [optional(text()), 'a=', undefined],
    [integer(1, 5), 'a=5', 5],
    [integer(1, 5), 'a=6', { code: 'parameter_invalid_integer', param: 'a' }],
    [integer(), 'a=1.5', { code: 'parameter_invalid_integer', param: 'a' }],
    [integer(), 'a=1e3', { code: 'parameter_invalid_integer', param: 'a' }],
    [flag, 'a=true', true],
    [flag, 'a=1', { code: undefined, param: 'a' }],
    [oneOf('x', 'y'), 'a=y', 'y'],
    [currency, 'a=USD', 'usd'],
    [currency, 'a=zzz', { code: undefined, param: 'a' }],
    [email, 'a=x@y.z', 'x@y.z'],
    [email, 'a=xyz', { code: 'email_invalid', param: 'a' }],
    [webAddress, 'a=javascript:alert(1)', { code: 'url_invalid', param: 'a' }],
    [list(text()), 'a[1]=y&a[0]=x&a[10]=z', ['x', 'y', 'z']],
    [list(text(), 1), 'a[x]=y', { code: undefined, param: 'a' }],
    [metadata, 'a[k]=v&a[gone]=', { k: 'v', gone: '' }],
    [
      shape({ b: optional(shape({ c: integer() })) }),
      'a[b][c]=x',
      { code: 'parameter_invalid_integer', param: 'a[b][c]' },
    ],
    [shape({ b: optional(text()) }), 'a[z]=x', { code: 'parameter_unknown', param: 'a[z]' }],
  ] as [Rule<unknown>, string, unknown][])('%o reads %s', (rule, form, expected) => {
    expect(read(rule, form)).toEqual(expected);
  });
});

test('a parameter that the SDK does not know makes no endpoint', () => {
  const known = endpoint({
    method: 'POST',
    path: '/v1/customers',
    params: paramsOf<Stripe.CustomerCreateParams>()({ email: optional(email) }),
    run: (work, params) => work.require('customer', params.email ?? ''),
  });
  const unknown = paramsOf<Stripe.CustomerCreateParams>()({ colour: optional(text()) });
  // @ts-expect-error `colour` is no parameter of a customer
  endpoint({ method: 'POST', path: '/v1/customers', params: unknown, run: (work) => work.require('customer', '') });

  expect(known.path).toBe('/v1/customers');
});
