// PDFs: an open page for whoever draws it, a business paper that is drawn already.
export * from './page.ts';
export * from './paper.ts';
