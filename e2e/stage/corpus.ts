/** What people write at its worst, by kind. Each is harmless as text; as anything else it sets the sentinel or asks the canary. */

/** @param canary origin that nobody may ever ask */
export const corpusOf = (canary: string): Readonly<Record<string, readonly string[]>> => ({
  xss: [
    '<img src=x onerror=__xss=1>',
    '<svg/onload=__xss=1>',
    '"><script>__xss=1</script>',
    '</script><script>__xss=1</script>',
    '</title></textarea></style><svg onload=__xss=1>',
    "'-(__xss=1)-'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one of somebody else's languages
    '${__xss=1}{{constructor.constructor("__xss=1")()}}',
    '<a href="javascript:__xss=1">press</a>',
    'javascript:__xss=1',
    'data:text/html,<script>opener.__xss=1</script>',
    '<iframe srcdoc="<script>parent.__xss=1</script>"></iframe>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=__xss=1&gt;">',
    '\u2028__xss=1//\u2029',
    '[press](javascript:__xss=1) ![x](x"onerror="__xss=1)',
  ],
  ssrf: [
    `<img src="${canary}/img">`,
    `<iframe src="${canary}/frame"></iframe>`,
    `<link rel=stylesheet href="${canary}/css"><style>@import "${canary}/import";</style>`,
    `<meta http-equiv=refresh content="0;url=${canary}/refresh">`,
    `${canary}/plain`,
    `${canary.replace('http:', 'https:')}/pattern`,
    `![x](${canary}/markdown)`,
    '=WEBSERVICE("http://169.254.169.254/latest/meta-data/")',
  ],
  crlf: [
    'a\r\nSet-Cookie: owned=1\r\n\r\n<script>__xss=1</script>',
    'a%0d%0aSet-Cookie:%20owned=1',
    'a\nBcc: victim@people.test\nContent-Type: text/html\n\n<script>__xss=1</script>',
  ],
  paths: [
    '../../../../etc/passwd',
    '..%2f..%2f..%2fetc%2fpasswd',
    'file:///etc/passwd',
    '....//....//etc/passwd\u202e',
  ],
});
