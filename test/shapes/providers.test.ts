import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { block, output, usesLab } from './hcl.ts'
import { attributeOf } from './normal-state.ts'
import type { Place } from './shape.ts'
import { testShapes } from './suite.ts'
import { layFiles } from './world.ts'

const notes = (place: Place) => path.join(place.beside, 'notes')

testShapes('providers', [
  {
    name: 'a provider that is not built in: updated, replaced, read',
    files: { 'main.tf': noted('"one"', '9007199254740993') },
    changed: { 'main.tf': noted('"two"', '12345678901234567890123') },
    check: (story) => {
      expect(attributeOf(story.apply, 'one', 'size')).toBe('number 9007199254740993')
      expect(story['plan the change'].actions).toContain('lab_note.one: replace')
    },
  },
  {
    name: 'notes that vanished and changed behind our back',
    files: { 'main.tf': noted('"one"', '1') + note('two', '"two"', '2') },
    meanwhile: async (place) => {
      for (const name of await readdir(notes(place))) {
        const file = path.join(notes(place), name)
        const isFirst = (await readFile(file, 'utf8')).includes('"one"')
        await (isFirst ? rm(file) : writeFile(file, '{"title":"two","body":"b","size":"7"}'))
      }
    },
    changed: {},
    ends: { 'plan again': 'changes' },
    check: (story) =>
      expect(story['plan again'].actions).toEqual(
        expect.arrayContaining(['lab_note.one: create', 'lab_note.two: update']),
      ),
  },
  {
    name: 'a note that existed before, imported, by a provider with a configuration of its own',
    prepare: (place) =>
      layFiles(place.beside, { 'elsewhere/known.json': '{"title":"one","size":"1"}' }),
    files: (place) => ({
      'main.tf': noted('"one"', '1') + block('import', 'to = lab_note.one\nid = "known"'),
      'provider.tf': block('provider "lab"', `directory = "${place.beside}/elsewhere"`),
    }),
    changed: { 'main.tf': noted('"one"', '2') },
    check: (story) => expect(attributeOf(story.apply, 'one', 'id')).toBe('known'),
  },
])

function note(name: string, title: string, size: string): string {
  return block(
    `resource "lab_note" "${name}"`,
    `title = ${title}\nbody = "hush hush"\nsize = ${size}`,
  )
}

function noted(title: string, size: string): string {
  return [
    usesLab,
    note('one', title, size),
    block('data "lab_note" "same"', 'id = lab_note.one.id'),
    output('size', 'data.lab_note.same.size'),
  ].join('')
}
