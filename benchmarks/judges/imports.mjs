// What TypeScript's resolver says files import: node imports.mjs TYPESCRIPT TOP < [files] -> {file: {file: "type" or ""}}
import { createRequire } from 'node:module'
import fs from 'node:fs'
import path from 'node:path'
import { resolver } from './resolver.mjs'

const [compiler, top] = process.argv.slice(2)
const files = JSON.parse(fs.readFileSync(0, 'utf8'))
const ts = createRequire(import.meta.url)(compiler)
const resolve = resolver(ts, top)

const isTypeOnly = (node) => {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause
    if (!clause) return false
    if (clause.isTypeOnly) return true
    const named = clause.namedBindings
    return !clause.name && !!named && ts.isNamedImports(named) && named.elements.length > 0 &&
      named.elements.every((element) => element.isTypeOnly)
  }
  if (ts.isExportDeclaration(node)) {
    const clause = node.exportClause
    return node.isTypeOnly || (!!clause && ts.isNamedExports(clause) && clause.elements.length > 0 &&
      clause.elements.every((element) => element.isTypeOnly))
  }
  return ts.isImportTypeNode(node)
}

const specifiers = (source) => {
  const found = []
  const visit = (node) => {
    const literal =
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) ? node.argument.literal
      : ts.isCallExpression(node) && node.arguments.length === 1 &&
        (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText(source) === 'require') ? node.arguments[0]
      : undefined
    if (literal && ts.isStringLiteralLike(literal)) found.push([literal.text, isTypeOnly(node)])
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

// The source behind a file that only hands on what another holds, as linking a workspace leaves them in `dist`.
const sources = new Set(files.map((file) => path.join(top, file)))
const behind = (hit, depth = 4) => {
  if (!hit || sources.has(hit.resolvedFileName) || hit.resolvedFileName.includes('node_modules') || !depth) return hit
  const text = fs.readFileSync(hit.resolvedFileName, 'utf8')
  const stub = ts.createSourceFile(hit.resolvedFileName, text, ts.ScriptTarget.ESNext, true)
  const handing = stub.statements.filter((each) => ts.isExportDeclaration(each) && each.moduleSpecifier)
  if (!handing.length || handing.length < stub.statements.length) return hit
  return behind(resolve(handing[0].moduleSpecifier.text, hit.resolvedFileName), depth - 1)
}

const answer = {}
for (const file of files) {
  const whole = path.join(top, file)
  const source = ts.createSourceFile(whole, fs.readFileSync(whole, 'utf8'), ts.ScriptTarget.ESNext, true)
  const targets = {}
  for (const [text, typeOnly] of specifiers(source)) {
    const hit = behind(resolve(text, whole))
    if (!hit || hit.resolvedFileName.includes('node_modules')) continue
    const target = path.relative(top, hit.resolvedFileName)
    if (target !== file) targets[target] = targets[target] === '' || !typeOnly ? '' : 'type'
  }
  answer[file] = targets
}
process.stdout.write(JSON.stringify(answer))
