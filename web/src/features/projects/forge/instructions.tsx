import { Ticks, ToPaste } from './to-paste.tsx'
import { addressOf, type Instruction, type Way } from './ways.ts'

/** What to do on the host before anything can be entered here. */
export function Instructions({ way }: { way: Way }) {
  return (
    <ul className="flex list-disc flex-col gap-2 pl-4">
      {way.steps.map((instruction) => (
        <li key={instruction.text}>
          {instruction.text}
          <Pasted instruction={instruction} kind={way.kind} />
        </li>
      ))}
    </ul>
  )
}

function Pasted({ instruction, kind }: { instruction: Instruction; kind: Way['kind'] }) {
  const { copies, ticks } = instruction
  return (
    <>
      {copies !== undefined && (
        <ToPaste value={addressOf(copies, kind, location.origin)} what="address" />
      )}
      {ticks !== undefined && <Ticks ticks={ticks} />}
    </>
  )
}
