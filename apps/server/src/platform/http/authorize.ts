// The check that is line one of every command.
import { type Action, type Actor, can, DomainError } from '@videowindow/contract';

/**
 * Lets the actor through or throws: `sign_in_required` when nobody is signed in and a person could, `not_found` when the
 * resource is somebody else's (so that its existence stays unknown), else `forbidden`.
 */
export const authorize = (actor: Actor, action: Action, resource?: { ownerId: string | null }): void => {
  if (can(actor, action, resource)) return;
  if (resource !== undefined && can(actor, action)) throw new DomainError('not_found');
  if (actor.id === null) throw new DomainError('sign_in_required');
  throw new DomainError(resource === undefined ? 'forbidden' : 'not_found', resource === undefined ? { action } : {});
};

/**
 * The id of the person who asks, where the permission table lets in only people.
 * @throws DomainError sign_in_required
 */
export const personId = (actor: Actor): string => {
  if (actor.id === null) throw new DomainError('sign_in_required');
  return actor.id;
};
