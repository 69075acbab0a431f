/**
 * The runtime gives every node the same answer (docs/adr/0003-synchronous-runtime.md): it is synchronous, counts in
 * integers, and has neither clock nor randomness. The linter forbids the global names; this check reads types for what
 * a name does not show, such as a division of two numbers.
 */
import { existsSync, globSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'ts6'
import type { Check } from './check.ts'
import { finding, root } from './check.ts'

const folder = 'runtime/src'
const roundings = new Set(['floor', 'ceil', 'trunc'])
const integerMath = new Set(['min', 'max', 'abs', 'clz32', 'imul', ...roundings])

export const runtimePurity: Check = {
  name: 'runtime-purity',
  run() {
    const files = globSync(`${folder}/**/*.ts`, { cwd: root }).filter((path) => !path.endsWith('.test.ts'))
    if (!existsSync(join(root, folder)) || files.length === 0) {
      return { ok: false, summary: 'no file looked at', details: [`${folder} has no sources`] }
    }
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, root)
    const program = ts.createProgram({ rootNames: files.map((path) => join(root, path)), options })
    const checker = program.getTypeChecker()
    const found = files.flatMap((path) => {
      const source = program.getSourceFile(join(root, path))
      return source ? impurities(source, checker) : [`${path} could not be read`]
    })
    return finding(found, `${files.length} files of ${folder}`)
  },
}

function impurities(source: ts.SourceFile, checker: ts.TypeChecker): readonly string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const reason = impurity(node, checker)
    if (reason !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
      found.push(`${relative(root, source.fileName)}:${line + 1}: ${reason}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function impurity(node: ts.Node, checker: ts.TypeChecker): string | undefined {
  if (ts.isNumericLiteral(node) && !Number.isSafeInteger(Number(node.text))) return `${node.text} is not an integer`
  if (ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword) return 'the runtime is synchronous'
  if (ts.isIdentifier(node) && node.text === 'Promise') return 'the runtime is synchronous'
  if (ts.isPropertyAccessExpression(node) && isMath(node.expression) && !integerMath.has(node.name.text)) {
    return `Math.${node.name.text} is random, leaves the integers, or differs between engines`
  }
  if (ts.isElementAccessExpression(node) && isMath(node.expression)) return 'Math is read by a computed name'
  if (
    ts.isBinaryExpression(node) &&
    isDivision(node.operatorToken.kind) &&
    isNumber(node.left, checker) &&
    !isRounded(node)
  ) {
    return 'dividing numbers leaves the integers: round it on the spot (Math.floor, ceil, trunc) or divide bigints'
  }
  return undefined
}

function isMath(node: ts.Expression): boolean {
  return ts.isIdentifier(node) && node.text === 'Math'
}

function isDivision(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.SlashToken || kind === ts.SyntaxKind.SlashEqualsToken
}

/** `Math.floor(a / b)`: the quotient never gets a name before it is an integer. */
function isRounded({ parent }: ts.Node): boolean {
  if (ts.isParenthesizedExpression(parent)) return isRounded(parent)
  if (!ts.isCallExpression(parent) || !ts.isPropertyAccessExpression(parent.expression)) return false
  return isMath(parent.expression.expression) && roundings.has(parent.expression.name.text)
}

function isNumber(node: ts.Expression, checker: ts.TypeChecker): boolean {
  return (checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) !== 0
}
