// The names that TypeScript's compiler says modules export: node exports.mjs TYPESCRIPT TOP FILE... -> {file: [names]}
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
const found = {}
for (const file of files) {
  const source = program.getSourceFile(path.join(top, file))
  const module = source && checker.getSymbolAtLocation(source)
  found[file] = module ? checker.getExportsOfModule(module).map((symbol) => symbol.name) : []
}
process.stdout.write(JSON.stringify(found))
