// The names that TypeScript's compiler says modules export: node exports.mjs TYPESCRIPT TOP FILE... ->
// {file: {name: {documented, parameters: [names of each form of a function]}}}
import { createRequire } from 'node:module'
import path from 'node:path'

const [compiler, top, ...files] = process.argv.slice(2)
const ts = createRequire(import.meta.url)(compiler)
const config = ts.findConfigFile(top, ts.sys.fileExists, 'tsconfig.json')
const declared = config ? ts.readConfigFile(config, ts.sys.readFile).config?.compilerOptions ?? {} : {}
const options = {
  allowJs: true,
  noEmit: true,
  jsx: ts.JsxEmit.Preserve,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  baseUrl: declared.baseUrl ? path.resolve(top, declared.baseUrl) : undefined,
  paths: declared.paths,
  pathsBasePath: top,
  types: [],
  noLib: true,
}
const program = ts.createProgram(files.map((file) => path.join(top, file)), options)
const checker = program.getTypeChecker()
const aliased = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
const isImplementation = (node, all) => node.body && all.some((other) => other !== node && !other.body && ts.isFunctionDeclaration(other))
const functionOf = (node) => {
  if (ts.isFunctionDeclaration(node)) return node
  const value = ts.isVariableDeclaration(node) ? node.initializer : ts.isExportAssignment(node) ? node.expression : undefined
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined
}
const nameOf = (parameter) => (ts.isIdentifier(parameter.name) ? parameter.name.text : '{}')
const described = (symbol) => {
  const target = aliased(symbol)
  const declarations = target.declarations ?? []
  const functions = declarations.map(functionOf).filter((node) => node && !isImplementation(node, declarations))
  return {
    known: declarations.length > 0,
    documented: ts.displayPartsToString(target.getDocumentationComment(checker)).trim() !== '',
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
