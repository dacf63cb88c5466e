import { describe, expect, test } from 'vitest'
import { countStatuses, type Matrix, matches, matrixOf } from './matrix.ts'
import { aProject, aWorkspace } from './overview-samples.ts'

const project = aProject(
  ['network', 'db', 'web'],
  ['dev', 'prod'],
  [
    aWorkspace('network@dev'),
    aWorkspace('network@prod', 'drifted'),
    aWorkspace('db@dev', 'failed', { because: 'quota exceeded' }),
    aWorkspace('web@prod', 'waiting'),
  ],
)

function shape({ rows }: Matrix) {
  return rows.map((row) => [row.component, ...row.cells.map((cell) => cell?.status)])
}

describe('the matrix of a project', () => {
  test('has components in dependency order, environments in order of promotion, and holes', () => {
    expect(shape(matrixOf(project))).toEqual([
      ['network', 'in-sync', 'drifted'],
      ['db', 'failed', undefined],
      ['web', undefined, 'waiting'],
    ])
  })

  test('shows also what is no longer declared, last', () => {
    const old = aWorkspace('legacy@lab', 'in-sync', { declared: false })
    const matrix = matrixOf({ ...project, workspaces: [...project.workspaces, old] })

    expect(matrix.environments).toEqual(['dev', 'prod', 'lab'])
    expect(matrix.rows.at(-1)?.component).toBe('legacy')
  })

  test('is filtered by status and by text; whole rows are kept, the rest is counted', () => {
    const matrix = matrixOf(project, { statuses: ['drifted', 'failed'] })

    expect(matrix.rows.map((row) => row.component)).toEqual(['network', 'db'])
    expect(matrix.hidden).toBe(1)
    expect(matrixOf(project, { text: 'QUOTA db' }).rows.map((row) => row.component)).toEqual(['db'])
    expect(matrixOf(project, { text: 'quota', statuses: ['drifted'] }).rows).toEqual([])
  })

  test('is filtered by the pull request that explains a workspace', () => {
    const pullRequest = { number: 7, title: 'Larger databases', status: 'open' } as const
    const cell = aWorkspace('db@prod', 'unmerged', { pullRequest })

    expect(matches(cell, { text: '#7 larger' })).toBe(true)
    expect(matches(cell, { text: '#8' })).toBe(false)
    expect(countStatuses([{ workspaces: [cell] }])).toEqual([['unmerged', 1]])
  })

  test('says which cells of a kept row the filter means', () => {
    const [dev, prod] = matrixOf(project, { statuses: ['drifted'] }).rows[0]?.cells ?? []

    expect(matches(dev, { statuses: ['drifted'] })).toBe(false)
    expect(matches(prod, { statuses: ['drifted'] })).toBe(true)
  })

  test('a status that is filtered by stays among the counts, so that it can be taken back', () => {
    expect(countStatuses([], ['locked'])).toEqual([['locked', 0]])
  })

  test('what needs a look is counted first', () => {
    expect(countStatuses([project])).toEqual([
      ['failed', 1],
      ['waiting', 1],
      ['drifted', 1],
      ['in-sync', 1],
    ])
  })
})
