// multipart/form-data as the form that everything else of Stripe's API takes: a file becomes `name[filename]`,
// `name[type]` and `name[data]` (base64), so that one request is the same whatever boundary its parts had.

/** @returns urlencoded text; empty when the body is not what its header says. */
export async function multipartAsForm(body: Buffer, contentType: string): Promise<string> {
  const form = new URLSearchParams();
  try {
    const parts = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    for (const [name, part] of parts) {
      if (typeof part === 'string') form.append(name, part);
      else {
        form.append(`${name}[filename]`, part.name);
        form.append(`${name}[type]`, part.type);
        form.append(`${name}[data]`, Buffer.from(await part.arrayBuffer()).toString('base64'));
      }
    }
  } catch {
    return '';
  }
  return form.toString();
}
