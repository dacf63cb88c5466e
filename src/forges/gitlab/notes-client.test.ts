import { expect } from 'vitest'
import { test } from '../../../test/support/hosts/gitlab-forge.ts'

const marker = '<!-- portolan:sticky -->'
const create = 'POST /projects/:id/merge_requests/:merge_request_iid/notes'

function sticky(body: string, known?: string) {
  return { marker, body: `${marker}\n${body}`, known }
}

test('there is one comment of ours, which is rewritten', async ({ gitlab, forge, open }) => {
  await open()

  const id = await forge.upsertComment(1, sticky('planning'))
  expect(await forge.upsertComment(1, sticky('planned', id))).toBe(id)
  // Who forgot its id finds it by the marker.
  expect(await forge.upsertComment(1, sticky('applied'))).toBe(id)

  expect(gitlab.commentsOf(1).map(({ body }) => body)).toEqual([`${marker}\napplied`])
})

test.for(['after', 'cut'] as const)(
  'an answer that was lost (%s) makes no second comment',
  async (fault, { gitlab, forge, open }) => {
    await open()
    gitlab.faults.next(fault, { route: `${create}` })

    await expect(forge.upsertComment(1, sticky('planning'))).rejects.toMatchObject({
      code: 'unavailable',
    })
    await forge.upsertComment(1, sticky('planned'))

    expect(gitlab.commentsOf(1).map(({ body }) => body)).toEqual([`${marker}\nplanned`])
  },
)

test('a comment that somebody deleted is made again', async ({ gitlab, forge, open }) => {
  await open()
  const id = await forge.upsertComment(1, sticky('planning'))
  await gitlab.deleteComment(id)

  const next = await forge.upsertComment(1, sticky('planned', id))

  expect(next).not.toBe(id)
  expect(gitlab.commentsOf(1)).toHaveLength(1)
})

test('the marker in somebody else’s comment makes it none of ours', async ({
  gitlab,
  forge,
  open,
}) => {
  await open()
  await gitlab.comment(1, 'eve', `${marker} mine`)

  await forge.upsertComment(1, sticky('planned'))

  expect(gitlab.commentsOf(1).map(({ author, body }) => [author, body])).toEqual([
    ['eve', `${marker} mine`],
    [gitlab.botLogin, `${marker}\nplanned`],
  ])
})

test('it is found behind hundreds of others', async ({ gitlab, forge, open }) => {
  await open()
  for (let count = 0; count < 150; count += 1) gitlab.systemNote(1, 'ada', 'added 1 commit')
  const id = await forge.upsertComment(1, sticky('planning'))

  expect(await forge.upsertComment(1, sticky('planned'))).toBe(id)
})

test('no line of a comment is a command to GitLab', async ({ gitlab, forge, open }) => {
  await open()
  const id = await forge.upsertComment(1, sticky('/merge\n```\n/approve\n```\n/close'))
  await forge.upsertComment(1, sticky('text\n/approve', id))

  expect(gitlab.settings.quickActions).toEqual([])
})

test('comments are those of people, of some merge requests, since a moment', async ({
  gitlab,
  forge,
  open,
}) => {
  await open()
  await open()
  await open()
  await gitlab.comment(1, 'ada', 'too early')
  const second = await gitlab.comment(1, 'ada', 'portolan plan')
  gitlab.systemNote(1, 'ada', 'portolan apply')
  await gitlab.comment(3, 'ada', 'of another')
  const third = await gitlab.comment(2, 'ben', 'portolan apply')

  expect(await forge.comments([1, 2], second.createdAt)).toEqual([
    {
      id: second.id,
      number: 1,
      author: 'ada',
      body: 'portolan plan',
      createdAt: second.createdAt,
      isEdited: false,
    },
    {
      id: third.id,
      number: 2,
      author: 'ben',
      body: 'portolan apply',
      createdAt: third.createdAt,
      isEdited: false,
    },
  ])
})

test('only the newest pages are read', async ({ gitlab, forge, open }) => {
  await open()
  for (let count = 0; count < 250; count += 1) gitlab.systemNote(1, 'ada', 'added 1 commit')
  const last = await gitlab.comment(1, 'ada', 'portolan plan')
  gitlab.calls.clear()

  expect(await forge.comments([1], last.createdAt)).toHaveLength(1)
  expect(gitlab.calls.all).toHaveLength(1)

  expect(await forge.comments([1], new Date(0))).toHaveLength(1)
  expect(gitlab.calls.all).toHaveLength(1 + 3)
})

test('an edited comment says so; a reaction is no edit, though it moves the same date', async ({
  gitlab,
  forge,
  open,
}) => {
  await open()
  const edited = await gitlab.comment(1, 'ada', 'looks good')
  const liked = await gitlab.comment(1, 'ada', 'portolan plan')
  const both = await gitlab.comment(1, 'ada', 'nice')
  await gitlab.editComment(edited.id, 'portolan apply')
  gitlab.award(liked.id, 'ben', 'thumbsup')
  await forge.react({ id: liked.id, number: 1 }, 'seen')
  await gitlab.editComment(both.id, 'portolan apply')
  gitlab.award(both.id, 'ben', 'thumbsup')

  const found = await forge.comments([1], new Date(0))

  expect(found.map(({ id, isEdited }) => [id, isEdited])).toEqual([
    [edited.id, true],
    [liked.id, false],
    [both.id, true],
  ])
})

test.for([
  ['says nothing', { status: 200, body: { data: null, errors: [{ message: 'no' }] } }],
  ['says something else', { status: 200, body: { data: { n1: 7 } } }],
  ['refuses', { status: 403, body: { message: '403 Forbidden' } }],
] as const)(
  'while GitLab %s of edits, what might be edited counts as edited',
  async ([, answer], { gitlab, forge, open }) => {
    await open()
    const liked = await gitlab.comment(1, 'ada', 'portolan plan')
    await gitlab.comment(1, 'ada', 'portolan apply')
    gitlab.award(liked.id, 'ben', 'thumbsup')
    gitlab.answerWith('POST /api/graphql', answer)

    const found = await forge.comments([1], new Date(0))

    expect(found.map(({ isEdited }) => isEdited)).toEqual([true, false])
  },
)

test('while GitLab cannot say who edited, the comments wait', async ({ gitlab, forge, open }) => {
  await open()
  const liked = await gitlab.comment(1, 'ada', 'portolan plan')
  gitlab.award(liked.id, 'ben', 'thumbsup')
  gitlab.faults.next('before', { route: 'graphql' })

  await expect(forge.comments([1], new Date(0))).rejects.toMatchObject({ code: 'unavailable' })
})

test('a reaction is given once, however often it is asked for', async ({ gitlab, forge, open }) => {
  await open()
  const comment = await gitlab.comment(1, 'ada', 'portolan plan')
  await forge.react(comment, 'seen')
  await forge.react(comment, 'seen')
  await forge.react(comment, 'done')
  await forge.react(comment, 'refused')

  expect(gitlab.reactionsOf(comment.id).map(({ author, name }) => [author, name])).toEqual([
    [gitlab.botLogin, 'eyes'],
    [gitlab.botLogin, 'rocket'],
    [gitlab.botLogin, 'confused'],
  ])
})

test('a reaction to a comment that is gone is not found', async ({ gitlab, forge, open }) => {
  await open()
  const comment = await gitlab.comment(1, 'ada', 'portolan plan')
  await gitlab.deleteComment(comment.id)

  await expect(forge.react(comment, 'seen')).rejects.toMatchObject({ code: 'not_found' })
})
