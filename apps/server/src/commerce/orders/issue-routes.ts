// HTTP of issues and threads.
import { type Actor, can, DomainError } from '@videowindow/contract';
import { type Issue as IssueView, issuesApi, type OrderThread } from '@videowindow/contract/api/commerce';
import { cutPage, decodeCursor, implement, personId, type RequestContext } from '#platform/http';
import type { Issue } from './issue.ts';
import { escalatedIssues, findIssue, wasBrought } from './issue-store.ts';
import { issueViews } from './issue-view.ts';
import {
  agree,
  decide,
  escalate,
  type IssuesDeps,
  openIssue,
  propose,
  refundAll,
  resolve,
  writeMessage,
} from './issues.ts';
import { attachLabel, buyLabel, labelFile, quoteLabel } from './labels.ts';
import { sideOf } from './parts.ts';
import { findOrder, type Order, ordersByIds } from './store.ts';
import { orderViews, threadView, type ViewDeps } from './view.ts';

export const issuesRoutes = (deps: ViewDeps & IssuesDeps) => {
  const { db } = deps.database;

  const thread = async (orderId: string, context: RequestContext): Promise<OrderThread> => {
    const order = await findOrder(db, orderId);
    if (!order) throw new DomainError('not_found');
    sideOf(order, context.actor);
    return await threadView(deps, order, context);
  };

  /** An issue that was brought before the platform, and its order; nobody sees one of their own here. */
  const brought = async (id: string, actor: Actor): Promise<{ issue: Issue; order: Order }> => {
    const issue = await findIssue(db, id);
    const order = issue && (await findOrder(db, issue.orderId));
    const isParty = order && (actor.id === order.buyerId || actor.id === order.makerId);
    if (!issue?.decideBy || !order || isParty) throw new DomainError('not_found');
    return { issue, order };
  };

  const shown = async (issue: Issue, order: Order, readerId: string): Promise<IssueView> => {
    const [view] = await issueViews(deps, [{ issue, order }], readerId);
    if (!view) throw new DomainError('not_found');
    return view;
  };

  /** The label that an issue has now, for whoever has just given it. */
  const given = async (id: string, actor: Actor) => {
    const issue = await findIssue(db, id);
    const order = issue && (await findOrder(db, issue.orderId));
    if (!issue || !order) throw new DomainError('not_found');
    const { label } = await shown(issue, order, personId(actor));
    if (!label) throw new DomainError('not_found');
    return { label };
  };

  /** Lets in the two sides of an issue's order, and staff who decide about it. @throws DomainError not_found */
  const assertReads = async (id: string, actor: Actor): Promise<void> => {
    const issue = await findIssue(db, id);
    const order = issue && (await findOrder(db, issue.orderId));
    if (!order) throw new DomainError('not_found');
    if (can(actor, 'issue.decide') && (await wasBrought(db, order.id))) return;
    sideOf(order, actor);
  };

  return implement(issuesApi, {
    'GET /orders/:id/thread': ({ params, context }) => thread(params.id, context),
    'POST /orders/:id/messages': async ({ params, body, context }) => {
      await writeMessage(deps, context.actor, params.id, body);
      return await thread(params.id, context);
    },
    'POST /orders/:id/issues': async ({ params, body, context }) => {
      await openIssue(deps, context.actor, params.id, body, context.requestId);
      return await thread(params.id, context);
    },
    'POST /issues/:id/propose': async ({ params, body, context }) =>
      await thread(await propose(deps, context.actor, params.id, body), context),
    'POST /issues/:id/agree': async ({ params, body, context }) =>
      await thread(await agree(deps, context.actor, params.id, body.amount, context.requestId), context),
    'POST /issues/:id/refund': async ({ params, body, context }) =>
      await thread(await refundAll(deps, context.actor, params.id, body.text, context.requestId), context),
    'POST /issues/:id/resolve': async ({ params, context }) =>
      await thread(await resolve(deps, context.actor, params.id, context.requestId), context),
    'POST /issues/:id/escalate': async ({ params, body, context }) =>
      await thread(await escalate(deps, context.actor, params.id, body.text, context.requestId), context),
    'POST /issues/:id/decide': async ({ params, body, context }) => {
      const { refund, reason } = body;
      await decide(deps, context.actor, params.id, { refund, reason }, context.requestId);
      const { issue, order } = await brought(params.id, context.actor);
      return await shown(issue, order, personId(context.actor));
    },
    'POST /issues/:id/label/quote': async ({ params, body, context }) =>
      await quoteLabel(deps, context.actor, params.id, body),
    'POST /issues/:id/label/buy': async ({ params, body, context }) => {
      await buyLabel(deps, context.actor, params.id, body, context.requestId);
      return await given(params.id, context.actor);
    },
    'POST /issues/:id/label': async ({ params, body, context }) => {
      await attachLabel(deps, context.actor, params.id, body, context.requestId);
      return await given(params.id, context.actor);
    },
    'GET /issues/:id/label/file': async ({ params, context }) => {
      await assertReads(params.id, context.actor);
      return await labelFile(deps, params.id);
    },
    'GET /moderation/issues': async ({ query, context }) => {
      const me = personId(context.actor);
      const after = decodeCursor(query.cursor, ['instant', 'uuid']);
      const limit = query.limit ?? 20;
      const behind = after && { decideBy: new Date(after[0]), id: after[1] };
      const rows = await escalatedIssues(db, behind, limit + 1);
      const { shown: page, next } = cutPage(rows, limit, (issue) => [issue.decideBy?.toISOString() ?? '', issue.id]);
      const orders = await ordersByIds(
        db,
        page.map((issue) => issue.orderId),
      );
      const views = new Map((await orderViews(deps, orders, me)).map((view) => [view.id, view]));
      const byId = new Map(orders.map((order) => [order.id, order]));
      const cases = page.flatMap((issue) => {
        const order = byId.get(issue.orderId);
        const isMine = order?.buyerId === me || order?.makerId === me;
        return order && !isMine ? [{ issue, order }] : [];
      });
      const items = (await issueViews(deps, cases, me)).flatMap((issue) => {
        const order = views.get(issue.orderId);
        return order ? [{ issue, order }] : [];
      });
      return { items, next };
    },
    'GET /moderation/issues/:id': async ({ params, context }) => {
      const me = personId(context.actor);
      const { issue, order } = await brought(params.id, context.actor);
      const [view] = await orderViews(deps, [order], me);
      if (!view) throw new DomainError('not_found');
      return { issue: await shown(issue, order, me), order: view, thread: await threadView(deps, order, context) };
    },
  });
};
