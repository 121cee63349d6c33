import { MoneyField, Select, Switch } from '@videowindow/ui';
import { useSite } from '../../app/site.tsx';
import { auctionLengths, type Hours, type PolicyForm, type PolicyProblems } from './policy-terms.ts';
import { hours } from './sale-words.ts';

type Props = {
  form: PolicyForm;
  problems: PolicyProblems;
  currency: string;
  onChange: (part: Partial<PolicyForm>) => void;
};

/** How offers are taken: for one piece, or as the maker's default. */
export function OfferPolicyFields({ form, problems, currency, onChange }: Props) {
  const site = useSite();
  const money = (field: 'minimumOffer' | 'autoRejectBelow' | 'startAuctionAt') => ({
    currency,
    value: form[field],
    onChange: (text: string) => onChange({ [field]: text }),
    error: problems[field],
  });
  return (
    <>
      <Switch
        label="Take offers"
        hint={`An offer stands${site ? ` for ${hours(site.offerHours)}` : ' for a while'}; you accept, decline, or open an auction with it.`}
        checked={form.acceptsOffers}
        onChange={(acceptsOffers) => onChange({ acceptsOffers })}
      />
      {form.acceptsOffers && (
        <>
          <div className="grid gap-5 sm:grid-cols-2">
            <MoneyField
              label="Least offer"
              optional
              hint="Shown to everybody. Without it half the asking price counts."
              {...money('minimumOffer')}
            />
            <MoneyField
              label="Decline below"
              optional
              hint="Nobody sees it; an offer below is declined at once, kindly."
              {...money('autoRejectBelow')}
            />
          </div>
          <Switch
            label="Let a good offer open the auction"
            hint="The first offer at or above your amount becomes the first bid, without waiting for you."
            checked={form.opensItself}
            onChange={(opensItself) => onChange({ opensItself })}
          />
          {form.opensItself && <MoneyField label="From this amount" {...money('startAuctionAt')} />}
          <Select
            label="An auction lasts"
            hint="A bid in the last minutes makes it longer, so that nobody wins by a second."
            value={String(form.hours)}
            options={auctionLengths.map(({ value, label }) => ({ value: String(value), label }))}
            // The options are exactly the lengths.
            onChange={(event) => onChange({ hours: Number(event.target.value) as Hours })}
          />
        </>
      )}
    </>
  );
}
