// TypeScript's resolver as the files of a repository meet it: resolver(ts, top) -> (name, file) => path, undefined if
// there is none. The nearest tsconfig.json says which paths, base and conditions hold. A package that is not built is
// found by the conditions that the tsconfig.json at the top sets for its sources.
import path from 'node:path'

const MODERN = 3 // ts.ModuleResolutionKind.Node16

export const resolver = (ts, top) => {
  const host = { ...ts.sys, readDirectory: () => [] }
  const known = new Map()
  const read = (config) => {
    if (!known.has(config)) {
      const content = config ? ts.readConfigFile(config, ts.sys.readFile).config ?? {} : {}
      const { options } = ts.parseJsonConfigFileContent(content, host, config ? path.dirname(config) : top)
      const modern = options.moduleResolution >= MODERN
      known.set(config, {
        ...options,
        allowJs: true,
        moduleResolution: modern ? options.moduleResolution : ts.ModuleResolutionKind.Bundler,
        module: modern && options.module ? options.module : ts.ModuleKind.ESNext,
      })
    }
    return known.get(config)
  }
  const nearest = (directory) => {
    const config = ts.findConfigFile(directory, ts.sys.fileExists, 'tsconfig.json')
    return config && !path.relative(top, config).startsWith('..') ? config : ''
  }
  const ofTop = read(nearest(top)).customConditions ?? []
  return (text, file) => {
    const options = read(nearest(path.dirname(file)))
    const hit = ts.resolveModuleName(text, file, options, ts.sys).resolvedModule
    if (hit || !ofTop.length) return hit
    return ts.resolveModuleName(text, file, { ...options, customConditions: ofTop }, ts.sys).resolvedModule
  }
}
