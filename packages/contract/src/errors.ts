// Every error that a client may meet: a stable code, its HTTP status and a sentence for a person.
// No TypeBox here: the browser imports this file.

type ErrorEntry = { status: number; title: string };

const catalogue = {
  // Any route
  validation_failed: {
    status: 400,
    title: 'Something in the form is not right. Nothing was lost; check the marked fields.',
  },
  malformed_request: { status: 400, title: 'The request could not be read.' },
  sign_in_required: { status: 401, title: 'Please sign in first.' },
  forbidden: { status: 403, title: 'Your account may not do this.' },
  origin_refused: { status: 403, title: 'This request came from another site and was refused.' },
  view_as_read_only: {
    status: 403,
    title: 'You see this as somebody else does. Nothing can be changed until you stop.',
  },
  key_invalid: { status: 401, title: 'This key is not known, or its time is over. Make a new one under You.' },
  scope_missing: { status: 403, title: 'This key may not do that. Make one that may.' },
  key_limit_reached: { status: 422, title: 'You have as many keys as one may. End one first.' },
  own_content: { status: 403, title: 'This is your own. Somebody else has to decide on it.' },
  not_found: { status: 404, title: 'We could not find this.' },
  method_not_allowed: { status: 405, title: 'This address does not take that method.' },
  version_conflict: { status: 409, title: 'This was changed somewhere else. Both versions are kept; choose one.' },
  invalid_transition: { status: 409, title: 'That is not possible at this point.' },
  idempotency_key_required: { status: 400, title: 'This request needs an Idempotency-Key header.' },
  idempotency_in_flight: { status: 409, title: 'The same request is still running. Ask again in a moment.' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used for a different request.' },
  payload_too_large: { status: 413, title: 'That is too large to send here.' },
  unsupported_media_type: { status: 415, title: 'This kind of content is not understood here.' },
  rate_limited: { status: 429, title: 'That was a little fast. Please wait a moment and try again.' },
  internal: { status: 500, title: 'Something went wrong on our side. Nothing was lost; please try again.' },
  capability_off: { status: 503, title: 'This is not set up on this server yet.' },
  external_service_unavailable: {
    status: 503,
    title: 'A service that we depend on does not answer. Nothing was lost; please try again.',
  },
  database_unavailable: {
    status: 503,
    title: 'The server could not reach its database just now. Please try again in a moment.',
  },
  shutting_down: { status: 503, title: 'The server is restarting. Please try again in a moment.' },

  // People
  code_invalid: { status: 422, title: 'This code is not right or no longer good. Check it, or ask for a new one.' },
  link_over: { status: 409, title: 'This link was used already, or its time is over.' },
  email_taken: { status: 409, title: 'This address belongs to another account by now.' },
  refresh_invalid: { status: 401, title: 'This session is over. Please sign in again.' },
  credentials_wrong: { status: 422, title: 'This address and this password do not go together. Check both.' },
  password_common: { status: 422, title: 'Others would guess this password. Take a longer or a stranger one.' },
  setup_code_invalid: {
    status: 422,
    title: 'This is not the link that the server printed. Copy it whole, from its latest start.',
  },
  setup_over: { status: 409, title: 'Somebody runs this place already. Sign in instead.' },
  step_up_required: { status: 403, title: 'Please show once more that it is you. Then this goes on.' },
  last_way_in: { status: 409, title: 'This is your last way in. Add another one first.' },
  ceremony_over: { status: 409, title: 'That took too long, or was begun in another window. Please begin again.' },
  social_cancelled: { status: 422, title: 'You turned back before it was done. Nothing was changed.' },
  social_refused: { status: 422, title: 'We could not be sure that this answer is yours. Please begin again.' },
  social_email_unproven: {
    status: 422,
    title: 'They have not confirmed your address yet. Sign in with a code from us, then link them under You.',
  },
  identity_taken: { status: 409, title: 'That is linked already, here or to another account. Unlink it there first.' },
  passkey_refused: { status: 422, title: 'This passkey did not work here. Try again, or use another way.' },
  passkey_unknown: { status: 422, title: 'We do not know this passkey any more. Use another way, then add it again.' },
  passkey_known: { status: 409, title: 'This passkey is here already.' },
  passkeys_full: { status: 409, title: 'You have as many passkeys as there can be. Remove one first.' },
  passkey_needs_name: { status: 409, title: 'Passkeys work only where the address is a name.' },
  second_factor_required: { status: 401, title: 'One more step: the code of your authenticator app.' },
  second_factor_on: { status: 409, title: 'Your authenticator app is set up already.' },
  second_factor_off: { status: 409, title: 'Set up your authenticator app first.' },
  device_declined: { status: 409, title: 'The other device said no. Nobody was signed in.' },
  handle_taken: { status: 409, title: 'This name is taken.' },
  handle_changed_often: {
    status: 429,
    title: 'You changed your handle a few times lately. Your old ones lead here for 30 days; then you can choose anew.',
  },
  account_busy: {
    status: 409,
    title: 'Something of yours is still going on with other people. It has to come to its end first.',
  },
  account_suspended: { status: 403, title: 'This account is suspended.' },
  not_a_maker: { status: 403, title: 'Become a maker first.' },
  application_needed: { status: 409, title: 'New makers are looked at here. Tell what you make first.' },
  application_not_needed: { status: 409, title: 'Nobody has to ask here. Become a maker at once.' },
  application_waits: { status: 409, title: 'You have asked already. You hear from us when somebody has looked at it.' },
  too_many_places: { status: 409, title: 'These are as many places as there can be. Take one away first.' },
  already_a_maker: { status: 409, title: 'You are a maker already.' },

  // Media
  media_unreadable: {
    status: 422,
    title: 'We could not read this file as a video. Export it again and send the new file.',
  },
  media_no_video: { status: 422, title: 'There is no picture in this file. Choose a video, not a sound recording.' },
  media_no_sound: { status: 422, title: 'There is no sound in this file. Choose a recording.' },
  media_encrypted: { status: 422, title: 'This file is copy-protected. Send an unprotected original.' },
  media_too_long: { status: 422, title: 'This video is too long. Trim it and send it again.' },
  media_unsupported: { status: 422, title: 'We do not take this kind of file. MP4, MOV, WebM and MKV work.' },
  media_too_large: { status: 413, title: 'This file is larger than this server takes.' },
  media_not_ready: { status: 409, title: 'The video is not ready yet.' },
  media_processing_failed: {
    status: 500,
    title: 'Preparing the video failed on our side. Your file is safe; we try again.',
  },
  import_refused: {
    status: 422,
    title: 'We do not fetch from this address. Use a public link to the file itself.',
  },
  import_failed: { status: 422, title: 'The file could not be fetched. Check the link, or upload the file.' },
  captions_unreadable: {
    status: 422,
    title: 'These captions could not be read. Use WebVTT or SubRip (.srt), and see which line is meant.',
  },
  storage_full: {
    status: 507,
    title: 'There is no room on this server right now. What was sent is kept; try again later.',
  },
  tus_version_unsupported: {
    status: 412,
    title: 'This program speaks another version of the upload protocol. This server speaks tus 1.0.0.',
  },
  upload_offset_wrong: {
    status: 409,
    title: 'These bytes do not begin where the stored ones end. Ask where the upload stands, and go on from there.',
  },
  upload_busy: { status: 423, title: 'Another request is sending this upload. Ask again in a moment.' },
  quota_exceeded: { status: 422, title: 'Your space for uploads is used up for now.' },
  playback_denied: { status: 403, title: 'This playback link has ended. Reload the page.' },

  // Stories
  story_incomplete: { status: 422, title: 'Something is still missing before this can be sent for review.' },
  story_private: {
    status: 422,
    title: 'Only you can see this story. Choose who else may see it, then send it for review.',
  },
  story_frozen: { status: 409, title: 'What buyers rely on cannot change while it is being sold.' },

  // Commerce
  auction_not_live: { status: 409, title: 'This auction is not running.' },
  auction_ended: { status: 409, title: 'This auction has ended.' },
  listing_locked: { status: 409, title: 'This piece is reserved for somebody right now.' },
  listing_unavailable: { status: 409, title: 'This piece is not for sale right now.' },
  name_taken: { status: 409, title: 'You have one of this name already.' },
  sold_out: { status: 409, title: 'There are not so many left. Choose fewer, or another kind.' },
  lock_expired: { status: 409, title: 'The time to pay is over.' },
  checkout_in_progress: { status: 409, title: 'A checkout for this piece is already open.' },
  buy_now_closed: { status: 409, title: 'This piece can no longer be bought at once. You can still bid.' },
  bid_too_low: { status: 422, title: 'Your bid is below the least bid.' },
  bid_not_above_own_max: { status: 422, title: 'You already bid that much.' },
  watch_limit_reached: { status: 422, title: 'You watch as many auctions as one may. Let go of one first.' },
  bid_after_retraction: {
    status: 422,
    title: 'You took a bid back here. You may bid once more, below it, if you wrote a wrong amount.',
  },
  retraction_not_allowed: { status: 422, title: 'This bid can no longer be taken back here. Please write to us.' },
  offer_below_minimum: { status: 422, title: 'Your offer is below the least offer.' },
  counter_out_of_range: { status: 422, title: 'Name a price between what was offered and what was asked.' },
  offer_limit_reached: { status: 422, title: 'You have made as many offers on this piece as one may.' },
  offer_expired: { status: 410, title: 'This offer has ended.' },
  session_expired: { status: 410, title: 'This checkout has ended.' },
  currency_mismatch: { status: 422, title: 'This is sold in another currency.' },
  seller_cannot_bid: { status: 403, title: 'This is your own piece.' },
  bidder_blocked: { status: 403, title: 'You cannot buy from this maker.' },
  strikes_exceeded: { status: 403, title: 'Bidding is suspended for this account.' },
  card_required: { status: 403, title: 'Please save a card first.' },
  card_limit_reached: { status: 422, title: 'You have saved as many cards as one may. Remove one first.' },
  kyc_required: {
    status: 403,
    title: 'The payment provider needs to know a little more about you before you can sell.',
  },
  payouts_disabled: { status: 403, title: 'Link a payout account first, so that you can be paid.' },
  payment_failed: { status: 402, title: 'The payment did not go through. Nothing was charged.' },
  payment_disputed: {
    status: 409,
    title: "The buyer's bank has taken this payment back and decides about it. Nothing can be given back before that.",
  },
  issue_not_possible: { status: 409, title: 'For this reason, and at this point, nothing can be reported.' },
  review_not_possible: { status: 409, title: 'This can be said once, when the order is over, and not too late.' },
  case_open: { status: 409, title: 'The payouts of this maker are held already.' },
  evidence_full: { status: 409, title: 'So much is more than a bank reads. Take something back first.' },
  label_refused: {
    status: 422,
    title:
      'The carrier does not sell a label for this parcel. Check the address and the sizes, or add a label of your own.',
  },
  paper_unreadable: { status: 422, title: 'This is no PDF of up to 1.4 MB. Nothing was added.' },
  media_in_use: { status: 409, title: 'This belongs to an order and stays with it.' },
  handover_code_wrong: { status: 422, title: 'This handover code is not right.' },
  refund_exceeds_captured: { status: 422, title: 'A refund cannot be more than what was paid.' },
} as const satisfies Record<string, ErrorEntry>;

/** Stable, lower-case error code: the `code` member of every problem+json answer. */
export type ErrorCode = keyof typeof catalogue;

/** Status and sentence of each code. */
export const errors: Readonly<Record<ErrorCode, ErrorEntry>> = catalogue;

/** Whether a string from outside is one of our codes. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);

/**
 * An expected refusal. Thrown by commands, turned into problem+json by the HTTP layer.
 * @param details JSON-safe facts that help a client to act (`minNext`, `possible`, `fields`, ...).
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, details: Record<string, unknown> = {}) {
    super(code);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}
