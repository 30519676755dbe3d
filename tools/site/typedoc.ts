import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Application, Converter, JSX, PageEvent } from 'typedoc'
import { documentInferredMembers, replaceableClasses } from './inferred-members.ts'
import { shareComments, shortenTypes } from './shorten-types.ts'

/** What the site is made from. */
export interface Sources {
  root: string
  /** The folder with the pages. */
  pages: string
  entry: string
  documents: readonly string[]
  out: string
}

/** What a public type hands out or takes, and nobody makes by its name. */
const innerParts = [
  // Reached as members of a protocol.
  'limits',
  'settings',
  // The registry has a type of its own for ids, which a profile of one's own does not.
  'Requirement',
  // Reached through a trial or a server, and used there by the profiles of this package only.
  'EndpointShapes',
  'FrameShapes',
  'HttpClient',
  'ConnectionOptions',
  'ConnectionSlot',
  'ControlledService',
  'FixtureParts',
  'Namespace',
  'SlidingWindow',
  // Parts of the declaration of another type.
  'absent',
  'Rows',
]

/**
 * Lets typedoc make the site: of what the package exports, and of the pages.
 *
 * @throws Error when typedoc has anything to warn of
 */
export async function makeSite({ root, pages, entry, documents, out }: Sources): Promise<void> {
  const app = await Application.bootstrap({
    name: 'agentwire',
    tsconfig: join(root, 'tools/tsconfig.build.json'),
    // The step before has checked the types.
    skipErrorChecking: true,
    entryPoints: exportedModules(root),
    readme: join(pages, entry),
    projectDocuments: documents.map(path => join(pages, path)),
    out,
    router: 'structure',
    customCss: join(root, 'tools/site/style.css'),
    customJs: join(root, 'tools/site/keyboard.js'),
    // There is no public repository to link to yet; where something is defined is said as a path.
    disableGit: true,
    sourceLinkTemplate: '',
    disableSources: true,
    excludeExternals: true,
    includeHierarchySummary: false,
    // The name of a file is not the address of a site.
    markdownItOptions: { html: true, linkify: false },
    excludePrivate: true,
    excludeInternal: true,
    hideGenerator: true,
    includeVersion: true,
    sort: ['kind', 'instance-first', 'alphabetical-ignoring-documents'],
    headings: { readme: false, document: false },
    highlightLanguages: ['ts', 'js', 'json', 'sh', 'console', 'yaml', 'python', 'go', 'http'],
    ignoredHighlightLanguages: ['text', 'mermaid'],
    searchInDocuments: true,
    validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true },
    navigation: { includeGroups: false, includeCategories: false, compactFolders: false },
    logLevel: 'Warn',
  })
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    shortenTypes(project)
    shareComments(project)
  })
  app.converter.on(Converter.EVENT_RESOLVE_END, context => {
    app.options.setValue('intentionallyNotDocumented', documentInferredMembers(context))
    app.options.setValue('intentionallyNotExported', [...innerParts, ...replaceableClasses(context.project)])
  })
  app.renderer.hooks.on('body.begin', () =>
    JSX.createElement('a', { class: 'skip-link', href: '#content' }, 'Skip to the content'),
  )
  app.renderer.hooks.on('content.begin', () => JSX.createElement('span', { id: 'content', tabIndex: -1 }))
  // The icons are in the page itself, once its script has run; from the disk no browser takes them from another file.
  app.renderer.on(PageEvent.END, event => {
    event.contents = event.contents?.replaceAll(/href="[^"]*assets\/icons\.svg#/g, 'href="#')
  })
  const project = await app.convert()
  if (!project) throw new Error('typedoc could not read the sources')
  app.validate(project)
  await app.generateOutputs(project)
  const { warningCount, errorCount } = app.logger
  if (warningCount + errorCount > 0)
    throw new Error(`typedoc: ${errorCount} errors and ${warningCount} warnings`)
}

/** The sources of what `package.json` exports. Patterns stand for what is generated at the build. */
function exportedModules(root: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Readonly<Record<string, string | { types: string }>>
  }
  return Object.values(exports)
    .map(target => (typeof target === 'string' ? target : target.types))
    .filter(target => target.startsWith('./dist/') && !target.includes('*'))
    .map(target => join(root, target.replace('./dist/', '').replace(/\.d\.ts$|\.js$/, '.ts')))
}
