// Names of files that may touch the world; every other file of a slice is pure.
const slices =
  '(access|audit|changes|engines|forges|manifest|projects|pull-requests|runner|runs|secrets|state|variables)'
const roles = '(index|store|service|routes|protocol|jobs|schema|client|runner|file)'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nobody-imports-the-composition-root',
      comment: 'cli -> server -> api -> app -> slices -> platform.',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(app|api|server|cli|main)|\\.test\\.ts$' },
      to: { path: '^src/app/' },
    },
    {
      name: 'nobody-imports-the-cli',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(cli/|main)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'the-inside-knows-no-door',
      comment: 'The HTTP door is built of what is inside; only its client is for others.',
      severity: 'error',
      from: { path: `^src/(${slices}|app|platform)/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(api|server)/' },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      from: { path: '^src/platform', pathNot: '\\.test\\.ts$' },
      to: { path: `^src/(${slices}|app|cli)/` },
    },
    {
      name: 'slices-meet-at-their-doors',
      comment:
        'A slice is used by others only through its index.ts, or that of a part of it: who needs little of a slice that is slow to load.',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: `^src/${slices}/`, pathNot: '^src/$1/|/index\\.ts$' },
    },
    {
      name: 'nouns-are-pure',
      comment: 'In a slice of the domain only a file that is named for a role touches the world.',
      severity: 'error',
      from: {
        path: '^src/(access|audit|changes|forges|manifest|projects|pull-requests|runs|secrets|state|variables)/',
        pathNot: `[/-]${roles}\\.ts$|\\.test\\.ts$`,
      },
      to: {
        path: '^src/platform/(db|git|http|postgres|process)/|node_modules/(execa|hono|@hono|kysely|pg|@octokit|@gitbeaker)/|^(node:)?(fs|net|http|os)(/|$)',
      },
    },
    {
      name: 'wire-formats-do-not-touch-the-database',
      severity: 'error',
      from: { path: '[/-](routes|protocol)\\.ts$' },
      to: { path: '(^src/platform/db|/[a-z-]*store\\.ts$)' },
    },
    {
      name: 'decisions-do-not-know-http',
      severity: 'error',
      from: { path: '/([a-z-]*service|[a-z-]*store|jobs)\\.ts$' },
      to: { path: 'node_modules/(hono|@hono)' },
    },
    {
      name: 'only-process-spawns',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/platform/process/|\\.test\\.ts$' },
      to: { path: '^(node:)?child_process$|node_modules/execa' },
    },
    {
      name: 'pages-know-the-api-and-nothing-behind-it',
      comment:
        'The types of the API, its client, and errors; a browser loads nothing else of the server.',
      severity: 'error',
      from: { path: '^web/src', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^src/|^node:|node_modules/(zod|hono-openapi|kysely|pg)/',
        pathNot: '^src/api/client/|^src/platform/errors\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|web)', pathNot: '\\.test\\.ts$' },
      to: { path: '(\\.test\\.ts$|^test/|node_modules/(vitest|fast-check))' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // Tests may look behind doors; and the parser does not know `using` yet.
    exclude: { path: '\\.test\\.ts$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
