// What JScript 5.8 and JScript9Legacy take: a parser for ECMAScript 3, and rules for what such a parser lets through.
// Methods that JScript lacks are found earlier, by types: see es3.d.ts.
// @ts-check
import { parse } from 'acorn';

/** Global names that a script host does not have. */
const NO_GLOBALS = new Set(
  'JSON Map Set WeakMap WeakSet Symbol Promise Proxy Reflect BigInt console process globalThis window setTimeout eval require module'.split(
    ' ',
  ),
);

/**
 * Everything in a program that JScript 5.8 would not take, a sentence each with its line; empty when it takes all.
 * @param {string} source
 * @returns {string[]}
 */
export function es3Problems(source) {
  /** @type {any} */
  let program;
  try {
    program = parse(source, { ecmaVersion: 3, allowReserved: 'never', locations: true });
  } catch (error) {
    return [`The program is not ECMAScript 3: ${/** @type {Error} */ (error).message}`];
  }
  /** @type {string[]} */
  const problems = [];
  const defined = declaredNames(program);
  if (/[^\t\n -~]/.test(source)) problems.push('The program is not ASCII');
  walk(program, (node, parent) => {
    const problem = problemOf(node, parent, defined);
    if (problem) problems.push(`line ${node.loc.start.line}: ${problem}`);
  });
  return problems;
}

/** @param {any} node @param {any} parent @param {ReadonlySet<string>} defined @returns {string | undefined} */
function problemOf(node, parent, defined) {
  switch (node.type) {
    case 'Property':
      return node.kind === 'init' ? undefined : 'a getter or setter';
    case 'FunctionExpression':
      // JScript puts the name of a function expression into the scope around it
      return node.id ? `the named function expression "${node.id.name}"` : undefined;
    case 'ArrayExpression':
      return node.elements.includes(null) ? 'a hole in an array' : undefined;
    case 'Identifier':
      return NO_GLOBALS.has(node.name) && !defined.has(node.name) && isReference(node, parent)
        ? `the global "${node.name}"`
        : undefined;
    case 'Literal':
      return node.regex ? patternProblem(node.regex) : undefined;
    case 'AssignmentExpression':
      return node.left.type === 'CallExpression' ? 'an assignment to a call' : undefined;
    case 'WithStatement':
    case 'DebuggerStatement':
      return node.type;
    default:
      return undefined;
  }
}

/** @param {{ pattern: string, flags: string }} regex @returns {string | undefined} */
function patternProblem({ pattern, flags }) {
  if (/[^gim]/.test(flags)) return `the regular expression flags "${flags}"`;
  if (/\(\?<|\\p\{|\\u\{/.test(pattern)) return `the regular expression /${pattern}/`;
  return undefined;
}

/** @param {any} node @param {any} parent */
function isReference(node, parent) {
  if (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) return false;
  return !(parent?.type === 'Property' && parent.key === node);
}

/** Every name that the program declares somewhere. @param {any} program @returns {ReadonlySet<string>} */
function declaredNames(program) {
  /** @type {Set<string>} */
  const names = new Set();
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator') names.add(node.id.name);
    if (node.type === 'FunctionDeclaration') names.add(node.id.name);
    for (const parameter of node.params ?? []) names.add(parameter.name);
  });
  return names;
}

/** @param {any} node @param {(node: any, parent: any) => void} visit @param {any} [parent] */
function walk(node, visit, parent) {
  visit(node, parent);
  for (const key of Object.keys(node)) {
    if (key === 'loc' || key === 'regex') continue;
    const value = node[key];
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child.type === 'string') walk(child, visit, node);
    }
  }
}
