// Makes what the browser tests open: `chromium` with its libraries and fonts, `enketo.js`, `enketo.css`.
// Run by `make` in the folder into which `npm ci` has installed the packages.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import * as sass from 'sass';

const folder = process.cwd();

// The package unpacks into the folder of temporary files, with its libraries only where it believes to run on its own cloud.
process.env.TMPDIR = path.join(folder, 'browser');
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs22.x';
fs.mkdirSync(process.env.TMPDIR, { recursive: true });
const { default: chromium } = await import('@sparticuz/chromium');
await chromium.executablePath();

const core = path.join(folder, 'node_modules', 'enketo-core');
await esbuild.build({
  entryPoints: [path.join(folder, 'enketo.mjs')],
  outfile: path.join(folder, 'enketo.js'),
  bundle: true,
  format: 'iife',
  external: ['libxslt'],
  alias: {
    'enketo/config': path.join(core, 'config.js'),
    'enketo/widgets': path.join(core, 'src/js/widgets.js'),
    'enketo/translator': path.join(core, 'src/js/fake-translator'),
    'enketo/dialog': path.join(core, 'src/js/fake-dialog'),
    'enketo/file-manager': path.join(core, 'src/js/file-manager'),
    'enketo/xpath-evaluator-binding': path.join(core, 'src/js/xpath-evaluator-binding'),
  },
  define: { global: 'window' },
  logLevel: 'error',
});

// The style sheets name other packages by a path from the root of their repository.
const inNodeModules = {
  findFileUrl(url) {
    const start = url.lastIndexOf('node_modules/');
    return start < 0 ? null : pathToFileURL(path.join(folder, url.slice(start)));
  },
};
const style = sass.compile(path.join(core, 'src/sass/formhub/formhub.scss'), {
  importers: [inNodeModules],
  logger: sass.Logger.silent,
});
fs.writeFileSync(path.join(folder, 'enketo.css'), style.css);
