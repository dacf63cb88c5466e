import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import { usesLab } from './hcl.ts'
import { attributeOf } from './normal-state.ts'
import type { Place } from './shape.ts'
import { testShapes } from './suite.ts'

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
    name: 'a note that vanished behind our back',
    files: { 'main.tf': noted('"one"', '1') },
    meanwhile: async (place) => {
      await rm(notes(place), { recursive: true })
    },
    changed: { 'main.tf': noted('"one"', '1') },
    ends: { 'plan again': 'changes' },
    check: (story) => expect(story['plan again'].actions).toContain('lab_note.one: create'),
  },
  {
    name: 'a note that was changed behind our back',
    files: { 'main.tf': noted('"one"', '1') },
    meanwhile: async (place) => {
      const [file = ''] = await readdir(notes(place))
      await writeFile(path.join(notes(place), file), '{"title":"one","body":"b","size":"7"}')
    },
    changed: { 'main.tf': noted('"one"', '1') },
    ends: { 'plan again': 'changes' },
    check: (story) => expect(story['plan again'].actions).toContain('lab_note.one: update'),
  },
  {
    name: 'a note that existed before, imported',
    prepare: async (place) => {
      await mkdir(notes(place))
      await writeFile(path.join(notes(place), 'known.json'), '{"title":"one","size":"1"}')
    },
    files: {
      'main.tf': `${noted('"one"', '1')}import {\n  to = lab_note.one\n  id = "known"\n}\n`,
    },
    changed: { 'main.tf': noted('"one"', '2') },
    check: (story) => expect(attributeOf(story.apply, 'one', 'id')).toBe('known'),
  },
  {
    name: 'a committed lock file, and a provider with a configuration of its own',
    prepare: async (_place, tool) => {
      if (tool.name === 'terraform') await tool.run('init')
    },
    files: (place) => ({
      'main.tf': `${noted('"one"', '1')}provider "lab" {\n  directory = "${place.beside}/elsewhere"\n}\n`,
    }),
    changed: (place) => ({
      'main.tf': `${noted('"one"', '2')}provider "lab" {\n  directory = "${place.beside}/elsewhere"\n}\n`,
    }),
  },
])

function noted(title: string, size: string): string {
  return `
${usesLab}
resource "lab_note" "one" {
  title = ${title}
  body  = "hush hush"
  size  = ${size}
}
data "lab_note" "same" {
  id = lab_note.one.id
}
output "size" {
  value = data.lab_note.same.size
}
`
}
