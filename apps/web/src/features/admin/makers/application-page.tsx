// One who would like to sell here: their words, and the two things that can be said.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ApplicationForReview } from '@videowindow/contract/api/makers';
import { Card, Page, Section, StatusChip } from '@videowindow/ui';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { keyOf, read } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { TextLink } from '../../../lib/text-link.tsx';
import { useTitle } from '../../../lib/title.ts';
import { OutsideLink } from '../../people/bio-text.tsx';
import { ReasonForm } from '../commerce/reason-form.tsx';
import { applicationStates } from './application-words.ts';

const route = getRouteApi('/signed-in/desk/admin/makers/$id');

export function MakerApplicationPage() {
  const { id } = route.useParams();
  useTitle('New maker');
  const query = useQuery(read('GET /admin/maker-applications/:id', { params: { id } }));
  return <Loaded query={query}>{(found) => <Review found={found} />}</Loaded>;
}

function Review({ found }: { found: ApplicationForReview }) {
  const { person, state, earlier } = found;
  const { label, tone } = applicationStates[state];
  return (
    <Page
      width="form"
      over={<TextLink to="/admin/makers">New makers</TextLink>}
      title={person?.displayName ?? 'Somebody who is gone'}
      intro={[
        `Asked on ${dateTime(found.appliedAt)}`,
        earlier === 1 ? 'for the second time' : earlier > 1 ? `${earlier} times before` : null,
      ]
        .filter(Boolean)
        .join(', ')}
    >
      <div className="mb-6 flex flex-wrap items-center gap-x-5 gap-y-2">
        <StatusChip tone={tone}>{label}</StatusChip>
        {person && (
          <>
            <Link
              to="/@{$handle}"
              params={{ handle: person.handle }}
              className="text-indigo underline underline-offset-2"
            >
              @{person.handle}
            </Link>
            <TextLink to="/admin/users/$id" params={{ id: person.id }}>
              Their account
            </TextLink>
          </>
        )}
      </div>
      <Section title="What they make">
        <Card>
          <p className="whitespace-pre-line wrap-anywhere">{found.about}</p>
          {found.link && (
            <p className="mt-3">
              <OutsideLink url={found.link} label={found.link.replace('https://', '')} />
            </p>
          )}
        </Card>
      </Section>
      {found.reason && (
        <Section title="What was said">
          <Card>
            <p className="whitespace-pre-line wrap-anywhere">{found.reason}</p>
          </Card>
        </Section>
      )}
      {found.possible.includes('approve') && (
        <Section title="Let them sell">
          <Decide id={found.id} command="approve" />
        </Section>
      )}
      {found.possible.includes('decline') && (
        <Section title="Not now">
          <Decide id={found.id} command="decline" />
        </Section>
      )}
    </Page>
  );
}

const forms = {
  approve: {
    words: 'They become a maker at once and are told by mail. As with every change of roles they sign in once more.',
    label: 'A word of welcome',
    button: 'Make them a maker',
    optional: true,
  },
  decline: {
    words: 'They read your reason, and may ask again.',
    label: 'Why',
    button: 'Decline',
    optional: false,
  },
} as const;

function Decide({ id, command }: { id: string; command: 'approve' | 'decline' }) {
  const queries = useQueryClient();
  const one = keyOf('GET /admin/maker-applications/:id', { params: { id } });
  const decide = useMutation({
    mutationFn: (reason: string) =>
      client.call(`POST /admin/maker-applications/:id/${command}`, { params: { id }, body: { reason } }),
    onSuccess: (now) => queries.setQueryData(one, now),
    // Somebody else may have been quicker.
    onError: () => void queries.invalidateQueries({ queryKey: one }),
    onSettled: () => void queries.invalidateQueries({ queryKey: keyOf('GET /admin/maker-applications') }),
  });
  const { words, label, button, optional } = forms[command];
  return (
    <Card>
      <p className="mb-3 text-14 text-ink-2">{words}</p>
      <ReasonForm
        label={label}
        button={button}
        optional={optional}
        danger={command === 'decline'}
        busy={decide.isPending}
        error={decide.error}
        onSubmit={(reason) => decide.mutate(reason)}
      />
    </Card>
  );
}
