// The engine's bundle: TypeScript modules become one JScript program of ECMAScript 3, still readable on site.
// esbuild joins the modules, TypeScript lowers the language, terser quotes what ES3 reserves (shared/facts/libraries.md, A.11).
// @ts-check
import { build } from 'esbuild';
import { minify } from 'terser';
import ts from 'typescript';
import { wrapped } from './wrap.mjs';

/**
 * One ES3 program from an entry module and everything it imports. ASCII, LF, the same bytes for the same sources.
 * @param {string} entry host path of the module that starts it
 * @param {Readonly<Record<string, string>>} defines names that are replaced by a JavaScript expression
 * @returns {Promise<string>}
 */
export async function lowerToEs3(entry, defines = {}) {
  const bundled = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    // TypeScript does the lowering: esbuild cannot lower classes, and its helpers want ES5
    target: 'esnext',
    platform: 'neutral',
    charset: 'ascii',
    define: defines,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const modern = bundled.outputFiles[0]?.text ?? '';
  const es5 = ts.transpileModule(modern, {
    compilerOptions: { target: ts.ScriptTarget.ES5, module: ts.ModuleKind.None, ignoreDeprecations: '6.0' },
  }).outputText;
  const es3 = await minify(es5, {
    ie8: true,
    compress: false,
    mangle: false,
    format: { beautify: true, ascii_only: true, comments: false, indent_level: 2, max_line_len: false },
  });
  return wrapped(`${es3.code ?? ''}\n`);
}
