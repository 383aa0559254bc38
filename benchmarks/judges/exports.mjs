// The names that TypeScript's compiler says modules export: node exports.mjs TYPESCRIPT TOP FILE... ->
// {file: {name: {documented, parameters: [names of each form of a function]}}}
import { createRequire } from 'node:module'
import path from 'node:path'
import { resolver } from './resolver.mjs'

const [compiler, top, ...files] = process.argv.slice(2)
const ts = createRequire(import.meta.url)(compiler)
const options = {
  allowJs: true,
  noEmit: true,
  jsx: ts.JsxEmit.Preserve,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  types: [],
  noLib: true,
}
const resolve = resolver(ts, top)
const host = ts.createCompilerHost(options)
host.resolveModuleNameLiterals = (literals, file) => literals.map((literal) => ({ resolvedModule: resolve(literal.text, file) }))
const program = ts.createProgram(files.map((file) => path.join(top, file)), options, host)
const checker = program.getTypeChecker()
const aliased = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
const isImplementation = (node, all) => node.body && all.some((other) => other !== node && !other.body && ts.isFunctionDeclaration(other))
// What says the parameters of a function: its declared type where that is written out, else the function.
const functionOf = (node) => {
  if (ts.isFunctionDeclaration(node)) return node
  if (ts.isVariableDeclaration(node) && node.type) return ts.isFunctionTypeNode(node.type) ? node.type : undefined
  const value = ts.isVariableDeclaration(node) ? node.initializer : ts.isExportAssignment(node) ? node.expression : undefined
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined
}
const SAYING = ['description', 'summary', 'classdesc', 'remarks']
const isDocumented = (symbol) =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== '' ||
  symbol.getJsDocTags(checker).some((tag) => SAYING.includes(tag.name) && ts.displayPartsToString(tag.text).trim() !== '')
const nameOf = (parameter) => (ts.isIdentifier(parameter.name) ? parameter.name.text : '{}')
const described = (symbol) => {
  const target = aliased(symbol)
  const declarations = target.declarations ?? []
  const functions = declarations.map(functionOf).filter((node) => node && !isImplementation(node, declarations))
  return {
    known: declarations.length > 0,
    documented: isDocumented(target),
    parameters: functions.map((node) => node.parameters.filter((p) => nameOf(p) !== 'this').map(nameOf).join(' ')),
  }
}
const found = {}
for (const file of files) {
  const source = program.getSourceFile(path.join(top, file))
  const module = source && checker.getSymbolAtLocation(source)
  const symbols = module ? checker.getExportsOfModule(module) : []
  found[file] = Object.fromEntries(symbols.map((symbol) => [symbol.name, described(symbol)]))
}
process.stdout.write(JSON.stringify(found))
