import { describe, expect, test } from 'vitest'
import { logged, renderProgress, resourceChanged, startProgress } from './progress.ts'
import { plain } from './style.ts'
import { widthOf } from './text.ts'

const start = startProgress({
  title: 'Applying network@prod',
  startedAt: 0,
  total: 14,
  expectedSeconds: 90,
})
const started = (address: string) => ({ address, status: 'started', action: 'create' }) as const
const show = (progress: typeof start, now: number, width = 80) =>
  renderProgress(progress, { now, width, style: plain })

describe('the live lines of a run', () => {
  test('say what is done of how much, and how long it takes', () => {
    expect(show(start, 5000)).toEqual(['Applying network@prod  0 of 14 done · 5s of about 1m 30s'])
  })

  test('show what is being done to which resource, and forget it when it is done', () => {
    const one = resourceChanged(start, started('aws_vpc.main'), 1000)
    const two = resourceChanged(one, started('aws_subnet.a'), 3000)
    expect(show(two, 65_000)).toEqual([
      'Applying network@prod  0 of 14 done · 1m 05s of about 1m 30s',
      '  • aws_vpc.main  creating 1m 04s',
      '  • aws_subnet.a  creating 1m 02s',
    ])
    const done = resourceChanged(two, { ...started('aws_vpc.main'), status: 'done' }, 66_000)
    const failed = resourceChanged(done, { ...started('aws_subnet.a'), status: 'failed' }, 66_000)
    expect(show(failed, 66_000)).toEqual([
      'Applying network@prod  1 of 14 done · 1 failed · 1m 06s of about 1m 30s',
    ])
  })

  test('stay few when much runs at once', () => {
    const many = Array.from({ length: 40 }, (_, at) =>
      started(`terraform_data.many[${at}]`),
    ).reduce((progress, event) => resourceChanged(progress, event, 0), start)
    const lines = show(many, 0)
    expect(lines).toHaveLength(8)
    expect(lines.at(-1)).toBe('    and 34 more')
  })

  test('never are wider than the terminal, and never carry control characters', () => {
    const long = resourceChanged(start, started(`a.b["${'x'.repeat(300)}\u001b[2J\n"]`), 0)
    const lines = show(long, 0, 60).slice(1)
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60)
    expect(lines.join('')).not.toMatch(/\p{Cc}/u)
  })

  test('show the last line that said something, and above all a notice', () => {
    const spoken = logged(logged(start, 'Initializing\n\u001b[1mplugins\u001b[0m…\n'), '\n\n')
    expect(show(spoken, 0)[1]).toBe('  plugins…')
    expect(show({ ...spoken, notice: 'Cancelling …' }, 0)[1]).toBe('  Cancelling …')
  })

  test('show a notice whole, on as many lines as it needs', () => {
    const notice = 'Still cancelling. A third Ctrl-C kills Terraform by force.'
    const lines = show({ ...start, notice }, 0, 40).slice(1)
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(40)
    expect(lines.map((line) => line.trim()).join(' ')).toBe(notice)
  })

  test('show what a resource says below it, not what the list says already', () => {
    const one = resourceChanged(start, started('a.b'), 0)
    const spoken = [
      'a.b: Creating...\na.b (local-exec): step 2\n',
      "a.b: Provisioning with 'local-exec'...\n",
      'a.b: Still creating... [10s elapsed]\n',
      'a.c: Creation complete after 1s [id=1]\n\n',
      'a.d: (local-exec) Provisioning complete\n',
    ].reduce(logged, one)
    expect(show(spoken, 4000)).toEqual([
      'Applying network@prod  0 of 14 done · 4s of about 1m 30s',
      '  • a.b  creating 4s',
      '  a.b (local-exec): step 2',
    ])
  })
})
