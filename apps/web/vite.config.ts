import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { mapFiles } from './map-files.ts';

/** The fonts' licences travel with the fonts. */
const fontLicences = (): Plugin => ({
  name: 'font-licences',
  apply: 'build',
  async generateBundle() {
    const { resolve } = createRequire(import.meta.url);
    for (const font of ['fraunces', 'instrument-sans']) {
      const file = resolve(`@fontsource-variable/${font}/package.json`).replace('package.json', 'LICENSE');
      this.emitFile({ type: 'asset', fileName: `licences/${font}.txt`, source: await readFile(file) });
    }
  },
});

const squeezable = /\.(m?js|css|svg|txt|json)$/;

/** Each text beside itself in gzip and brotli, made once with all the time in the world; the server only picks. */
const squeezed = (): Plugin => ({
  name: 'squeezed',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    for (const name of [...Object.keys(bundle), 'icon.svg']) {
      if (!squeezable.test(name)) continue;
      const text = await readFile(join(dir, name));
      await writeFile(join(dir, `${name}.gz`), gzipSync(text, { level: 9 }));
      await writeFile(join(dir, `${name}.br`), brotliCompressSync(text));
    }
  },
});

// For working on the pages against a server that runs already; `npm start` serves the built app itself.
const server = process.env.VW_SERVER ?? 'http://127.0.0.1:8080';
const proxied = ['/api', '/media', '/files', '/uploads', '/v', '/sandbox', '/openapi.json'];

export default defineConfig({
  plugins: [react(), tailwind(), fontLicences(), mapFiles(), squeezed()],
  build: {
    target: ['chrome123', 'safari17.5', 'firefox128'],
    manifest: true,
    modulePreload: { polyfill: false },
    // Nothing is written into a page as data: the policy allows files only, and fonts are cached better as such.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // What the first page needs comes in two files, not in forty: the libraries, which change seldom, and ours.
        codeSplitting: {
          groups: [
            {
              name: 'libraries',
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|use-sync-external-store)[\\/]/,
              priority: 2,
            },
            { name: 'app', test: /src[\\/]main\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: server, ws: path === '/api' }])),
  },
});
