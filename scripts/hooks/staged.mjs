/** What must not get into the repository, whoever commits it. */

const MEGABYTE = 1_000_000;

const NAMES = [
  { what: 'an environment file (.env.example is the one to commit)', pattern: /(^|\/)\.env($|\.(?!example$))/ },
  { what: 'a database', pattern: /\.(sqlite3?|db|duckdb|dump|sql\.gz)$|(^|\/)(PG_VERSION|pg_wal|pg_control)($|\/)/ },
  { what: 'data of a running server', pattern: /^data\// },
];

/** Shapes that only real keys have; test keys of the sandbox don't match. */
const SECRETS = [
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}/ },
  { what: 'a Stripe live key', pattern: /\b[sr]k_live_[A-Za-z0-9]{16,}/ },
  { what: 'an AWS access key', pattern: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { what: 'a GitHub token', pattern: /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/ },
  { what: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: 'a SendGrid key', pattern: /\bSG\.[\w-]{20,}\.[\w-]{40,}/ },
  { what: 'a Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}/ },
  { what: 'a Google key', pattern: /\bAIza[\w-]{35}\b/ },
  { what: 'a Twilio key', pattern: /\bSK[0-9a-f]{32}\b/ },
];

/**
 * @param {string} name path in the repository
 * @param {Buffer} content as staged
 * @returns {string[]} a line for each reason not to commit it
 */
export function complaints(name, content) {
  const found = NAMES.filter(({ pattern }) => pattern.test(name)).map(({ what }) => `${name}: ${what}`);
  if (content.length > MEGABYTE) found.push(`${name}: larger than 1 MB`);
  const text = content.includes(0) ? '' : content.toString('utf8');
  for (const { what, pattern } of SECRETS) if (pattern.test(text)) found.push(`${name}: looks like ${what}`);
  return found;
}
