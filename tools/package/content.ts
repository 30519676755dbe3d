/** What \`npm pack --json` says of a package. */
export interface Packed {
  filename: string
  size: number
  files: readonly { path: string }[]
}

const maxBytes = 1_500_000

/** What must be in the package. */
const wanted = [
  /^dist\/bin\/cli\.js$/,
  /^dist\/validators\/[\w-]+\.js$/,
  /^dist\/schemas\/index\.d\.ts$/,
  /^dist\/reference\/[\w-]+\/index\.js$/,
  /^schemas\/json\/[\w-]+\/openapi\.json$/,
  /^schemas\/vectors\/[\w-]+\/index\.json$/,
  /^spec\/[\w-]+\.md$/,
  /^LICENSE$/,
]

/** What is for those who work on it. */
const unwanted = [/\.test\./, /\/testing\//, /^tools\//, /^node_modules\//, /^\.ci\//, /\.tsbuildinfo$/]

/** What is wrong with the content of a package. */
export function faultsOf({ size, files }: Packed): string[] {
  const paths = files.map(({ path }) => path)
  return [
    ...(size > maxBytes ? [`the package has ${size} bytes, more than ${maxBytes}`] : []),
    ...wanted
      .filter(pattern => !paths.some(path => pattern.test(path)))
      .map(pattern => `nothing in the package is ${pattern.source}`),
    ...paths
      .filter(path => unwanted.some(pattern => pattern.test(path)))
      .map(path => `${path} is in the package`),
  ]
}
