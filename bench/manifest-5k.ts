import { compare, concludeGoal, format, print } from './measure.ts'
import { withShop } from './support/shop.ts'

const COMPONENTS = 1_000
const TEAMS = 50
const GOAL = 300

/** `list`, `graph` and `explain` on 1,000 components in 5 environments, from the prompt to the end. */
export async function run(): Promise<void> {
  await withShop(async ({ write, portolan, command }) => {
    await write({ 'portolan.yaml': manifest() })
    const start = performance.now()
    await portolan('list')
    print(
      `  the first \`portolan list\`, nothing remembered   ${format(performance.now() - start)}`,
    )
    const side = (...args: string[]) => ({
      name: `portolan ${args.join(' ')}`,
      run: async () => void (await portolan(...args)),
    })
    const node = async () => void (await command(process.execPath, ['-e', '0']))
    const [list = 0, graph = 0, explain = 0] = await compare(
      [
        side('list'),
        side('graph'),
        side('explain', 'team-7-13@prod-eu'),
        side('graph', '--json'),
        { name: 'node -e 0', run: node },
      ],
      11,
    )
    concludeGoal('manifest-5k list', list, GOAL)
    concludeGoal('manifest-5k graph', graph, GOAL)
    concludeGoal('manifest-5k explain', explain, GOAL)
  })
}

/** Teams with 20 components each, which read one another's outputs, and some of the team before. */
function manifest(): string {
  const lines = [
    'version: 1',
    'project: platform',
    'values: { replicas: 1, size: small, domain: example.com, search: false }',
    'environments:',
    '  shared: {}',
    '  dev: { auto: true, values: { search: true } }',
    '  staging: { after: dev, values: { replicas: 2 } }',
    '  prod-eu: { after: staging, extends: staging, gate: { approvals: 1 }, values: { size: large } }',
    '  prod-us: { after: staging, extends: prod-eu }',
    'components:',
  ]
  for (let at = 0; at < COMPONENTS; at += 1) lines.push(...component(at))
  return `${lines.join('\n')}\n`
}

function component(at: number): string[] {
  const perTeam = COMPONENTS / TEAMS
  const [team, own] = [Math.floor(at / perTeam), at % perTeam]
  const nearby = own > 0 ? `team-${team}-${Math.floor(own / 2)}` : undefined
  const before = team > 0 && own % 5 === 0 ? `team-${team - 1}-${own}` : undefined
  return [
    `  team-${team}-${own}:`,
    `    terraform: teams/team-${team}/component-${own}`,
    `    tags: [team-${team}, ${own === 0 ? 'network' : 'service'}]`,
    ...(own === 19 ? ['    when: values.search'] : []),
    ...(own === 7 && team > 0 ? [`    needs: [team-${team - 1}-7]`] : []),
    '    inputs:',
    `      name: team-${team}-${own}.\${{ env.name }}.\${{ values.domain }}`,
    '      replicas: ${{ values.replicas }}',
    `      size: '\${{ env.name == "dev" ? "tiny" : values.size }}'`,
    ...(nearby === undefined ? [] : [`      upstream: \${{ outputs["${nearby}"].address }}`]),
    ...(before === undefined ? [] : [`      peer: \${{ outputs["${before}"].id }}`]),
    '    outputs: { address: string, id: string }',
  ]
}
